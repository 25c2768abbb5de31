"""Eight rolecalls and the AWS CLI's own writer change one file at the same time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from botocore.configloader import load_config

from tests.support.programs import aws_cli

WRITERS, WRITES = 8, 3
PROGRAM = """
import sys
from pathlib import Path
from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
path, state, writer, writes = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
file = ConfigFile(path, state)
for number in range(writes):
    sys.stdin.read(1)
    edits = [SetProfile(f"w{writer}-{number}", {"region": "eu-west-1", "output": "json"}),
             SetProfile("shared", {f"key_{writer}": str(number)})]
    file.commit(file.plan(edits))
    print(".", end="", flush=True)
"""


@pytest.mark.thorough
def test_no_change_of_a_rolecall_is_lost_and_the_file_stays_readable(tmp_path: Path) -> None:
    path, state = tmp_path / "aws" / "config", tmp_path / "state"
    path.parent.mkdir()
    path.write_text("# mine\n[profile foreign]\nregion = r\n\n[profile shared]\noutput = json\n")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(path), str(state), str(writer), str(WRITES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for writer in range(WRITERS)
    ]
    environ = {"AWS_CONFIG_FILE": str(path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    for number in range(WRITES):
        for writer in writers:
            assert writer.stdin
            writer.stdin.write(b".")
            writer.stdin.flush()
        command = [aws_cli(), "configure", "set", "region", f"r-{number}", "--profile", "foreign"]
        subprocess.run(command, env=environ, check=True, timeout=60)
        for writer in writers:
            assert writer.stdout
            assert writer.stdout.read(1) == b"."
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    found = load_config(str(path))["profiles"]
    for number in range(WRITERS):
        assert found["shared"][f"key_{number}"] == str(WRITES - 1)
        for write in range(WRITES):
            assert found[f"w{number}-{write}"] == {"region": "eu-west-1", "output": "json"}
    assert found["foreign"].keys() == {"region"}
    assert path.read_text().startswith("# mine\n")
    assert [entry.name for entry in path.parent.iterdir()] == ["config"]
