"""Photos opened and saved so that nothing is lost."""
