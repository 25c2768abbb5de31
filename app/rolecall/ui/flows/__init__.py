"""What is done for the commands, one module per feature. Flows never import each other."""
