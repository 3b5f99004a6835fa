"""Weights from a model hub: its cache on this machine, their hashes, and their download."""
