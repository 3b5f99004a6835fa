"""Every order is answered once, whatever a stage raises, and memory stays within its bounds."""

import hashlib
import threading
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from faulty_workshop import FIRST, RAISED, Faulty
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fastseg_edit import registry
from fastseg_edit.batching.manifests.gates import Bounds, Gates
from fastseg_edit.batching.manifests.items import Item, Writing
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.batching.workers import making
from fastseg_edit.batching.workers.bench import Bench
from fastseg_edit.batching.workers.messages import At, Made, Order, Setup
from fastseg_edit.batching.workers.workshop import Workshop
from fastseg_edit.requests import Folders, reading

SIZE = (40, 32)
PIXELS = SIZE[0] * SIZE[1]

KINDS = ("good", "missing", "text", "cut", "other mask", "unread", "unwritten", *RAISED)

STATES = {"good": "done"}


@pytest.fixture(scope="module", autouse=True)
def painter():
    """Let the painter be known by name, as one of another package is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry.BUILT_IN["inpainter"], "faulty", "faulty_workshop:Painter")
        registry.names.cache_clear()
        yield
    registry.names.cache_clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with one photo of each kind."""
    folder = tmp_path_factory.mktemp("photos")
    picture = np.random.default_rng(0).integers(0, 256, (*SIZE[::-1], 3), np.uint8)
    for name in map(name_of, KINDS):
        said = PngInfo()
        said.add_text("Comment", name)  # kept in the result, so that a store knows it
        Image.fromarray(picture).save(folder / f"{name}.png", pnginfo=said)
    (folder / "missing.png").unlink()
    (folder / "text.png").write_text("no photo")
    (folder / "cut.png").write_bytes((folder / "good.png").read_bytes()[:600])
    Image.new("L", (9, 9), 255).save(folder / "other.png")
    mask = np.zeros(SIZE[::-1], np.uint8)
    mask[10:20, 10:20] = 255
    Image.fromarray(mask).save(folder / "mask.png")
    return folder


def name_of(kind):
    return kind if isinstance(kind, str) else kind.__name__


def item(folder, kind, number=0, variants=1, **changes):
    seed = RAISED.index(kind) + FIRST if kind in RAISED else 0
    prompt = [{"mask": "other.png" if kind == "other mask" else "mask.png"}]
    edit = {"operation": "remove", "prompt": prompt, "profile": "classical", "model": "faulty"}
    request = reading.read({**edit, "seed": seed, "variants": variants}, Folders(folder))
    values = {"output": f"{number}-{name_of(kind)}.png", "writing": Writing(sidecar=True)}
    values |= {"gates": Gates(), **changes}
    return Item(number, f"i{number}", f"{name_of(kind)}.png", (request,), **values)


def run(folder, items, kind=Workshop, **setup):
    """Let a workshop do items, and return what it says."""
    said = []
    setup = {"photos": Faulty(folder), "results": Faulty(folder / "out"), "run": 1, **setup}
    workshop = kind(Setup(**setup), said.append)
    for attempt, each in enumerate(items, 100):
        workshop.take(Order(attempt, each))
    workshop.take(None)
    running = threading.Thread(target=workshop.run, daemon=True)
    running.start()
    running.join(60)
    assert not running.is_alive()
    return said


def made(said):
    return [one for one in said if isinstance(one, Made)]


@given(
    st.lists(st.sampled_from(KINDS), max_size=8),
    st.integers(1, 3),
    st.sampled_from([1, PIXELS, 3 * PIXELS]),
)
@hypothesis_settings(max_examples=25)
def test_every_order_is_answered_once_and_only_good_ones_are_done(folder, kinds, group, pixels):
    said = run(
        folder, [item(folder, *each) for each in zip(kinds, count())], group=group, pixels=pixels
    )
    answered = {one.attempt: one for one in made(said)}
    assert len(made(said)) == len(kinds)
    assert [answered[100 + n].state for n in range(len(kinds))] == [
        STATES.get(kind, "failed") for kind in kinds
    ]


@given(st.lists(st.sampled_from(KINDS), max_size=8), st.integers(1, 4), st.integers(1, 3))
@hypothesis_settings(max_examples=15)
def test_photos_in_memory_stay_within_the_budget(folder, kinds, photos, group):
    said = run(
        folder,
        [item(folder, *each) for each in zip(kinds, count())],
        group=group,
        pixels=photos * PIXELS,
    )
    inside = set()
    for one in said:
        if isinstance(one, Made):
            inside.discard(one.attempt)
        elif one.stage != "read":
            inside.add(one.attempt)
        assert len(inside) <= photos


