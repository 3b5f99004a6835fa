"""FastSAM: a YOLO that finds every object of a photo at once, and what of it a prompt means."""

from fastseg_edit.backends.fastsam.segmenter import FastSam

__all__ = ["FastSam"]
