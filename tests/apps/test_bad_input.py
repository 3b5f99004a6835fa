"""Bad input: the stated code and status, one line, no traceback, nothing written."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fastseg_edit.apps.cli import main

BOX = ["--box", "50,30,110,90"]


def png_header(width, height):
    """A PNG that claims a size, and holds almost nothing."""

    def chunk(name, content):
        checked = name + content
        length = len(content).to_bytes(4, "big")
        return length + checked + zlib.crc32(checked).to_bytes(4, "big")

    sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    header = chunk(b"IHDR", sides + bytes([1, 0, 0, 0, 0]))
    return (
        b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    )


@pytest.fixture(autouse=True)
def folder(photo, square, tmp_path, monkeypatch):
    """A folder with good and bad files, which is the current one."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(photo).save("photo.png")
    Image.fromarray(photo).save("photo.jpg")
    Image.fromarray(square).save("mask.png")
    Path("text.jpg").write_text("this is no photo")
    Path("empty.jpg").touch()
    for name in ("photo.jpg", "photo.png"):
        content = Path(name).read_bytes()
        Path(f"cut-{name}").write_bytes(content[: len(content) // 2])
    Path("huge.png").write_bytes(png_header(20_000, 20_000))
    Path("folder.png").mkdir()
    frames = [Image.fromarray(photo), Image.fromarray(photo[::-1])]
    frames[0].save("moving.png", save_all=True, append_images=frames[1:])
    Image.fromarray(photo[:3, :3]).save("tiny.png")
    Image.fromarray(square[:50]).save("small-mask.png")
    Image.fromarray(np.zeros_like(square)).save("black-mask.png")
    Image.fromarray(np.ones_like(square)).save("white-mask.png")
    alpha = np.dstack([np.zeros((*square.shape, 3), np.uint8), square.astype(np.uint8) * 255])
    Image.fromarray(alpha).save("alpha-mask.png")
    Path("odd.yaml").write_text("stages: [segment, selekt]")
    Path("link.png").symlink_to("photo.png")
    Path("hard.png").hardlink_to("photo.png")
    Path("mask@2x.png").write_bytes(Path("mask.png").read_bytes())
    Path("there.mask.png").write_bytes(b"mine")
    for number, text in enumerate(("stages: 5", "stages: [5]", "stages: [{}]")):
        Path(f"odd-{number}.yaml").write_text(text)
    Path("odd-profile.yaml").write_text("inpainter: 5")
    return tmp_path


ROWS = [
    ("missing", ["nothing.png", *BOX], 5, "E_INPUT_MISSING"),
    ("nearest name", ["phto.png", *BOX], 5, "photo.png"),
    ("a text file", ["text.jpg", *BOX], 5, "E_INPUT_FORMAT"),
    ("no bytes", ["empty.jpg", *BOX], 5, "E_INPUT_EMPTY"),
    ("cut JPEG", ["cut-photo.jpg", *BOX], 5, "E_INPUT_TRUNCATED"),
    ("cut PNG", ["cut-photo.png", *BOX], 5, "E_INPUT_TRUNCATED"),
    ("400 megapixels", ["huge.png", *BOX], 5, "E_TOO_MANY_PIXELS"),
    ("more than allowed", ["photo.png", *BOX, "--max-pixels", "0.01MP"], 5, "--max-pixels"),
    ("many bytes", ["photo.png", *BOX, "--max-bytes", "1k"], 5, "E_TOO_MANY_BYTES"),
    ("a folder", ["folder.png", *BOX], 5, "E_INPUT_IS_DIR"),
    ("animated", ["moving.png", *BOX], 5, "E_MULTI_FRAME"),
    ("3 pixels wide", ["tiny.png", *BOX], 5, "E_TOO_SMALL"),
    ("mask of another size", ["photo.png", "--mask", "small-mask.png"], 2, "E_MASK_SIZE"),
    ("black mask", ["photo.png", "--mask", "black-mask.png"], 2, "E_MASK_EMPTY"),
    ("mask in alpha", ["photo.png", "--mask", "alpha-mask.png"], 2, ":alpha"),
    ("white mask", ["photo.png", "--mask", "white-mask.png"], 2, "E_MASK_COVERAGE"),
    ("missing mask", ["photo.png", "--mask", "no.png"], 5, "E_INPUT_MISSING"),
    ("point outside", ["photo.png", "--point", "160,5"], 2, "160x120"),
    ("point negative", ["photo.png", "--point", "-3,5"], 2, "E_POINT_RANGE"),
    ("point NaN", ["photo.png", "--point", "nan,5"], 2, "E_POINT_RANGE"),
    ("point of one number", ["photo.png", "--point", "3"], 2, "E_SPEC"),
    ("point of words", ["photo.png", "--point", "here,there"], 2, "E_SPEC"),
    ("box reversed", ["photo.png", "--box", "90,30,50,90"], 2, "E_BOX_EMPTY"),
    ("box without area", ["photo.png", "--box", "50,30,50,90"], 2, "E_BOX_EMPTY"),
    ("box outside", ["photo.png", "--box", "500,30,600,90"], 2, "E_BOX_EMPTY"),
    ("blank text", ["photo.png", "--text", "  "], 2, "E_TEXT_EMPTY"),
    ("text without a model", ["photo.png", "--text", "square"], 6, "pip install"),
    ("reference without a model", ["photo.png", "--ref", "photo.jpg"], 6, "pip install"),
    ("everything without a model", ["photo.png", "--everything"], 6, "pip install"),
    ("only negative points", ["photo.png", "--point", "3,3,-"], 2, "E_NO_POSITIVE"),
    ("no prompt", ["photo.png"], 2, "--point X,Y"),
    ("unknown flag", ["photo.png", *BOX, "--dilat", "3"], 2, "--dilate"),
    ("unknown option", ["photo.png", *BOX, "--set", "dilate.radios=3"], 2, "'radius'"),
    ("unknown stage", ["photo.png", *BOX, "--set", "dilat.radius=3"], 2, "'dilate'"),
    ("override without a value", ["photo.png", *BOX, "--set", "dilate.radius"], 2, "E_SPEC"),
    ("length without sense", ["photo.png", *BOX, "--dilate", "wide"], 2, "E_SPEC"),
    ("negative length", ["photo.png", *BOX, "--dilate", "-3"], 2, "E_SPEC"),
    ("output is the input", ["photo.png", *BOX, "-o", "photo.png"], 2, "E_OUTPUT_IS_INPUT"),
    ("output is a link to it", ["photo.png", *BOX, "-o", "link.png"], 2, "E_OUTPUT_IS_INPUT"),
    ("output is the mask", ["photo.png", "--mask", "mask.png", "-o", "mask.png"], 2,
     "E_OUTPUT_IS_INPUT"),
    ("output is a hard link to it", ["photo.png", *BOX, "-o", "hard.png"], 2, "E_OUTPUT_IS_INPUT"),
    ("output is the mask@2x",
     ["photo.png", "--mask", "mask@2x.png", "-o", "mask@2x.png", "--if-exists", "overwrite"], 2,
     "E_OUTPUT_IS_INPUT"),
    ("picture besides is there", ["photo.png", *BOX, "-o", "there.png", "--save", "mask"], 2,
     "there.mask.png"),
    ("in place, picture is there",
     ["photo.png", *BOX, "--in-place", "--save", "mask", "-o", "x.png"], 2, "--in-place"),
    ("unknown ending", ["photo.png", *BOX, "-o", "x.gif"], 2, ".gif"),
    ("ending against format", ["photo.png", *BOX, "-o", "x.png", "--format", "jpg"], 2, "E_SPEC"),
    ("in place with another format", ["photo.png", *BOX, "--in-place", "--format", "jpg"], 2,
     "E_SPEC"),
    ("unknown field in a name", ["photo.png", *BOX, "-o", "{stem}.{foo}.png"], 2, "{foo}"),
    ("two things on stdout", ["photo.png", *BOX, "-o", "-", "--json"], 2, "--json"),
    ("a NUL in the caption", ["photo.png", *BOX, "--text", "a\0b"], 2, "E_TEXT_EMPTY"),
    ("text beside a box", ["photo.png", *BOX, "--point", "52,32,-", "--text", "dog"], 6,
     "pip install"),
    ("recipe without a list", ["photo.png", "--mask", "mask.png", "--recipe", "odd-0.yaml"], 2,
     "E_RECIPE"),
    ("recipe with a number", ["photo.png", "--mask", "mask.png", "--recipe", "odd-1.yaml"], 2,
     "E_RECIPE"),
    ("recipe with nothing", ["photo.png", "--mask", "mask.png", "--recipe", "odd-2.yaml"], 2,
     "E_RECIPE"),
    ("recipe that only selects", ["photo.png", *BOX, "--recipe", "segment"], 2, "E_RECIPE"),
    ("profile with a number", ["photo.png", *BOX, "--profile", "odd-profile.yaml"], 2,
     "odd-profile.yaml"),
    ("output folder missing", ["photo.png", *BOX, "-o", "no/out.png"], 9, "E_OUTPUT_WRITE"),
    ("folder not there", ["photo.png", *BOX, "-o", "none/"], 9, "mkdir -p 'none'"),
    ("name too long", ["photo.png", *BOX, "-o", "x" * 300 + ".png"], 9, "E_OUTPUT_WRITE"),
    ("unknown format", ["photo.png", *BOX, "--format", "gif"], 2, "E_SPEC"),
    ("unknown picture", ["photo.png", *BOX, "--save", "maks"], 2, "'mask'"),
    ("zero steps", ["photo.png", *BOX, "--steps", "0"], 2, "E_SPEC"),
    ("zero strength", ["photo.png", *BOX, "--strength", "0"], 2, "E_SPEC"),
    ("too much strength", ["photo.png", *BOX, "--strength", "2"], 2, "E_SPEC"),
    ("negative guidance", ["photo.png", *BOX, "--guidance", "-1"], 2, "E_SPEC"),
    ("unknown device", ["photo.png", *BOX, "--device", "tpu"], 2, "E_DEVICE"),
    ("no CUDA", ["photo.png", *BOX, "--device", "cuda"], 2, "E_DEVICE"),
    ("unknown recipe", ["photo.png", *BOX, "--recipe", "remov"], 2, "'remove'"),
    ("bad recipe", ["photo.png", *BOX, "--recipe", "odd.yaml"], 2, "'select'"),
    ("unknown profile", ["photo.png", *BOX, "--profile", "best"], 2, "E_NAME"),
    ("unknown model", ["photo.png", *BOX, "--model", "examplar"], 2, "'exemplar'"),
    ("candidate not there", ["photo.png", "--mask", "mask.png", "--candidate", "9"], 2, "E_SPEC"),
    ("nothing left", ["photo.png", "--mask", "mask.png", "--mask", "mask.png:subtract"], 7,
     "E_NO_OBJECT"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "status", "said"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_bad_input(folder, capsys, given, status, said):
    before = sorted(path.name for path in folder.iterdir())
    assert main(["remove", *given]) == status
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error[E_")
    assert said in error
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_missing_folder_is_told_before_the_photo_is_read(capsys):
    assert main(["remove", "not-there.png", *BOX, "-o", "none/"]) == 9
    assert "mkdir -p 'none'" in capsys.readouterr().err


@pytest.mark.parametrize("operation", ["replace", "replace-background"])
def test_what_to_paint_is_asked_for(capsys, operation):
    assert main([operation, "photo.png", *BOX]) == 2
    assert "--with" in capsys.readouterr().err


@pytest.mark.parametrize("operation", ["fill", "replace", "replace-background"])
def test_words_without_a_model_come_with_the_line_that_installs_one(capsys, operation):
    assert main([operation, "photo.png", *BOX, "--with", "a red mug"]) == 6
    assert "pip install 'fastseg-edit[mini]'" in capsys.readouterr().err


def test_a_defect_of_ours_is_one_line_too(capsys, monkeypatch):
    monkeypatch.setattr("fastseg_edit.ops.plan.windows", None)
    assert main(["remove", "photo.png", *BOX]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("error[E_INTERNAL]: TypeError")


@pytest.mark.parametrize(
    "name", ["-dash.png", "a\nb.png", "quo'te\".png", "emoji-\U0001f9a6.png", "é.png"]
)
def test_odd_names_work(folder, photo, name):
    Image.fromarray(photo).save(folder / name, "PNG")
    command = [sys.executable, "-m", "fastseg_edit", "remove", *BOX, "--model", "blur", "--", name]
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert (folder / f"{Path(name).stem}.edit.png").exists()
