"""Lending a role to a program: what of it the program may do, and for how long."""
