"""The picker and the sign-in under the prompt, for `awsp`."""

from rolecall.ui.rendering import textual_settings

textual_settings.use()
