"""Stable Diffusion and its kin paint what words say, through diffusers."""

from fastseg_edit.backends.diffusion.inpainter import Diffusion

__all__ = ["Diffusion"]
