"""Damaged files by the thousand: each ends in a photo or in an error of ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FILES = 6000
ATTACK = Path(__file__).with_name("attack.py")


@pytest.fixture(scope="module")
def outcome():
    command = [sys.executable, "-W", "error", str(ATTACK), str(FILES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout), done.stderr


def test_damaged_files_end_in_a_photo_or_in_an_error_of_ours(outcome):
    counts = outcome[0]["counts"]
    assert sum(counts.values()) == FILES
    assert outcome[0]["others"] == []


def test_damaged_files_meet_many_checks_and_some_survive(outcome):
    assert {"opened", "E_INPUT_TRUNCATED", "E_INPUT_FORMAT"} <= set(outcome[0]["counts"])
    assert outcome[0]["counts"]["opened"] > FILES // 20


def test_damaged_files_write_nothing_to_the_terminal(outcome):
    assert outcome[1] == ""
