"""Orders for the hub of the tests."""

import pytest

from fastseg_edit import catalogue
from fastseg_edit.errors import ModelError, OutputError
from fastseg_edit.weights import Weights

LARGE = "model.safetensors"


def order(**options):
    """Return an order for the small repository."""
    return Weights("mine", hub="some/one", **options).order()


def failure(order):
    """Return the error in which an order ends."""
    with pytest.raises((ModelError, OutputError)) as caught:
        catalogue.fetch(order)
    return caught.value
