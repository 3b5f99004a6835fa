"""Flags of the command line, made from the one declaration in `settings`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, get_args, get_origin

import click

from fastseg_edit import options
from fastseg_edit.extents import Anchor
from fastseg_edit.ops.length import IsLength
from fastseg_edit.options import Help
from fastseg_edit.settings import SAVED, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

Decorator: TypeAlias = "Callable[[Callable[..., Any]], Callable[..., Any]]"

EPILOG = """\b
Coordinates are pixels of the upright photo, or shares such as 30%,40%.
Several clicks, or references, describe one object; several boxes, one object each,
and with --separate several clicks too.
End any prompt with :subtract or :intersect to combine it with the others so, and
with :add to join it only after that."""

COMBINE = ("union", "intersect", "subtract", "within")


class Amount(click.ParamType[int]):
    """A number with a unit: 64MP, 100MB, 2k."""

    name = "number"
    factors = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}  # noqa: RUF012 (click's attribute style)

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Return the number without its unit."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([kmg]?)[pb]?", str(value).strip().lower())
        if not match:
            self.fail(f"wants a number such as 64MP or 100MB, got {value!r}", param, ctx)
        return round(float(match[1]) * self.factors[match[2]])


def adding(*declarations: Decorator) -> Decorator:
    """Return a decorator that adds flags in the order given."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for declaration in reversed(declarations):
            command = declaration(command)
        return command

    return add


def _many(flag: str, shape: str, text: str) -> Decorator:
    return click.option(flag, multiple=True, metavar=shape, help=text)


_avoid = _many("--avoid", "FILE|BOX", "Never copy from here, such as other objects.")

prompts = adding(
    _many("--point", "X,Y[,+|-]", "A click on the object (+), or beside it (-)."),
    _many("--box", "LEFT,TOP,RIGHT,BOTTOM", "A box around an object."),
    _many("--text", "WORDS", "Words that name the object."),
    _many("--ref", "FILE[@BOX|@MASK]", "Another photo of the object, and where it is in there."),
    _many("--mask", "FILE[:alpha|luma|inverted]", "A ready mask: white is selected."),
    _many("--rough", "FILE[:alpha|luma|inverted]", "A mask that is about right, to be made exact."),
    _many("--scribble", "FILE", "Strokes: white on the object, black beside it, gray neither."),
    click.option("--separate", is_flag=True, help="Each --point is on an object of its own."),
    click.option(
        "--everything",
        is_flag=True,
        help="Every object that can be found. segment labels each by its best --text, or other.",
    ),
    click.option(
        "--combine",
        type=click.Choice(COMBINE),
        default="union",
        show_default=True,
        help="How the prompts add up. within: the clicks describe the object in the box.",
    ),
    _avoid,
)
"""Adds the flags that say what to select."""

grown = adding(
    click.option(
        "--extend",
        metavar="LENGTH|LEFT,TOP,RIGHT,BOTTOM",
        help="By how much each side grows: pixels, or shares of the photo's width and height.",
    ),
    click.option("--to", metavar="WxH|W:H", help="The size or the ratio that the photo grows to."),
    click.option(
        "--anchor",
        type=click.Choice(get_args(Anchor)),
        help="Where in what --to asks for the photo lies; else in the centre.",
    ),
    click.option(
        "--align",
        is_flag=True,
        default=None,
        help="Move the photo by less than a block, so that those of a JPEG stay as they are.",
    ),
)
"""Adds the flags that say how a photo grows."""

canvas = adding(grown, _avoid)
"""Adds the same, and what not to copy from."""

spot = adding(
    click.option(
        "--from", "origin", required=True, metavar="PHOTO", help="The photo that it is taken from."
    ),
    click.option("--at", metavar="X,Y", help="Where its middle goes: pixels or shares. 50%,50%."),
    click.option("--height", metavar="PX|%", help="How high it becomes, or its share of PHOTO."),
    click.option("--scale", type=float, help="How many times larger than it was."),
    click.option("--flip", is_flag=True, help="Swap its left and right."),
    click.option("--into", metavar="LEFT,TOP,RIGHT,BOTTOM", help="A box that it is to fill."),
)
"""Adds the flags that say what is pasted where, and how large."""

