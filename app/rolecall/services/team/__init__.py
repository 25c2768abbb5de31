"""What a team shares, and what a user says about accounts."""
