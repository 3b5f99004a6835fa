"""Lengths given in pixels or relative to an object."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from fastseg_edit.errors import SpecError


@dataclass(frozen=True)
class IsLength:
    """Marks an option as a length, so that it is checked as one."""

    def check(self, name: str, value: Any) -> None:
        """Refuse what `pixels` could not read, with E_SPEC."""
        try:
            _parse(value)
        except SpecError as error:
            raise SpecError(error.code, f"{name}: {error.message}", error.hint) from error


Length: TypeAlias = Annotated[float | str, IsLength()]
"""Pixels (`12`, `"12px"`) or a share of the mask's longer side (`"2%"`)."""


def pixels(length: Length, whole: float, least: float = 0) -> float:
    """Turn a length into pixels.

    A fixed number of pixels is too much for a thumbnail and nothing for 50 megapixels; a share of
    the object is right for both.

    Args:
        length: Pixels, or a share such as "2%". At least 0.
        whole: What 100 % stands for, in pixels.
        least: Pixels below which a share never falls. A length in pixels is taken as it is, and
            so is 0 %.

    Raises:
        SpecError: With E_SPEC, if it is neither, or negative, or not finite.
    """
    number, relative = _parse(length)
    if not relative:
        return number
    return max(number / 100 * whole, least) if number else 0.0


def _parse(length: Length) -> tuple[float, bool]:
    text = str(length).strip()
    relative = text.endswith("%")
    try:
        number = float(text.removesuffix("%").removesuffix("px"))
    except ValueError:
        number = math.nan
    if isinstance(length, bool) or not math.isfinite(number) or number < 0:
        raise SpecError(
            "E_SPEC",
            f"a length is pixels or a share, at least 0, got {length!r}",
            "Write for example 12, 12px or 2%.",
        )
    return number, relative
