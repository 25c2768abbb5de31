"""The app, and what joins its flows and screens."""
