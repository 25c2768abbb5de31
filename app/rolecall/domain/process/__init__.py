"""Processes of rolecall: how they are started, and what they write down."""
