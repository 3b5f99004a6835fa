"""The jobs in `examples` can be run as they stand."""

import shutil
from pathlib import Path

import pytest

from fastseg_edit.apps.cli import main

EXAMPLES = Path(__file__).parents[1] / "examples"
JOBS = sorted(EXAMPLES.glob("batch.*"))


def test_there_is_a_job_of_each_kind():
    assert [path.suffix for path in JOBS] == [".csv", ".yaml"]


@pytest.mark.parametrize("job", JOBS, ids=lambda path: path.suffix)
def test_a_job_has_no_mistakes(job, tmp_path, capsys):
    shutil.copytree(EXAMPLES / "photos", tmp_path / "photos")
    shutil.copy(job, tmp_path)
    assert main(["batch", "plan", str(tmp_path / job.name)]) == 0
    planned = capsys.readouterr().out
    assert "dune.jpg" in planned
    assert "otters" in planned
