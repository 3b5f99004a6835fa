"""Names of results: filled in for each photo, and never outside of their folder."""

import posixpath
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.batching.storage import naming
from fastseg_edit.errors import InputError, SpecError

names = st.text(st.characters(exclude_characters="\0/"), min_size=1).filter(
    lambda name: name not in (".", "..")
)
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
anything = st.text(st.sampled_from("./{}ab~\\\0é") | st.characters(), max_size=12)
fields = st.sampled_from([f"{{{field}}}" for field in naming.FIELDS])
patterns = st.lists(anything | fields | st.just("../"), min_size=1, max_size=6).map("".join)


@given(patterns, anything | paths, anything)
def test_no_pattern_and_no_photo_leads_out_of_the_folder(pattern, photo, item_id):
    try:
        name = naming.filled(naming.check(pattern), photo, item_id)
    except (InputError, SpecError):
        return
    assert posixpath.normpath(posixpath.join("/out", name)) == f"/out/{name}" != "/out/"
    assert "\0" not in name


@given(paths)
def test_the_usual_pattern_calls_a_result_like_its_photo(photo):
    assert naming.filled(naming.PATTERN, photo, "id") == photo


@given(paths, names)
def test_what_is_filled_in_is_not_filled_in_again(photo, item_id):
    assert naming.fill("{id}", photo, item_id) == item_id


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{stem}.new{ext}", "b.tar.new.gz"),
        ("{reldir}/{name}", "a/b.tar.gz"),
        ("{id}.png", "7.png"),
        ("./x//{stem}", "x/b.tar"),
    ],
)
def test_a_pattern_takes_its_fields_from_the_photo(pattern, name):
    assert naming.filled(pattern, "a/b.tar.gz", "7") == name


@pytest.mark.parametrize("pattern", ["", " ", "{file}", "{}", "folder/", "a\0b", None, 3])
def test_a_pattern_that_names_no_file_is_refused(pattern):
    with pytest.raises(SpecError):
        naming.check(pattern)


@given(st.text())
def test_names_fold_alike_whatever_their_case_and_form(name):
    folded = naming.folded(name)
    assert naming.folded(folded) == folded
    for form in ("NFC", "NFD"):
        assert naming.folded(unicodedata.normalize(form, name)) == folded
    assert not name.isascii() or naming.folded(name.upper()) == folded


@pytest.mark.parametrize("name", ["s3://bucket/c.jpg", "https://example.org/a.png", "memory://a"])
def test_a_url_is_no_name_and_the_message_names_it(name):
    with pytest.raises(InputError) as caught:
        naming.inside(name)
    assert caught.value.code == "E_PATH_ESCAPES"
    assert f"{name!r} is a URL" in caught.value.message
