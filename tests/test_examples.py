"""Every script in `examples` runs, and leaves the pictures that it names."""

import pytest
from example_scripts import SCRIPTS, WITH_NETWORKS, runs_and_saves_its_pictures

QUICK = [script for script in SCRIPTS if script not in WITH_NETWORKS]


@pytest.mark.parametrize("script", QUICK, ids=lambda path: path.stem)
def test_an_example_runs_and_saves_its_pictures(script, tmp_path):
    runs_and_saves_its_pictures(script, tmp_path)
