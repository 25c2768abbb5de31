"""The texts of each topic."""
