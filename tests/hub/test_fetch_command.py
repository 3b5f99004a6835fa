"""Downloads on the command line."""

import json

from hub_orders import LARGE

from fastseg_edit import catalogue
from fastseg_edit.apps.cli import main
from fastseg_edit.weights import Weights


def test_the_command_says_what_it_found(capsys):
    assert main(["models", "fetch", "some/one"]) == 0
    told = capsys.readouterr()
    assert "right      some/one: model.safetensors, compared with the hub" in told.out
    assert "fetching some/one: model.safetensors" in told.err
    assert main(["models", "fetch", "some/one", "-q", "--force"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_command_fails_with_a_line_and_a_status(hub, capsys):
    hub.altered = {LARGE}
    assert main(["models", "fetch", "some/one"]) == 6
    assert "error[E_MODEL_HASH]" in capsys.readouterr().err
    assert main(["models", "fetch", "nonsense"]) == 6
    assert "neither in the catalogue" in capsys.readouterr().err


def test_shipped_weights_need_no_hub(hub, capsys):
    assert main(["models", "fetch", "clip-mini"]) == 0
    assert "clip-mini is in" in capsys.readouterr().out
    assert not hub.requests


def test_the_list_says_what_has_come(capsys, monkeypatch):
    entry = Weights("mine", "ranker", "clip", "MIT", 64, hub="some/one", files={LARGE: ""})
    monkeypatch.setattr(catalogue, "known", lambda: {"mine": entry})
    places = []
    for _ in range(2):
        assert main(["models", "list", "--json"]) == 0
        places.append(json.loads(capsys.readouterr().out)[0]["place"])
        main(["models", "fetch", "mine", "-q"])
    assert places == ["", str(entry.place)]
