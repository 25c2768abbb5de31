"""Settings: bad entries are named, and the form writes only what was changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    TerminalDesk,
    fill_in,
    wait_for_field,
    wait_for_wrapped,
)
from tests.support.settings import write_settings

FILE = """\
# mine
region = "Ireland"  # home

[keys]
undo = ["z"]
"""


def test_settings_are_read_shown_and_changed(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = a_desk()
    desk.create_home()
    desk.leave_token()
    path = write_settings(desk.home, FILE)
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        wait_for_wrapped(terminal, "line 2, region: Ireland is not a region")
        terminal.wait_for("checkout production PROD")
        terminal.press(",")
        wait_for_field(terminal, "Template")
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        terminal.press("Wales")
        wait_for_wrapped(terminal, "Wales is not a region")
        terminal.press("ctrl+u")
        wait_for_wrapped(terminal, "Region default: from")
        terminal.press("eu-west-1", then=r"\+region = \"eu-west-1\"")
        terminal.press("tab", "tab")
        wait_for_field(terminal, "Production")
        terminal.press("audit", then=r"\+production = \"audit\"")
        assert path.read_text() == FILE
        terminal.press("enter", then="Saved to ~/.config/rolecall/settings.toml")
        terminal.wait_for("audit PROD")
        terminal.press("enter", then="3 permission sets")
        terminal.press("s", then="Save as a profile · audit .* PROD +│")
        fill_in(terminal, "Profile", "mine")  # known from the account
        terminal.wait_for(r"\+\[profile mine\]")
        terminal.press("enter", then="✓ mine is in .* PROD +│")
        terminal.press("enter", "3", then="mine PROD")
        terminal.press("j", "j", "j", "space", "v", then="[✓✗] +mine PROD")
        terminal.press("escape", "x", then="Delete the profile mine +PROD")
        terminal.press("escape")
        terminal.quit()
    assert path.read_text() == FILE.replace("Ireland", "eu-west-1").replace(
        "\n[keys]", 'production = "audit"\n\n[keys]'
    )


def test_settings_that_another_program_writes_apply_at_once(desk: TerminalDesk) -> None:
    desk.leave_token()
    path = write_settings(desk.home, 'production = "sandbox"\n')
    with desk.open(columns=200, lines=45) as terminal:  # the names stay visible next to the form
        terminal.wait_for("sandbox.* PROD")
        path.write_text('production = "audit"\nregion = "eu-west-1"\n')
        terminal.wait_for("audit.* PROD")
        terminal.wait_gone("sandbox.* PROD")
        path.write_text('production = "sandbox"\ntheme = "')
        wait_for_wrapped(terminal, "line 2: not TOML")
        wait_for_wrapped(terminal, "every profile counts as production, and nothing is logged")
        terminal.wait_for("audit.* PROD")
        terminal.wait_for("sandbox.* PROD")
        path.write_text("production = 3\n")
        wait_for_wrapped(terminal, "line 1, production: ")
        terminal.wait_for("prod.* PROD")
        terminal.wait_gone("sandbox.* PROD")
        path.write_text('region = "eu-west-1"\n\n[keys]\nundo = ["Z"]\n')
        wait_for_wrapped(terminal, "The keys change at the next start")
        terminal.press(",", then="Region +eu-west-1")
        path.write_text('production = "東京"\nregion = "eu-north-1"\n')
        terminal.wait_for("東京.* PROD")  # behind the form
        terminal.press("tab", "tab", "tab", "live", then=r'\+production = "live"')
        terminal.press("enter", gone="› Settings")
        terminal.wait_for("Saved to ~/.config/rolecall/settings.toml")
        assert path.read_text() == 'production = "live"\nregion = "eu-north-1"\n'


@pytest.mark.quick
def test_choices_are_gone_through_with_space_and_arrow_keys(desk: TerminalDesk) -> None:
    desk.leave_token()
    path = desk.home / ".config" / "rolecall" / "settings.toml"
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press(",")
        wait_for_field(terminal, "Template")
        terminal.press("tab", "tab", then="‹ suggested ›")
        terminal.wait_for("╰─ the output format of new profiles")
        terminal.press("right", "space", "left", then=r"\+output = \"json\"")
        terminal.press("x", "ctrl+u", "backspace")
        terminal.send("\x1b[200~pasted\x1b[201~")
        terminal.wait_for("‹ json ›")
        terminal.press("left", "tab", "tab", "tab", "n", then="‹ nord ›")
        terminal.wait_for(r"\+theme = \"nord\"")
        assert "+output" not in terminal.screen_text(), "the default is not written"
        terminal.press(
            "tab", "tab", "tab", "space", "enter", then="Saved to ~/.config/rolecall/settings.toml"
        )
        terminal.quit()
    assert path.read_text() == 'theme = "nord"\nbell = true\n'
