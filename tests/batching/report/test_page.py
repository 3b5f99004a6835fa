"""The page as a whole."""

import base64
import hashlib

from hypothesis import given
from hypothesis import strategies as st
from reported_jobs import EVIL, Parsed, facts

from fastseg_edit.batching.report import Options
from fastseg_edit.batching.report.entries import Entry
from fastseg_edit.batching.report.page import About, page
from fastseg_edit.batching.report.ranking import worst_first
from fastseg_edit.batching.report.rows import Pictured, Shot
from fastseg_edit.batching.report.totals import totals

LOADING = ("src", "srcset", "data", "poster", "background", "action", "formaction", "style")
"""Attributes by which a page asks for something, and that of inline style."""

names = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30),
    unique=True,
    max_size=8,
)


def made(*photos, rows=2, lines=10, folder="out"):
    found = [
        Entry(number, name, name, "remove", name, number, "done", facts=facts())
        for number, name in enumerate(photos)
    ]
    ranked = worst_first(found)
    shown = [Pictured((one.entry.output,), (Shot("photo", b"jpeg", (8, 8)),)) for one in ranked]
    options = Options(rows=rows, lines=lines)
    about = About(folder, "today", options)
    return page(ranked, shown[:rows], totals(found), about).decode()


@given(names)
def test_every_name_appears_exactly_once_as_a_title(photos):
    assert sorted(Parsed(made(*photos)).titles) == sorted(photos)


@given(names)
def test_nothing_on_the_page_loads_anything_but_data(photos):
    for tag, about in Parsed(made(*photos, EVIL, folder=EVIL)).tags:
        asked = [about[name] or "" for name in LOADING if name in about]
        asked += [about.get("href") or ""] if tag not in ("a",) else []
        assert all(each.startswith("data:") for each in asked if each), (tag, about)
        assert not any(name.startswith("on") for name in about)
        assert tag not in ("base", "iframe", "object", "embed", "form", "video", "audio", "source")


def test_the_policy_lets_in_our_style_and_script_and_nothing_else():
    found = Parsed(made("a.jpg"))
    (policy,) = [
        about["content"]
        for _, about in found.tags
        if about.get("http-equiv") == "Content-Security-Policy"
    ]
    allowed = dict(part.split(" ", 1) for part in policy.split("; "))
    assert allowed["default-src"] == "'none'"
    assert allowed["img-src"] == "data:"
    for kind in ("style", "script"):
        (text,) = found.inline[kind]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert allowed[f"{kind}-src"] == f"'sha256-{digest}'"
        assert not any(word in text for word in ("http", "url(", "@import", "fetch", "//"))


def test_what_has_no_picture_is_said_and_stands_as_a_line():
    found = made("a.jpg", "b.jpg", "c.jpg", rows=1)
    assert "The worst 1 of 3 items have pictures." in found
    assert found.count('class="item line"') == 2


def test_what_is_on_the_page_no_more_is_said():
    found = made("a.jpg", "b.jpg", "c.jpg", rows=1, lines=1)
    assert "1 more are in summary.csv only." in found
    assert Parsed(found).titles == ["a.jpg", "b.jpg"]


def test_a_job_without_items_has_a_page():
    assert "0 items" in made()
