"""What is done for the commands, made when first needed: the first paint imports none of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from rolecall.ui.app import RolecallApp
    from rolecall.ui.flows.changes import ChangeFlow
    from rolecall.ui.flows.credentials import CredentialFlow
    from rolecall.ui.flows.inventory import InventoryFlow
    from rolecall.ui.flows.profiles import ProfileFlow
    from rolecall.ui.flows.settings import SettingsFlow
    from rolecall.ui.flows.sign_in import SignInFlow
    from rolecall.ui.flows.tokens import TokensFlow
    from rolecall.ui.flows.workbench import WorkbenchFlow


class Flows:
    """The app's, which is built on this."""

    @property
    def _app(self) -> RolecallApp:
        return cast("RolecallApp", self)

    @cached_property
    def sign_in(self) -> SignInFlow:
        from rolecall.ui.flows.sign_in import SignInFlow

        return SignInFlow(self._app)

    @cached_property
    def inventory(self) -> InventoryFlow:
        from rolecall.ui.flows.inventory import InventoryFlow

        return InventoryFlow(self._app)

    @cached_property
    def profiles(self) -> ProfileFlow:
        from rolecall.ui.flows.profiles import ProfileFlow

        return ProfileFlow(self._app)

    @cached_property
    def changes(self) -> ChangeFlow:
        from rolecall.ui.flows.changes import ChangeFlow

        return ChangeFlow(self._app)

    @cached_property
    def credentials(self) -> CredentialFlow:
        from rolecall.ui.flows.credentials import CredentialFlow

        return CredentialFlow(self._app)

    @cached_property
    def tokens(self) -> TokensFlow:
        from rolecall.ui.flows.tokens import TokensFlow

        return TokensFlow(self._app)

    @cached_property
    def settings_form(self) -> SettingsFlow:
        from rolecall.ui.flows.settings import SettingsFlow

        return SettingsFlow(self._app, self._app.settings_service)

    @cached_property
    def workbench(self) -> WorkbenchFlow:
        from rolecall.ui.flows.workbench import WorkbenchFlow

        return WorkbenchFlow(self._app)
