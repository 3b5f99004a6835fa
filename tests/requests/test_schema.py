"""The JSON Schema of edits says what the reader takes."""

import json

from fastseg_edit import requests
from fastseg_edit.apps.cli import main
from fastseg_edit.requests import entries, plans, reading


def test_the_schema_names_what_is_read_and_nothing_else():
    edit, plan = requests.schema()["anyOf"]
    assert set(edit["properties"]) == set(reading.known())
    assert set(plan["properties"]) == set(plans.KEYS)
    part = requests.schema()["$defs"]["prompt"]["items"]
    assert set(part["properties"]) == {*entries.READERS, *entries.BESIDES}
    assert [each["required"] for each in part["oneOf"]] == [[kind] for kind in entries.READERS]


def test_the_schema_is_printed(capsys):
    assert main(["schema", "--edit"]) == 0
    assert json.loads(capsys.readouterr().out) == requests.schema()
