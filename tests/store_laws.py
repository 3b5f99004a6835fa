"""What holds for every store, of this machine or not; `place` is an empty one."""

import hashlib
import pickle
import uuid

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.errors import FastsegError, InputError, OutputError

ODD = (
    "with space.png", "ünïcödé 猫.png", "100%.png", "%41.png", "a#b.png", "what?.png", "[a]*.png",
    "'quoted\".png", "-dash.png", "a&b=c+d.png", "..hidden.png",
)  # fmt: skip

part = st.text(
    st.characters(exclude_characters="/", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12
)
names = st.lists(part, min_size=1, max_size=3).map("/".join)

CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]


class StoreLaws:
    @pytest.mark.parametrize("name", ODD)
    def test_what_is_put_is_there_under_any_name(self, place, name):
        place.put(name, b"first")
        place.put(f"folder/{name}", b"second")
        assert place.read(name) == b"first"
        assert place.read(f"folder/{name}") == b"second"
        assert sorted(place.names()) == sorted([name, f"folder/{name}"])

    def test_a_name_may_hold_a_line_break(self, place):
        place.put("two\nlines.png", b"content")
        assert list(place.names()) == ["two\nlines.png"]
        assert place.read("two\nlines.png") == b"content"

    @settings(suppress_health_check=CHECKS, max_examples=25)
    @given(name=names, content=st.binary(max_size=50), most=st.integers(0, 60))
    def test_the_first_bytes_are_those_of_the_whole(self, place, name, content, most):
        assume(not {".", ".."} & set(name.split("/")))
        folder = uuid.uuid4().hex
        place.put(f"{folder}/{name}", content)
        assert place.read(f"{folder}/{name}") == content
        assert place.read(f"{folder}/{name}", most) == content[:most]
        assert list(place.names(folder)) == [f"{folder}/{name}"]

    def test_names_come_folder_by_folder_and_in_order(self, place):
        for name in ("b.png", "a/z.png", "a.png", "a-b/x.png", "B.png", "a/b/c.png"):
            place.put(name, b"")
        wanted = ["B.png", "a/b/c.png", "a/z.png", "a-b/x.png", "a.png", "b.png"]
        assert list(place.names()) == wanted
        assert list(place.names("a")) == ["a/b/c.png", "a/z.png"]

    def test_names_leave_out_what_belongs_to_the_job(self, place):
        place.put("a.png", b"")
        place.put(f"{OURS}/journal.sqlite", b"")
        place.put(f"deeper/{OURS}/journal.sqlite", b"")
        assert list(place.names()) == ["a.png"]

    def test_a_file_opens_as_a_photo_does(self, place):
        place.put("a.png", b"content")
        source = place.source("a.png")
        assert source == b"content" or source.read_bytes() == b"content"

    def test_the_state_changes_when_the_content_does(self, place):
        assert place.state("a.png") is None
        place.put("a.png", b"one")
        first = place.state("a.png")
        assert place.state("a.png") == first
        place.put("a.png", b"two, longer")
        assert place.state("a.png") != first

    def test_the_state_begins_with_the_size(self, place):
        place.put("a.png", b"12345")
        assert place.state("a.png").partition(":")[0] == "5"

    def test_a_file_just_written_is_not_settled(self, place):
        place.put("a.png", b"12345")
        assert not place.settled(place.state("a.png"))

    def test_a_folder_is_no_file(self, place):
        place.put("a/b.png", b"")
        assert [*place.names("a")]
        with pytest.raises(InputError):
            place.read("a")
        with pytest.raises(InputError):
            list(place.names("a/b.png"))

    @settings(suppress_health_check=CHECKS, max_examples=10)
    @given(contents=st.lists(st.binary(max_size=40), min_size=1, max_size=20), again=st.booleans())
    def test_what_is_published_is_whole_and_what_is_not_is_absent(self, place, contents, again):
        folder = uuid.uuid4().hex
        named = {f"{OURS}/parts/1/{n}.1": f"{folder}/new/{n}.png" for n in range(len(contents))}
        if again:
            place.put(f"{folder}/new/0.png", b"an older result")
        for name, content in zip(named, contents, strict=True):
            place.put(name, content)
        older = [place.state(name) is not None for name in named.values()]
        assert older == [again and number == 0 for number in range(len(contents))]
        place.publish(iter(named.items()))
        for content, (was, name) in zip(contents, named.items(), strict=True):
            assert hashlib.sha256(place.read(name)).digest() == hashlib.sha256(content).digest()
            assert place.state(was) is None

    def test_a_part_that_is_not_there_cannot_be_published(self, place):
        with pytest.raises(OutputError) as caught:
            place.publish([(f"{OURS}/parts/1/1.1", "a.png")])
        assert caught.value.code == "E_OUTPUT_WRITE"
        assert place.state("a.png") is None

    def test_publishing_nothing_does_nothing(self, place):
        place.publish([])

    def test_what_is_discarded_is_gone_and_nothing_else(self, place):
        place.put("a.png", b"")
        place.put(f"{OURS}/parts/1/1.1", b"")
        place.put(f"{OURS}/parts/12/1.1", b"")
        place.discard(f"{OURS}/parts/1")
        assert place.state(f"{OURS}/parts/1/1.1") is None
        assert place.state(f"{OURS}/parts/12/1.1") is not None
        assert place.state("a.png") is not None
        place.discard(f"{OURS}/parts/none")

    @pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/passwd", "..", "", "a/\0"])
    def test_no_name_leads_out(self, place, name):
        uses = [place.read, place.source, place.state, place.discard, lambda it: place.put(it, b"")]
        uses += [lambda it: place.publish([("a", it)]), lambda it: place.publish([(it, "a")])]
        if name:
            uses.append(lambda it: list(place.names(it)))
        for use in uses:
            with pytest.raises(FastsegError) as caught:
                use(name)
            assert caught.value.code == "E_PATH_ESCAPES"

    def test_what_is_not_there_is_missing(self, place):
        with pytest.raises(InputError) as caught:
            place.read("none.png")
        assert caught.value.code == "E_INPUT_MISSING"
        assert "none.png" in str(caught.value)
        assert "\n" not in str(caught.value)
        with pytest.raises(InputError):
            list(place.names("none"))

    def test_a_store_travels_to_a_worker(self, place):
        place.put("a.png", b"content")
        assert pickle.loads(pickle.dumps(place)).read("a.png") == b"content"
