"""The JSON Schema of a job allows what is read, and refuses what is not."""

import json

import pytest
from click.testing import CliRunner

from fastseg_edit.apps.commands import group
from fastseg_edit.batching.checks import checking
from fastseg_edit.batching.manifests import manifest, schema
from fastseg_edit.errors import DocumentError

jsonschema = pytest.importorskip("jsonschema")

POINT = {"operation": "remove", "prompt": [{"point": [1, 2]}]}
GOOD = [
    {"items": [{"photo": "a.png", **POINT}]},
    {"version": 1, "root": ".", "out": "new", "seed": 3, "items": [{"photo": "a.png", **POINT}]},
    {"defaults": {**POINT, "seed": "per-item"}, "items": [{"photos": ["*.png"], "exclude": "b*"}]},
    {"limits": {"timeout": 2.5, "retries": 0}, "items": [{"photo": "a.png", "id": 7, **POINT}]},
    {"items": [{"photo": "a.png", "steps": [POINT, {**POINT, "afterwards": True}]}]},
    {"items": [{"photo": "a.png", **POINT, "gates": {"coverage": ["1%", 0.5], "count": 1}}]},
    {"items": [{"photo": "a.png", **POINT, "save": "mask, compare", "format": "jpg"}]},
    {"items": [{"photo": "a.png", "prompt": POINT["prompt"], "seed": None, "gates": None}]},
    {
        "items": [{"photo": "a.png", "steps": [{**POINT, "dilate": None}]}],
        "defaults": {"dilate": 3},
    },
]
BAD = [
    {"items": []},
    {"itmes": [{"photo": "a.png", **POINT}]},
    {"version": 2, "items": [{"photo": "a.png", **POINT}]},
    {"items": [POINT]},
    {"items": [{"photo": "a.png", "photos": "*.png", **POINT}]},
    {"items": [{"photo": "a.png", **POINT, "dilat": 2}]},
    {"items": [{"photo": "a.png", **POINT, "seed": "per item"}]},
    {"items": [{"photo": "a.png", **POINT, "gates": {"coverage": "much"}}]},
    {"items": [{"photo": "a.png", **POINT, "if_exists": "rename"}]},
    {"limits": {"retries": -1}, "items": [{"photo": "a.png", **POINT}]},
]


def is_read(document, tmp_path):
    try:
        list(checking.check(manifest.read(document, tmp_path)))
    except DocumentError:
        return False
    return True


@pytest.mark.parametrize("document", GOOD)
def test_what_the_schema_allows_is_read(document, tmp_path):
    (tmp_path / "a.png").touch()
    jsonschema.validate(document, schema.schema())
    assert is_read(document, tmp_path)


@pytest.mark.parametrize("document", BAD)
def test_what_the_schema_refuses_is_not_read(document, tmp_path):
    (tmp_path / "a.png").touch()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema.schema())
    assert not is_read(document, tmp_path)


def test_the_command_prints_the_schema_of_a_job():
    printed = CliRunner().invoke(group, ["schema", "--batch"]).output
    assert json.loads(printed) == json.loads(json.dumps(schema.schema()))
    jsonschema.Draft202012Validator.check_schema(json.loads(printed))
