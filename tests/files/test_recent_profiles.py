"""The list of recent profiles stays short, also after a kill."""

from __future__ import annotations

from pathlib import Path

from rolecall.files.fast.recent_profiles import last_uses, note_use


def test_a_long_list_is_shortened_although_a_kill_has_left_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "recent-profiles"
    path.write_text("".join(f"{n} profile-{n % 700}\n" for n in range(5000)))
    (tmp_path / "recent-profiles.new").write_text("half")
    note_use(str(tmp_path), "last")
    assert path.stat().st_size < 20_000
    assert len(last_uses(str(tmp_path))) == 500
    assert {"last", "profile-99"} <= last_uses(str(tmp_path)).keys()
    assert [each.name for each in tmp_path.iterdir()] == ["recent-profiles"]
