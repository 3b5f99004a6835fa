"""The two kinds of array that every part of the project exchanges."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

ImageArray: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) uint8, RGB."""

MaskArray: TypeAlias = NDArray[np.bool_]
"""(H, W) bool, True where the photo may change."""
