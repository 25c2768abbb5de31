"""What every topic needs: clocks, settings, paths, and how AWS is asked again."""
