"""Segmentation without weights: GrabCut from several starts, the best looking results first."""

from fastseg_edit.backends.grabcut.segmenter import GrabCut

__all__ = ["GrabCut"]
