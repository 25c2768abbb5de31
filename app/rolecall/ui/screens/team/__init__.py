"""The screens of a team's file."""
