from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Protocol

import pytest

from fastseg_edit.errors import SpecError
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Checked, Help, Range, check, hints_of, schema


@dataclass(frozen=True)
class Example(Checked):
    radius: Length = 3
    count: Annotated[int, Range(1, 5), Help("How many.")] = 2
    share: Annotated[float, Range(0, 1, beyond=True)] = 0.5
    how: Literal["a", "b"] = "a"
    on: bool = True
    name: str | None = None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"radius": "x%"}, "radius: a length is pixels or a share"),
        ({"radius": None}, "radius"),
        ({"count": 0}, "count must be at least 1 and at most 5, got 0"),
        ({"count": 6}, "at most 5"),
        ({"count": 1.5}, "count must be a whole number, got 1.5"),
        ({"count": True}, "count must be a whole number"),
        ({"share": 0}, "share must be above 0 and at most 1, got 0"),
        ({"share": float("nan")}, "share must be a number"),
        ({"how": "c"}, "how must be a or b, got 'c'"),
        ({"on": 1}, "on must be true or false, got 1"),
        ({"name": 3}, "name must be a text, got 3"),
    ],
)
def test_a_wrong_value_never_gets_in(options, message):
    with pytest.raises(SpecError, match=message) as caught:
        Example(**options)
    assert caught.value.code == "E_SPEC"


def test_right_values_get_in():
    Example("2%", 5, 1, "b", False, "x")


class Paints(Protocol):
    def paint(self): ...


class Painter:
    def paint(self):
        return None


def test_an_object_fits_a_protocol_by_its_names():
    check("model", Painter(), str | Paints)
    for wrong in (Painter, object(), 5, None, [1]):
        with pytest.raises(SpecError, match="model must be a text or a model"):
            check("model", wrong, str | Paints)


def test_what_is_no_json_stays_out_of_the_schema():
    assert schema(str | Path) == {"type": "string"}
    assert schema(str | Mapping[str, int] | Paints) == {
        "anyOf": [{"type": "string"}, {"type": "object"}]
    }


def test_one_declaration_makes_the_schema_too():
    hints = hints_of(Example)
    assert schema(hints["count"]) == {
        "type": "integer",
        "minimum": 1,
        "maximum": 5,
        "description": "How many.",
    }
    assert schema(hints["share"]) == {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
    assert schema(hints["how"]) == {"enum": ["a", "b"]}
    assert schema(hints["name"]) == {"anyOf": [{"type": "string"}, {"type": "null"}]}
