"""Texts about the actions of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rolecall.domain.errors.run_errors import ActionProblem
from rolecall.domain.text import safe
from rolecall.presentation.translation import Counted, _

if TYPE_CHECKING:
    from rolecall.domain.settings.action import Action

PROBLEMS: Final = {
    ActionProblem.NO_VALUE.value: _(
        "the row has no value for “{subject}”, which the command needs."
    ),
    ActionProblem.OPTION.value: _(
        "“{subject}” begins with “-”, so the command would read it as an option."
    ),
    ActionProblem.NO_TMUX.value: _(
        'it opens a tmux window, but rolecall is not running in tmux. Start rolecall there, or set in = "terminal".'
    ),
    ActionProblem.TMUX_FAILED.value: _("tmux could not open the window: {subject}"),
    ActionProblem.NO_CHOICES.value: _("there is nothing to choose from."),
    ActionProblem.LIST_FAILED.value: _("the choices cannot be listed: {subject}"),
    ActionProblem.LIST_UNREADABLE.value: _(
        "the choices must be a JSON list of strings or objects, not “{subject}”."
    ),
}
# The actions that rolecall brings: the name, and what it does.
SHIPPED: Final = {
    "eks": (_("EKS kubeconfig"), _("choose a cluster and add it to the kubeconfig")),
    "ecr": (_("ECR login"), _("sign Docker in to the registry of the account")),
    "ssm": (_("SSM session"), _("choose an instance and open a session on it")),
    "codeartifact": (_("CodeArtifact"), _("choose a repository and set up pip for it")),
    "shell": (_("Shell"), _("open a shell with the profile; exit returns")),
}
CHOICES_NOUN: Final = Counted("{count:,} choice", "{count:,} choices")
# Translators: the title of a column with what can be chosen.
CHOICE: Final = _("Choice")
LISTING: Final = _("Listing: {command}")
RUN: Final = _("run")
# Translators: {name} is that of an action, such as "Shell".
PRODUCTION_TITLE: Final = _("{name}: run it in production?")
PREPARING: Final = _("{name}: getting credentials.")
RUNNING: Final = _("{name}: running.")
IN_WINDOW: Final = _("{name} runs in a new tmux window.")
DONE: Final = _("{name}: done. {line}")
FAILED: Final = _("{name}: exit status {status}. {line}")
STOPPED: Final = _("{name}: stopped.")
ENTER_AFTER: Final = _("{name}: exit status {status}. Enter returns to rolecall. ")
# Translators: the window is one of tmux.
ENTER_CLOSES: Final = _("{name}: exit status {status}. Enter closes the window. ")


def texts_of(action_id: str, action: Action) -> tuple[str, str]:
    """Return the name of an action, and what it does: that is its command, if it is the user's."""
    import shlex  # late: few have actions

    name, what = SHIPPED.get(action_id, ("", ""))
    return safe(action.name) or name, what or safe(shlex.join(action.command))