def test_a_photo_larger_than_the_budget_is_alone_in_memory(folder):
    said = run(folder, [item(folder, "good", number) for number in range(4)], pixels=1, group=4)
    inside = [type(one) for one in said if isinstance(one, Made) or one.stage == "select"]
    assert inside == [At, Made] * 4


def test_stages_are_told_in_order_and_their_times_are_of_the_item(folder):
    said = run(folder, [item(folder, "good")])
    assert [one.stage for one in said[:-1]] == ["read", "select", "paint", "write"]
    assert list(said[-1].facts["seconds"]) == ["read", "select", "paint", "write"]


def test_parts_hold_what_their_hashes_say(folder):
    [done] = made(run(folder, [item(folder, "good")]))
    assert [part.name for part in done.parts] == ["0-good.png", "0-good.png.edit.json"]
    for part in done.parts:
        content = (folder / "out" / part.part).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (part.sha256, part.size)


def test_the_same_item_gives_the_same_bytes_in_any_company(folder):
    items = [item(folder, "good", number) for number in range(3)]
    alone = [made(run(folder, [one]))[0].parts[0].sha256 for one in items]
    together = [one.parts[0].sha256 for one in made(run(folder, items, group=3))]
    assert alone == together


def test_variants_are_files_of_one_item(folder):
    one = item(folder, "good", writing=Writing(sidecar=False), variants=2)
    [done] = made(run(folder, [one]))
    assert [part.name for part in done.parts] == ["0-good.png", "0-good-2.png"]


@pytest.mark.parametrize(
    ("otherwise", "state", "files"),
    [("fail", "failed", 0), ("skip", "skipped", 0), ("copy", "unchanged", 1)],
)
@pytest.mark.parametrize("edits", [1, 2])
def test_gates_settle_items_of_one_edit_and_of_several(folder, otherwise, state, files, edits):
    gates = Gates(coverage=Bounds(least=0.5), otherwise=otherwise)
    one = item(folder, "good", gates=gates, writing=Writing(sidecar=False))
    [done] = made(run(folder, [replace(one, requests=one.requests * edits)]))
    assert (done.state, done.error[0], len(done.parts)) == (state, "E_GATE", files)


def test_several_steps_are_painted_in_the_stage_that_paints(folder):
    one = item(folder, "good")
    said = run(folder, [replace(one, requests=one.requests * 2)])
    assert [each.stage for each in said[:-1]] == ["read", "select", "paint", "write"]
    assert said[-1].state == "done"


@pytest.mark.parametrize("stage", ["read", "paint", "write"])
def test_a_workshop_that_nobody_hears_ends(folder, stage):
    def tell(message):
        if isinstance(message, At) and message.stage == stage:
            raise BrokenPipeError

    workshop = Workshop(Setup(Folder(folder), Folder(folder / "out"), 1), tell)
    workshop.take(Order(1, item(folder, "good")))
    with pytest.raises(BrokenPipeError):
        workshop.run()


def test_a_mask_that_is_replaced_meanwhile_never_has_the_result_of_the_old_one(folder, tmp_path):
    for name in ("good.png", "mask.png"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    before = np.asarray(Image.open(folder / "mask.png"))

    class Replaced(Workshop):
        def _hash_of(self, path):
            Image.fromarray(np.roll(before, 9, axis=1)).save(path)
            return super()._hash_of(path)

    [first] = made(run(tmp_path, [item(tmp_path, "good")], kind=Replaced))
    [second] = made(run(tmp_path, [item(tmp_path, "good")]))
    assert first.key == second.key
    assert first.parts[0].sha256 == second.parts[0].sha256


def test_what_fails_in_company_spoils_no_other(folder):
    benches = []
    for number, kind in enumerate(("good", KeyboardInterrupt, "good", MemoryError)):
        workshop = Workshop(Setup(Faulty(folder), Faulty(folder / "out"), 1), print)
        bench = Bench(Order(number, item(folder, kind, number)))
        workshop._look(bench)
        workshop._open(bench)
        making.select(bench)
        benches.append(bench)
    making.paint(benches)
    codes = [bench.error and bench.error.code for bench in benches]
    assert codes == [None, "E_INTERNAL", None, "E_MEMORY"]
    assert [bench.edited is not None for bench in benches] == [True, False, True, False]
