"""Large files work: 20,000 profiles, and a line of a megabyte."""

from __future__ import annotations

from pathlib import Path

from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.config_file import ConfigFile


def test_twenty_thousand_profiles_and_a_line_of_a_megabyte_are_read(tmp_path: Path) -> None:
    path = tmp_path / "config"
    long = "x" * 1_000_000
    text = f"[profile long]\ntext = {long}\n" + "".join(
        f"\n[profile p-{number}]\nregion = eu-west-1\n" for number in range(20_000)
    )
    path.write_text(text)
    file = ConfigFile(path, tmp_path / "state")
    config = file.read()
    assert len(config.profiles) == 20_001
    assert config.findings == ()
    change = file.plan([SetProfile("p-10000", {"region": "us-east-1"})])
    assert change.diff().count("\n") == 10
    assert "\n [profile p-10000]\n-region = eu-west-1\n+region = us-east-1\n" in change.diff()
    file.commit(change)
    wanted = "[profile p-10000]\nregion = eu-west-1"
    assert path.read_text() == text.replace(wanted, wanted.replace("eu-west-1", "us-east-1"))
    many = [SetProfile(f"n-{number}", {"region": "eu-west-1"}) for number in range(300)]
    assert len(file.plan(many).after) > len(text)
