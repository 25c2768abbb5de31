"""The AWS files and the caches that the services share. Each is imported when it is used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecall.files.aws_config.config_file import ConfigFile
    from rolecall.files.aws_config.credentials_file import CredentialsFile
    from rolecall.files.caches.cli_cache import CliCache
    from rolecall.files.caches.login_cache import LoginCache
    from rolecall.files.caches.refusals import Refusals
    from rolecall.files.caches.sso_cache import SsoCache
    from rolecall.files.inventory.inventory import InventoryCache
    from rolecall.files.locations import Locations


class SharedFiles:
    """The files in their places. Creating it imports and reads nothing."""

    def __init__(self, locations: Locations) -> None:
        self._at = locations

    @cached_property
    def config(self) -> ConfigFile:
        from rolecall.files.aws_config.config_file import ConfigFile

        return ConfigFile(self._at.config, self._at.state)

    @cached_property
    def credentials(self) -> CredentialsFile:
        from rolecall.files.aws_config.credentials_file import CredentialsFile

        return CredentialsFile(self._at.credentials, self._at.state)

    @cached_property
    def sso_cache(self) -> SsoCache:
        from rolecall.files.caches.sso_cache import SsoCache

        return SsoCache(self._at.sso_cache, self._at.state)

    @cached_property
    def cli_cache(self) -> CliCache:
        from rolecall.files.caches.cli_cache import CliCache

        return CliCache(self._at.cli_cache, self._at.state)

    @cached_property
    def login_cache(self) -> LoginCache:
        from rolecall.files.caches.login_cache import LoginCache

        return LoginCache(self._at.login_cache, self._at.state)

    @cached_property
    def inventory_cache(self) -> InventoryCache:
        from rolecall.files.inventory.inventory import InventoryCache

        return InventoryCache(self._at.cache, self._at.state)

    @cached_property
    def refusals(self) -> Refusals:
        from rolecall.files.caches.refusals import Refusals

        return Refusals(self._at.state)
