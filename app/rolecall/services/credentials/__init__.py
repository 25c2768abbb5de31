"""Credentials of profiles and permission sets, and who gets them."""
