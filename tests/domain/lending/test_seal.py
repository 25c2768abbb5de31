"""What a seal hides and opens, as arguments of bubblewrap."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.lending.seal import Seal, clean, is_below, network
from tests.support.for_each import for_each

_PARTS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)
_PATHS = st.lists(_PARTS.map(lambda parts: "/" + "/".join(parts)), max_size=4, unique=True)


def mounts(seal: Seal) -> list[tuple[str, str]]:
    """The mounts in their order: the option and the path inside."""
    words = seal.arguments()
    found = []
    for number, each in enumerate(words):
        if each == "--tmpfs":
            found.append(("empty", words[number + 1]))
        elif each in {"--ro-bind", "--bind", "--ro-bind-data"}:
            found.append((each[2:], words[number + 2]))
    return [(option, str(path)) for option, path in found]


def seen(seal: Seal, path: str) -> str:
    """How a path is mounted: the last mount that has it."""
    return next(option for option, place in reversed(mounts(seal)) if is_below(path, place))


@given(_PATHS, _PATHS, _PATHS, _PATHS)
def test_what_is_hidden_is_never_seen(
    readable: list[str], writable: list[str], guarded: list[str], hidden: list[str]
) -> None:
    seal = Seal(
        "/", readable=readable, writable=writable, guarded=guarded, hidden=hidden, private=["/a"]
    )
    for path in hidden:
        assert seen(seal, path) == "empty"
        assert seen(seal, f"{path}/token.json") == "empty"


@given(_PATHS, _PATHS)
def test_nothing_that_is_hidden_moves_with_its_parent(
    writable: list[str], hidden: list[str]
) -> None:
    """A mount cannot be renamed, and what cannot be written to has no renames."""
    seal = Seal("/", writable=writable, hidden=hidden)
    places = {path for _, path in mounts(seal)}
    for path in hidden:
        while path := path.rpartition("/")[0]:
            assert path in places or seen(seal, path) != "bind"


@given(_PATHS)
def test_only_what_is_opened_can_be_written_to(writable: list[str]) -> None:
    seal = Seal("/", writable=writable, private=["/tmp"])
    for path in ("/a/b/c/d", "/a/b", "/b", "/home/kim/.bashrc"):
        is_open = any(is_below(path, each) for each in writable)
        assert (seen(seal, path) == "bind") == is_open


@given(_PATHS)
def test_a_mount_comes_before_those_inside_it(writable: list[str]) -> None:
    found = [path for option, path in mounts(Seal("/", writable=writable)) if option == "bind"]
    assert not any(is_below(one, other) and one != other for one, other in pairwise(found))


def test_a_file_of_the_seal_stands_for_its_number() -> None:
    words = Seal(
        "/work", files={"/run/rolecall/config": b"x", "/etc/resolv.conf": b"y"}
    ).arguments()
    at = words.index("--perms")
    assert words[at : at + 8] == [
        *("--perms", "0600", "--file", 0, "/run/rolecall/config"),
        *("--ro-bind-data", 1, "/etc/resolv.conf"),
    ]
    assert words[-2:] == ["--chdir", "/work"]


@for_each(
    "name",
    [
        *(
            "AWS_SESSION_TOKEN",
            "AWS_PROFILE",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "SSH_AUTH_SOCK",
        ),
        *(
            "TMUX",
            "STY",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "DBUS_SESSION_BUS_ADDRESS",
            "GPG_AGENT_INFO",
        ),
        *("XDG_RUNTIME_DIR", "DOCKER_HOST", "VSCODE_IPC_HOOK_CLI", "NVIM", "KITTY_LISTEN_ON"),
        *("ROLECALL_PROFILE", "TF_VAR_aws_secret_access_key", "GIT_ASKPASS", "TMPDIR", "AWS_VAULT"),
    ],
)
def test_a_variable_that_leads_outside_is_dropped(name: str) -> None:
    assert clean({name: "x"}) == {}
    assert clean({name: "x"}, [name]) == {name: "x"}


@for_each(
    "name", ["PATH", "HOME", "LANG", "TERM", "EDITOR", "ANTHROPIC_API_KEY", "AWS_CA_BUNDLE", "PWD"]
)
def test_other_variables_stay(name: str) -> None:
    assert clean({name: "x"}) == {name: "x"}


def test_a_network_of_its_own_reaches_only_the_ports() -> None:
    words = network([8080, 443, 443], is_root=False, forwards_names=False)
    assert words[0] == "pasta"
    assert words[words.index("--tcp-ns") + 1] == "443,8080"
    assert {"--no-map-gw", "--config-net"} <= {*words}
    words = network([], is_root=False, forwards_names=False)
    assert words[words.index("--tcp-ns") + 1] == "none"
    assert network([1], is_root=True, forwards_names=True)[:2] == ["unshare", "--user"]
