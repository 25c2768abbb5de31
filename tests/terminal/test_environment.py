"""Traits of the environment and colours of the terminal, and their texts."""

from __future__ import annotations

import pytest

from rolecall.presentation.texts import program_strings
from rolecall.terminal import capabilities
from rolecall.terminal.capabilities import Glyphs
from rolecall.terminal.environment import Trait, traits
from rolecall.terminal.glyphs import REPLACEMENTS

TERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environ", "trait"),
    [
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, Trait.SSH),
        ({"SSH_TTY": "/dev/pts/1"}, Trait.SSH),
        ({"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "screen"}, Trait.TMUX),
        ({"TERM": "tmux-256color"}, Trait.TMUX),
        ({"STY": "1.pts-0", "TERM": "screen"}, Trait.SCREEN),
        ({"STY": "1.pts-0", "TERM": "screen-256color"}, Trait.SCREEN),
        ({"TERM": "screen.xterm-256color"}, Trait.SCREEN),
        ({"WSL_DISTRO_NAME": "Debian"}, Trait.WSL),
        ({"TERM_PROGRAM": "vscode"}, Trait.VS_CODE),
        ({"TERMINAL_EMULATOR": "JetBrains-JediTerm"}, Trait.JETBRAINS),
        ({"AWS_EXECUTION_ENV": "CloudShell"}, Trait.CLOUDSHELL),
        ({"CODESPACES": "true"}, Trait.CODESPACES),
        ({"container": "podman"}, Trait.CONTAINER),
        ({"TERM": "linux"}, Trait.LINUX_CONSOLE),
        ({"TERM": "linux"}, Trait.NO_CLIPBOARD),
        ({"NO_COLOR": "1"}, Trait.NO_COLOUR),
        ({"TERM": "xterm"}, Trait.FEW_COLOURS),
        ({"LANG": "C"}, Trait.ASCII),
        ({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, Trait.ASCII),
    ],
)
def test_each_trait_is_found_only_in_its_environment(environ: dict[str, str], trait: Trait) -> None:
    assert trait in traits({**TERM, **environ})
    assert trait not in traits(TERM)
    assert program_strings.TRAITS[trait]


def test_every_trait_has_a_text() -> None:
    assert set(program_strings.TRAITS) == set(Trait)


@pytest.mark.parametrize(
    ("environ", "count"),
    [
        ({"TERM": "xterm-256color"}, 256),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, 2**24),
        ({"TERM": "xterm"}, 16),
        ({"TERM": "screen", "TMUX": "/tmp/tmux-0/default,1,0"}, 256),
        ({"TERM": "linux"}, 8),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, 0),
    ],
)
def test_colours_are_counted(environ: dict[str, str], count: int) -> None:
    assert capabilities.colours(environ) == count
    assert program_strings.colours(count)


def test_replacements_are_ascii_and_as_wide_as_the_sign() -> None:
    for sign in REPLACEMENTS[Glyphs.ASCII].values():
        assert sign.isascii()
        assert len(sign) == 1
    assert "█▀".translate(REPLACEMENTS[Glyphs.CONSOLE]) == "█▀"
    assert "●▌…".translate(REPLACEMENTS[Glyphs.CONSOLE]) == "*▌~"
