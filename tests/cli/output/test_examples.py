"""The examples in the README and in docs/ run as they are, against the demo.

Each block of type `sh` is a script that must succeed. A comment above it, `<!-- prints TEXT -->`,
says what its output has. Programs that are not ours ask AWS who they are, so they fail without
valid credentials.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.cli.conftest import CommandLine
from tests.support.pages import FOLDER
from tests.support.programs import aws_cli, completed, program, require_seal

_PAGES: Final = [*sorted(FOLDER.glob("*.md")), FOLDER.parent / "README.md"]
_BLOCK: Final = re.compile(
    r"(?:^<!-- prints (?P<prints>[^\n]*) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_ELSEWHERE: Final = {
    "rolecall": "needs a terminal: tests/end_to_end",
    "rolecall --demo": "needs a terminal: tests/end_to_end",
    'rolecall ask pay-admin --allow s3:write --minutes 15 --reason "fix the upload" --wait': (
        "needs a seal, and a person: tests/cli/lending/test_ask.py"
    ),
    "rolecall ask pay-admin --allow logs --minutes 30 --reason INC-4711 --json": (
        "needs a seal, and a person: tests/cli/lending/test_ask.py"
    ),
    "rolecall login": "needs a person: tests/cli/sign_in/test_login_sessions.py",
    "rolecall login --code dev": "needs a person: tests/cli/sign_in/test_login_sessions.py",
    "rolecall sign-in https://acme.awsapps.com/start --name acme": (
        "tests/cli/sign_in/test_sign_in_address.py"
    ),
    "rolecall undo": "tests/cli/files/test_doctor_and_undo.py",
    "rolecall watch": "needs a terminal: tests/end_to_end/terminal/test_watch.py",
    "rolecall watch --notify": "needs a terminal: tests/end_to_end/terminal/test_watch.py",
    "rolecall team add https://intranet.example/rolecall-team.toml": "tests/cli/files/test_team.py",
}
# Without a terminal these do not ask.
_ASKS: Final = re.compile(
    r"^(rolecall (?:team (?:add|update|remove)|pin|trust|sign-out|uninstall$|import$"
    r"|init bash --install|credentials clean$)[^#\n]*)",
    re.M,
)
_WHO: Final = "aws sts get-caller-identity --query Arn --output text"
_DOCKER: Final = r"""#!/bin/sh
set -e
file=/dev/null
while [ "$1" != amazon/aws-cli ]; do
    case $1 in
        --env-file) file=$2; shift ;;
    esac
    shift
done
shift
[ "$file" = /dev/null ] || unset AWS_PROFILE AWS_CONFIG_FILE
exec env $(cat "$file") aws "$@"
"""


class Example(NamedTuple):
    page: str
    script: str
    prints: str


def examples() -> list[Example]:
    found = []
    for page in _PAGES:
        for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
            lines = block["text"].splitlines()
            script = "\n".join(each for each in lines if _typed(each) not in _ELSEWHERE)
            if block["language"] == "sh" and script:
                found.append(Example(page.name, script, block["prints"] or ""))
    return found


def _typed(line: str) -> str:
    return re.split(r"\s+#\s", line)[0]


def test_every_block_says_its_language() -> None:
    languages = {
        block["language"]
        for page in _PAGES
        for block in _BLOCK.finditer(page.read_text(encoding="utf-8"))
    }
    assert languages == {"sh", "text", "toml", "ini"}


@pytest.fixture
def folder(signed_in: CommandLine, tmp_path: Path) -> Path:
    """The folder in which a user types; PATH begins with its `bin`."""
    desk, here = signed_in, tmp_path / "here"
    (binaries := here / "bin").mkdir(parents=True)
    (binaries / "rolecall").symlink_to(Path(sys.executable).parent / "rolecall")
    (binaries / "aws").symlink_to(aws_cli())
    scripts = dict.fromkeys(("terraform", "make"), f"#!/bin/sh\nexec {_WHO}\n")
    for name in ("find-it", "night-long-job"):
        (here / name).write_text(f"#!/bin/sh\nexec {_WHO}\n")
        (here / name).chmod(0o755)
    scripts |= {"docker": _DOCKER, "pipx": '#!/bin/sh\necho "pipx $*"\n'}
    for name, text in scripts.items():
        (binaries / name).write_text(text)
        (binaries / name).chmod(0o755)
    program("jq")
    for name in ("pay-ro", "dev", "core-admin"):
        desk.add(
            f"[profile {name}]\nsso_session = corp\nsso_account_id = 038410265977\n"
            "sso_role_name = AWSReadOnlyAccess\nregion = eu-central-1"
        )
    (here / "upload.json").write_text(
        '{"Version": "2012-10-17", "Statement":'
        ' [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}'
    )
    team = desk.home / "src" / "aws"
    team.mkdir(parents=True)
    (team / "rolecall-team.toml").write_text('production = "prod"\n')
    completed([program("git"), "init", "--quiet", str(here)])
    desk.rolecall("pin", "--yes", "audit-admin", at=str(here))
    return here


@pytest.mark.thorough
@pytest.mark.parametrize("example", examples(), ids=lambda each: f"{each.page}:{each.script[:40]}")
def test_an_example_does_what_the_page_says(
    signed_in: CommandLine, folder: Path, example: Example
) -> None:
    if "rolecall lend" in example.script:
        require_seal()
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    environ = {**signed_in.environ, "PATH": path, "AWS_PROFILE": "dev"}
    typed = _ASKS.sub(r"\1 --yes ", example.script)
    script = f'set -eo pipefail\neval "$(rolecall init bash)"\n{typed}\n'
    result = completed([program("bash"), "-c", script], environ, check=False, cwd=folder)
    assert result.returncode == 0, result.stderr
    assert example.prints in result.stdout
    assert "null" not in result.stdout.split(), "jq reads a key that there is not"
