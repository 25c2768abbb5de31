"""The screens of profiles: list, save, edit, verify, and the workbench."""
