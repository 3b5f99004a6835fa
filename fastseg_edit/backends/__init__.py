"""Models behind the protocols, reached by name only."""
