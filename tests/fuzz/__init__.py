"""Search for inputs that break a rule: `make fuzz`. `make test` replays what was found."""
