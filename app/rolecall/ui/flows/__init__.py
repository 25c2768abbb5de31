"""The features, one module each. Flows never import each other: they announce events."""
