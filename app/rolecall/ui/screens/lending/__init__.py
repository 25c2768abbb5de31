"""What is lent, and the question about what a program asks for."""
