"""Items of a job: which photos patterns name, what each is asked, and what its seed is."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.batching.manifests import listing, manifest
from fastseg_edit.batching.manifests.patterns import Pattern
from fastseg_edit.errors import DocumentError, InputError, SpecError
from fastseg_edit.requests import Problems

POINT = {"operation": "remove", "prompt": [{"point": [1, 2]}], "profile": "classical"}
FILES = ("a.jpg", "b.PNG", "c.txt", ".d.png", "sub/e.png", "sub/e_mask.png", "sub/deep/f.webp")

words = st.text("ab.", min_size=1, max_size=3).filter(lambda word: not word.startswith("."))
names = st.lists(words, min_size=1, max_size=4).map("/".join)


@pytest.fixture
def home(tmp_path):
    for name in FILES:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def items(home, *entries, **said):
    document = {"root": "photos", "items": list(entries), **said}
    problems = Problems()
    found = list(listing.items(manifest.read(document, home), problems))
    problems.refuse("job")
    return found


def swept(home, photos, **said):
    return [item.photo for item in items(home, {"photos": photos, **said, **POINT})]


def as_regex(pattern):
    text = "/".join(".*" if p == "**" else re.escape(p).replace(r"\*", "[^/]*") for p in pattern)
    return text.replace(".*/", "(?:.+/)?").replace("/.*", "(?:/.+)?")


@given(names, st.lists(st.sampled_from(["a", "b*", "*", "**", "*.b"]), min_size=1, max_size=4))
def test_a_pattern_means_what_the_same_expression_means(name, parts):
    way = [part for n, part in enumerate(parts) if parts[n - 1 : n] != ["**"] or part != "**"]
    if way == ["**"] or way[-1] == "**" or not Pattern.of("/".join(way)).is_wild:
        return
    assert Pattern.of("/".join(way)).matcher()(name) == bool(re.fullmatch(as_regex(way), name))


@given(st.text(max_size=20), names)
def test_no_text_keeps_a_pattern_from_being_read_or_refused(text, name):
    with contextlib.suppress(SpecError, InputError):
        Pattern.of(text).matcher()(name)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("**/*.{jpg,png}", ["a.jpg", "b.PNG", "sub/e.png", "sub/e_mask.png"]),
        ("sub", ["sub/deep/f.webp", "sub/e.png", "sub/e_mask.png"]),
        ("sub/*", ["sub/e.png", "sub/e_mask.png"]),
        ("*", ["a.jpg", "b.PNG"]),
        ("**/deep/**", ["sub/deep/f.webp"]),
        ("[ab].*", ["a.jpg", "b.PNG"]),
        (".*", [".d.png"]),
    ],
)
def test_patterns_name_photos_only_in_order(home, pattern, found):
    assert swept(home, pattern) == found


def test_what_is_excluded_is_left_out(home):
    assert swept(home, "**/*", exclude=["*_mask.png", "sub/deep"]) == [
        "a.jpg",
        "b.PNG",
        "sub/e.png",
    ]


def test_results_below_the_photos_are_never_photos(home):
    (home / "photos/out").mkdir()
    (home / "photos/out/z.png").touch()
    found = items(home, {"photos": "**/*.png", **POINT}, out="photos/out")
    assert [item.photo for item in found] == ["b.PNG", "sub/e.png", "sub/e_mask.png"]
    with pytest.raises(DocumentError, match="next run"):
        items(home, {"photos": "*.png", **POINT}, out="photos")


def test_loops_of_links_end(home):
    (home / "photos/sub/loop").symlink_to(home / "photos", target_is_directory=True)
    assert "sub/e.png" in swept(home, "**/*.png")
    assert not any("loop" in name for name in swept(home, "**/*"))


def test_a_pattern_without_photos_is_told(home):
    with pytest.raises(DocumentError, match=r"/items/0/photos: no photo"):
        swept(home, "*.tiff")


def test_masks_are_named_by_their_photos(home):
    entry = {"photos": "sub/*.png", "prompt": [{"mask": "masks/{stem}.png:alpha"}]}
    found = items(home, {**entry, "exclude": "*_mask*"}, defaults=POINT)
    (mask,) = found[0].requests[0].parts
    assert (mask.value.path, mask.value.channel) == (home / "photos/masks/e.png", "alpha")


def test_filled_in_names_are_confined(home):
    entry = {"photo": "a.jpg", "id": "../../..", "operation": "remove"}
    with pytest.raises(DocumentError) as caught:
        items(home, {**entry, "prompt": [{"mask": "{id}/passwd"}]})
    assert "E_PATH_ESCAPES" in {problem.code for problem in caught.value.problems}


def test_an_item_that_selects_gives_a_png(home):
    (item,) = items(home, {"photo": "a.jpg", **POINT, "operation": "segment"})
    assert (item.output, item.writing.format) == ("a.png", "PNG")


def test_the_ending_of_a_name_says_the_format(home):
    (item,) = items(home, {"photo": "a.jpg", **POINT, "name": "{stem}.webp"})
    assert item.writing.format == "WEBP"
    with pytest.raises(DocumentError, match="which its ending does not say"):
        items(home, {"photo": "a.jpg", **POINT, "name": "{stem}.webp", "format": "png"})


def seeds(found):
    return {item.photo: [edit.settings.get("seed") for edit in item.requests] for item in found}


@given(st.permutations(["a.jpg", "b.PNG", "sub/e.png"]), st.integers(0, 2**40))
def test_a_seed_of_its_own_does_not_depend_on_the_order(tmp_path_factory, order, seed):
    home = tmp_path_factory.getbasetemp()
    entries = [{"photo": photo, **POINT} for photo in order]
    usual = [{"photo": photo, **POINT} for photo in sorted(order)]
    mine = seeds(items(home, *entries, seed=seed))
    assert mine == seeds(items(home, *usual, seed=seed))
    assert len({one for each in mine.values() for one in each}) == 3
    assert mine != seeds(items(home, *usual, seed=seed + 1))


def test_only_those_get_a_seed_of_their_own_that_ask_for_it_or_state_none(home):
    per_item = {"seed": "per-item"}
    entries = [
        {"photo": "a.jpg", **POINT},
        {"photo": "b.PNG", **POINT, "seed": 7},
        {"photo": "sub/e.png", "steps": [{**POINT, **per_item}, {**POINT, "seed": 8}]},
    ]
    plain = seeds(items(home, *entries))
    assert plain["a.jpg"] == [None]
    assert plain["sub/e.png"][0] not in (None, 8)
    asked = seeds(items(home, *entries, defaults=per_item))
    assert asked["a.jpg"][0] is not None
    assert (asked["b.PNG"], asked["sub/e.png"][1]) == ([7], 8)


def test_what_items_have_in_common_is_told_once_and_at_its_place(home):
    entries = [{"photo": "a.jpg", "id": number} for number in range(5)]
    with pytest.raises(DocumentError) as caught:
        items(home, *entries, defaults={**POINT, "dilate": "wide", "save": "msk"})
    assert [problem.place for problem in caught.value.problems] == [
        "/defaults/dilate",
        "/defaults/save",
    ]


def test_all_mistakes_come_at_once_with_their_places(home):
    entries = [
        {"image": "a.jpg", **POINT},
        {"photo": "../x.jpg", **POINT, "dilat": 2},
        5,
        {"photo": "a.jpg", **POINT, "gates": {"covrage": 1, "count": [3, 1]}},
        {"photo": "a.jpg", "steps": [{**POINT, "top": 0}], "dilate": 2},
        {"photo": "a.jpg", **POINT, "id": True},
    ]
    with pytest.raises(DocumentError) as caught:
        items(home, *entries)
    assert {problem.place for problem in caught.value.problems} >= {
        "/items/0/image",
        "/items/1/dilat",
        "/items/1/photo",
        "/items/2",
        "/items/3/gates/covrage",
        "/items/3/gates/count",
        "/items/4/steps/0/top",
        "/items/4/dilate",
        "/items/5/id",
    }
    assert "Did you mean 'photo'?" in str(caught.value)


def test_a_job_without_items_is_refused(home):
    with pytest.raises(DocumentError, match="at least one item"):
        items(home)


def test_what_nobody_says_to_do_is_to_remove(home):
    said = {"prompt": [{"point": [1, 2]}]}
    steps = {"steps": [said, {**said, "operation": "segment"}]}
    one, several = items(home, {"photo": "a.jpg", **said}, {"photo": "b.PNG", **steps})
    assert one.operation == "remove"
    assert [each.operation for each in several.requests] == ["remove", "segment"]


def test_null_takes_back_what_the_defaults_say(home):
    defaults = {**POINT, "dilate": 3, "format": "webp", "gates": {"count": 1}}
    bare = {"prompt": None, "dilate": None, "format": None, "gates": None}
    outpainted = {"photo": "a.jpg", "operation": "outpaint", "extend": 9, **bare}
    stepped = {"photo": "b.PNG", "steps": [{"dilate": None}, {}]}
    first, second, third = items(home, outpainted, stepped, {"photo": "a.jpg"}, defaults=defaults)
    (edit,) = first.requests
    assert (edit.parts, "dilate" in edit.settings) == ((), False)
    assert (first.writing.format, bool(first.gates), third.writing.format) == (
        "keep",
        False,
        "WEBP",
    )
    assert [each.settings.get("dilate") for each in second.requests] == [None, 3]
    assert [len(each.parts) for each in second.requests] == [1, 1]
    assert third.requests[0].settings["dilate"] == 3


def test_null_takes_back_a_prompt_that_names_files_of_the_photo(home):
    defaults = {**POINT, "prompt": [{"mask": "{stem}.png"}]}
    click = {"photo": "a.jpg", "prompt": None, "operation": "outpaint", "extend": 9}
    one, two = items(home, click, {"photo": "b.PNG"}, defaults=defaults)
    assert [*one.files()] == []
    assert [path.name for path in two.files()] == ["b.png"]


def test_an_unknown_profile_is_told_with_all_other_mistakes(home):
    with pytest.raises(DocumentError) as caught:
        items(home, {"photo": "a.jpg", "dilat": 3}, defaults={**POINT, "profile": "classicl"})
    problems = {(each.place, each.hint) for each in caught.value.problems}
    assert ("/defaults/profile", "Did you mean 'classical'?") in problems
    assert ("/items/0/dilat", "Did you mean 'dilate'?") in problems
