"""YOLO: every object of the kinds that it knows, with its mask, in one look."""

from fastseg_edit.backends.yolo.grounder import Yolo

__all__ = ["Yolo"]
