"""`python -m rolecall`."""

from __future__ import annotations


def main() -> None:
    from rolecall.cli.main import rolecall

    rolecall(prog_name="rolecall")


if __name__ == "__main__":
    main()
