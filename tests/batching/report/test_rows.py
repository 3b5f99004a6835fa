"""Items as parts of the page."""

import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reported_jobs import EVIL, Parsed, facts

from fastseg_edit.batching.report.entries import Entry
from fastseg_edit.batching.report.ranking import worst_first
from fastseg_edit.batching.report.rows import Pictured, Shot, retry, row

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(words, words)
def test_a_shell_reads_the_command_as_it_was_meant(folder, item):
    read = shlex.split(retry(folder, item))
    assert read[:3] == ["fastseg-edit", "batch", "retry"]
    assert Path(read[3]) == Path(folder)
    assert not read[3].startswith("-")
    assert "=".join(read[4:]) == f"--item={item}"


@given(words)
def test_no_name_and_no_message_becomes_markup(text):
    entry = Entry(0, text, text, "remove", text, 1, "failed", "E_INPUT_EMPTY", text, text)
    (ranked,) = worst_first([entry])
    plain = Entry(0, "a", "a", "remove", "a", 1, "failed", "E_INPUT_EMPTY", "a", "a")
    (usual,) = worst_first([plain])
    shots = (Shot("photo", missing=f"{text} is gone"),)
    tags = [
        [tag for tag, _ in Parsed(row(one, 1, command, Pictured((name,), shots))).tags]
        for one, command, name in ((ranked, text, text), (usual, "a", "a"))
    ]
    assert tags[0] == tags[1]


def test_a_name_that_is_markup_shows_as_text():
    (ranked,) = worst_first([Entry(0, EVIL, EVIL, "remove", EVIL, 1, "done", facts=facts())])
    found = Parsed(row(ranked, 1, retry("out", EVIL), Pictured((EVIL,), ())))
    assert found.titles == [EVIL]
    assert "img" not in [tag for tag, _ in found.tags]


@pytest.mark.parametrize(
    "name", ["javascript:alert(1)//a.jpg", "//evil.example/a.jpg", "a b?#.jpg"]
)
def test_links_lead_to_files_beside_the_page_and_nowhere_else(name):
    (ranked,) = worst_first([Entry(0, "a", "a", "remove", "a", 1, "done", facts=facts())])
    found = Parsed(row(ranked, 1, "", Pictured((name,), ())))
    (link,) = [about["href"] for tag, about in found.tags if tag == "a"]
    assert link.startswith("./")
    assert not set(link) & set("?#: ")


def test_what_the_message_says_is_not_said_again():
    entry = Entry(0, "a", "a", "remove", "a", 1, "failed", "E_INPUT_EMPTY", "a has no bytes")
    (ranked,) = worst_first([entry])
    found = row(ranked, 1, "", Pictured((), (Shot("photo", missing="a has no bytes"),)))
    assert found.count("a has no bytes") == 1
