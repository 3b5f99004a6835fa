import sys
from io import StringIO

from rich.console import Console

from fastseg_edit.apps import progress
from fastseg_edit.hub import bars, telling
from fastseg_edit.hub.order import Step

HALF = Step("model.safetensors", 5_000_000, 10_000_000)


def test_without_a_terminal_there_is_a_line_for_each_file(capsys):
    with bars.shown("mine") as tell:
        tell(HALF)
        tell(HALF)
        tell(HALF._replace(file="config.json"))
    assert capsys.readouterr().err.splitlines() == [
        "fetching mine: model.safetensors, 5.0 of 10.0 MB are there",
        "fetching mine: config.json, 5.0 of 10.0 MB are there",
    ]


def test_a_terminal_shows_a_bar(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with bars.shown("mine") as tell:
        tell(HALF)
    assert "mine: model.safetensors" in capsys.readouterr().err


def test_whoever_else_is_told_is_told_alone(capsys):
    told = []
    with telling.to(told.append), bars.shown("mine") as tell:
        tell(HALF)
    assert told == [HALF]
    assert not capsys.readouterr().err


def test_the_spinner_of_an_edit_shows_downloads_too():
    spinner = Console(file=StringIO()).status("photo.png")
    tell = progress.inside(spinner, "photo.png")
    tell(HALF)
    assert spinner.status == "photo.png: fetching model.safetensors, 50%"
    tell(Step("empty.txt", 0, 0))
    assert spinner.status == "photo.png: fetching empty.txt, 0%"


def test_a_terminal_has_one_display_at_a_time(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.shown("photo.png"):
        assert telling.instead.get() is not None
    assert telling.instead.get() is None


def test_a_quiet_edit_says_nothing_of_downloads(capsys):
    with progress.shown("photo.png", silent=True), bars.shown("mine") as tell:
        tell(HALF)
    assert not capsys.readouterr().err
