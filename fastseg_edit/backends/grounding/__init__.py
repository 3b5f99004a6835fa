"""Detectors that read words, or look for what a reference photo shows."""

from fastseg_edit.backends.grounding.grounder import Grounding

__all__ = ["Grounding"]
