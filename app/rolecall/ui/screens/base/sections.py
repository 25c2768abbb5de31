"""The section of a profile in ~/.aws/config, as a detail."""

from __future__ import annotations

from collections.abc import Iterator

from rolecall.domain.model import Profile
from rolecall.domain.text import safe
from rolecall.presentation.errors import describe_with_line
from rolecall.presentation.paths import credentials_file
from rolecall.presentation.texts import profile_strings
from rolecall.ui.state.app_state import AppState
from rolecall.ui.widgets.detail_pane import DetailLine


def section_lines(state: AppState, profile: Profile) -> Iterator[DetailLine]:
    """Yield what is wrong with the profile, and its section as it is in the file."""
    for each in state.findings_of(profile):
        yield DetailLine(f"! {describe_with_line(each)}", "warn")
    texts = state.config.section(profile) if state.config is not None else []
    if profile.only_in_credentials:
        yield DetailLine(profile_strings.IN_FILE.format(path=credentials_file()), "muted")
        yield from (DetailLine(safe(each), hanging=2) for each in texts)
        return
    if profile.overridden:
        keys = map(safe, profile.overridden)
        yield DetailLine(profile_strings.overridden(keys), "warn")
    digits = len(str(profile.lines.start + len(texts)))
    for number, text in enumerate(texts, profile.lines.start):
        style = "accent" if text.lstrip().startswith("[") else "text"
        style = "muted" if text.lstrip()[:1] in {"#", ";"} else style
        yield DetailLine(f"{number:>{digits}}  {safe(text)}", style, hanging=digits + 4)
