"""Signals to end."""

import os
import signal

import pytest

from fastseg_edit.apps import stopping


def test_the_first_signal_asks_the_second_ends_and_then_all_is_as_before():
    before = signal.getsignal(signal.SIGINT)
    with stopping.heard() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGINT) is before
