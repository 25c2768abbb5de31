"""Names of profiles and sessions."""
