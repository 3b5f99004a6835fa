"""LaMa: continues the surroundings of a hole by convolutions that see the whole picture."""

from fastseg_edit.backends.lama.inpainter import Lama

__all__ = ["Lama"]
