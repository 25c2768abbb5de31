"""The AWS files of this user: merged, checked and restored."""
