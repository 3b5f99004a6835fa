"""A small job that is over."""

import pytest
from reported_jobs import ReportedJob


@pytest.fixture
def job(tmp_path):
    found = ReportedJob(tmp_path / "job")
    yield found
    found.journal.close()
