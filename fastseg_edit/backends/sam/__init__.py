"""Segment Anything: a network that turns clicks and boxes into masks."""

from fastseg_edit.backends.sam.segmenter import Sam

__all__ = ["Sam"]
