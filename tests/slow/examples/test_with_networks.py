"""Every script in `examples` that needs networks runs, and leaves the pictures that it names."""

import pytest
from example_scripts import WITH_NETWORKS, runs_and_saves_its_pictures


@pytest.mark.parametrize("script", WITH_NETWORKS, ids=lambda path: path.stem)
def test_an_example_runs_and_saves_its_pictures(script, tmp_path):
    runs_and_saves_its_pictures(script, tmp_path)
