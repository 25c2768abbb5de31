"""Actions that rolecall brings. They are off until the settings switch them on.

The AWS CLI prints the choices: `--query` makes a list of them, whose first column is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rolecall.domain.settings.action import Action, RunsIn

# No secret is an argument: the built-in printf of the shell starts no program.
_ECR_LOGIN: Final = (
    "registry=$(aws ecr get-authorization-token"
    " --query 'authorizationData[0].proxyEndpoint' --output text) &&"
    " password=$(aws ecr get-login-password) &&"
    ' printf %s "$password" | docker login --username AWS --password-stdin "$registry"'
)
_JSON: Final = ("--output", "json")

SHIPPED: Final[Mapping[str, Action]] = {
    "eks": Action(
        "K", "",
        ("aws", "eks", "update-kubeconfig", "--name", "{choice}", "--profile", "{profile}"),
        RunsIn.BACKGROUND,
        needs_profile=True,
        choose=("aws", "eks", "list-clusters", "--query", "clusters", *_JSON),
    ),
    "ecr": Action("C", "", ("sh", "-c", _ECR_LOGIN), RunsIn.BACKGROUND),
    "ssm": Action(
        "I", "",
        ("aws", "ssm", "start-session", "--target", "{choice}"),
        choose=(
            *("aws", "ssm", "describe-instance-information", "--query"),
            "InstanceInformationList[?PingStatus=='Online'].{id: InstanceId, name: ComputerName,"
            " platform: PlatformName, address: IPAddress}",
            *_JSON,
        ),
    ),
    "codeartifact": Action(
        "P", "",
        (
            *("aws", "codeartifact", "login", "--tool", "pip", "--repository", "{choice}"),
            *("--domain", "{choice.domain}", "--domain-owner", "{choice.owner}"),
        ),
        RunsIn.BACKGROUND,
        choose=(
            *("aws", "codeartifact", "list-repositories", "--query"),
            "repositories[].{repository: name, domain: domainName, owner: domainOwner,"
            " description: description}",
            *_JSON,
        ),
    ),
    # The status of a shell is that of its last command, which says nothing here.
    "shell": Action("$", "", ("sh", "-c", '"${SHELL:-/bin/sh}"; true'), needs_profile=True),
}  # fmt: skip