NO_PROMPTS: dict[str, Any] = {
    **dict.fromkeys(("point", "box", "text", "ref", "mask", "rough", "scribble"), ()),
    "separate": False,
    "everything": False,
    "combine": "union",
}
"""What the flags of `prompts` say where none is given."""


def captioned(operation: str) -> Decorator:
    """Add the flag that says what to paint, where the operation paints words."""
    if operation in ("segment", "remove"):
        return lambda command: command
    return click.option("--with", "caption", help="What to paint, in words.")


_written = adding(
    click.option("-o", "--output", help="File, folder, or name such as '{stem}.new{ext}'."),
    click.option("--format", "format_", default="keep", help="keep, png, jpg, webp, tiff, bmp."),
    click.option(
        "--metadata",
        type=click.Choice(("keep", "icc-only", "strip")),
        default="keep",
        help="What to carry over of EXIF, ICC, XMP.",
    ),
    click.option(
        "--if-exists",
        type=click.Choice(("error", "overwrite", "rename", "skip")),
        default="error",
        show_default=True,
        help="What to do when the output is there.",
    ),
    click.option("--in-place", is_flag=True, help="Overwrite the photo itself."),
    click.option(
        "--save",
        default="",
        help=f"Besides the result, any of: {', '.join(SAVED)}, with commas between.",
    ),
    click.option(
        "--sidecar",
        is_flag=True,
        help="Write OUT.edit.json, from which replay makes the edit again.",
    ),
)
said = adding(
    click.option("--json", "as_json", is_flag=True, help="Report as JSON on stdout."),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
    click.option("-v", "--verbose", count=True, help="Show the stages; -vv tracebacks."),
)
"""Adds the flags for what is said."""

results = adding(_written, said)
"""Adds the flags that say where the result goes and what is said about it."""

read = adding(
    click.option("--frame", type=int, help="Which picture of a file with several, from 0."),
    click.option(
        "--mask-resize",
        type=click.Choice(("error", "fit")),
        default="error",
        help="What to do with a mask of another size.",
    ),
)
"""Adds the flags for how a photo and its masks are read."""

outputs = adding(_written, read, said)
"""Adds all of these."""


def edit_settings(
    command: Callable[..., Any], left_out: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Add a flag for each of `Settings`, and --set for any option of any stage.

    Args:
        command: What takes the flags.
        left_out: Settings that have no flag there.
    """
    command = _many("--set", "STAGE.OPTION=VALUE", "Any option of any stage.")(command)
    text = "Any option of the inpainter, such as lora=ink.safetensors."
    command = _many("--model-option", "OPTION=VALUE", text)(command)
    for name, hint in reversed(options.hints_of(Settings).items()):
        extras = get_args(hint)
        about = next((extra.text for extra in extras if isinstance(extra, Help)), None)
        if about is None or name in ("overrides", "model_options", *left_out):
            continue  # has a flag of its own
        flag = f"--{name.replace('_', '-')}"
        command = click.option(flag, name, help=about, **_kind(name, hint))(command)
    return command


def _kind(name: str, hint: Any) -> dict[str, Any]:
    """Return what click is told of a setting's value."""
    inner, *extras = get_args(hint)
    if inner is bool:
        return {"is_flag": True, "default": None}
    return {"type": _type(name, hint), "metavar": "PX|%" if IsLength() in extras else None}


def _type(name: str, hint: Any) -> Any:
    if name in ("max_pixels", "max_bytes"):
        return Amount()
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) is Literal:
        return click.Choice(get_args(hint))
    return hint if hint in (int, float) else str
