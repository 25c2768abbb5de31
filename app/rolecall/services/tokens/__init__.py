"""What expires: tokens and login sessions, renewed and signed out."""
