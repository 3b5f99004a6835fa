"""Flags of a batch against the same flags of a single edit."""

import shlex

import pytest
from PIL import Image

from fastseg_edit import requests, sources
from fastseg_edit.apps import asking, batch_asked, commands
from fastseg_edit.apps.flags import NO_PROMPTS
from fastseg_edit.batching.manifests import listing
from fastseg_edit.errors import DocumentError, FastsegError
from fastseg_edit.requests import Problems

GRID = {
    "a click": "--point 80,60",
    "several clicks": "--point 80,60 --point 10,10,- --point 30%,40%,+",
    "a box with clicks that correct it": "--box 50,30,110,90 --point 60,40,-",
    "a box that words subtract from": "--box 50,30,110,90 --text 'a cup:subtract'",
    "clicks in a box": "--box 50,30,110,90 --point 80,60 --combine within",
    "clicks in a box, and more": "--box 1,1,9,9 --point 4,4 --text cup --combine within",
    "clicks on an object each": "--point 80,60 --point 20,20 --separate",
    "what several have in common": "--box 1,1,9,9 --point 4,4 --text cup --combine intersect",
    "what clicks and references leave": "--text cup --mask mask.png --combine subtract",
    "clicks after a reference": "--point 4,4 --ref photo.png --ref photo.jpg --combine intersect",
    "kinds told how to combine": "--point 4,4 --point 9,9:subtract --ref photo.png:intersect "
    "--ref photo.jpg --combine intersect",
    "clicks on an object each, apart": "--point 8,6 --point 2,2 --separate --combine subtract",
    "a part of a reference": "--ref photo.png@10,10,60,60",
    "a masked reference": "--ref photo.png@mask.png:luma",
    "a mask": "--mask mask.png:inverted --dilate 3",
    "a mask of another size": "--mask small.png --mask-resize fit",
    "a mask to be made exact": "--rough mask.png",
    "strokes": "--scribble mask.png",
    "everything": "--everything --text cup --text 'a plate' --operation segment",
    "places to avoid": "--text cup --avoid mask.png --avoid 1,1,9,9",
    "settings": "--text cup --seed 3 --dilate 2% --set dilate.radius=4 --rim 0 --on-empty copy",
    "options of a model": "--text a --model-option budget=2000 --profile classical --max-pixels 2M",
}  # fmt: skip


@pytest.fixture
def folder(photo_folder):
    Image.open("mask.png").resize((80, 60)).save("small.png")
    return photo_folder


def given(command, arguments):
    """Return the flags as click reads them."""
    return command.make_context("test", list(arguments)).params


def asked_of_batch(arguments, job="photo.png"):
    flags = given(commands.group.commands["batch"].commands["plan"], [job, *arguments])
    manifest = batch_asked.asked(flags.pop("job"), flags).manifest()
    problems = Problems()
    found = [*listing.items(manifest, problems)]
    problems.refuse("job")
    (request,) = found[0].requests
    return request


def asked_of_one(operation, arguments):
    flags = given(commands.group.commands[operation], ["photo.png", *arguments])
    return asking.request(operation, NO_PROMPTS | flags)


def meant(request):
    """Return all that a request says of a photo."""
    return requests.written(request.spec(sources.open_source("photo.png", {})))


@pytest.mark.parametrize("flags", GRID.values(), ids=GRID)
@pytest.mark.usefixtures("folder")
def test_a_batch_reads_flags_as_a_single_edit_does(flags):
    alone, _, operation = flags.partition(" --operation ")
    one = asked_of_one(operation or "remove", shlex.split(alone))
    assert meant(asked_of_batch(shlex.split(flags))) == meant(one)


@pytest.mark.usefixtures("folder")
def test_an_edit_without_a_prompt_needs_none():
    flags = ["--to", "1:1", "--operation", "outpaint", "--with", "grass"]
    assert meant(asked_of_batch(flags)) == meant(
        asked_of_one("outpaint", ["--to", "1:1", "--with", "grass"])
    )


WRONG = {
    "no prompt": "",
    "a box of three numbers": "--box 1,2,3",
    "clicks in no box": "--point 1,2 --combine within",
    "a setting out of range": "--text cup --strength 3",
    "an unknown device": "--text cup --device gpu",
    "a blank caption": "--text cup --with ' '",
    "--set without a stage": "--text cup --set radius=4",
}


@pytest.mark.parametrize("flags", WRONG.values(), ids=WRONG)
@pytest.mark.usefixtures("folder")
def test_a_batch_refuses_flags_in_the_words_of_a_single_edit(flags):
    operation = ["--operation", "fill"] if "--with" in flags else []
    with pytest.raises(FastsegError) as of_batch:
        asked_of_batch([*shlex.split(flags), *operation])
    with pytest.raises(FastsegError) as of_one:
        meant(asked_of_one("fill" if operation else "remove", shlex.split(flags)))
    assert str(of_batch.value) == str(of_one.value)


MANIFEST = "items: [{photo: photo.png}]\ndefaults: {operation: fill, prompt: [{text: a cup}]}"


def test_flags_override_the_defaults_of_a_manifest(folder):
    (folder / "job.yaml").write_text(MANIFEST)
    request = asked_of_batch(["--box", "1,1,9,9", "--seed", "7"], "job.yaml")
    assert request.operation == "fill"
    assert [part.kind for part in request.parts] == ["box"]
    assert request.settings == {"seed": 7}
    assert asked_of_batch(["--operation", "remove"], "job.yaml").operation == "remove"


def test_only_flags_lead_out_of_the_folder_of_a_manifest(folder, tmp_path_factory):
    mask = tmp_path_factory.mktemp("elsewhere") / "mask.png"
    (folder / "mask.png").rename(mask)
    (folder / "job.yaml").write_text(MANIFEST)
    assert list(asked_of_batch(["--mask", str(mask)], "job.yaml").files()) == [mask]
    (folder / "job.yaml").write_text(MANIFEST.replace("text: a cup", f"mask: {mask}"))
    with pytest.raises(DocumentError, match="leads out of"):
        asked_of_batch([], "job.yaml")
