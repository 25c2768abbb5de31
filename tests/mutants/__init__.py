"""Mutation testing: `make mutants` changes the code a little, and says which change no test finds.

Neither mutmut nor cosmic-ray fits. mutmut derives the names of modules from their paths and knows
`src/` only, not `app/`; its mutants are copies of functions, so constants and class bodies have
none, and processes that tests start do not see them. cosmic-ray runs every test for every mutant.
"""
