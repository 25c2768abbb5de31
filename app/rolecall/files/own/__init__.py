"""The files of rolecall itself."""
