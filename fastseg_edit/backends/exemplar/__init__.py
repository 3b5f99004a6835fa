"""Exemplar-based completion: fills a hole with copies of what surrounds it, without any weights."""

from fastseg_edit.backends.exemplar.inpainter import Exemplar

__all__ = ["Exemplar"]
