"""What lets the full screen start early: lean imports, garbage, the gate and early keys."""
