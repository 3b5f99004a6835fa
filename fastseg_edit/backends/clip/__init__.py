"""CLIP tells which mask shows what the words say."""

from fastseg_edit.backends.clip.ranker import Clip

__all__ = ["Clip"]
