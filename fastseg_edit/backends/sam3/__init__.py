"""SAM 3: a network that finds every object that words or a box around one of them stand for."""

from fastseg_edit.backends.sam3.finder import Sam3

__all__ = ["Sam3"]
