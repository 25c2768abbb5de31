"""Lending a role to a program: narrowed, and for a while."""
