"""Fields that a user types into or chooses with."""
