"""Photos and masks made in memory."""

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "project",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def no_downloads_of_the_user(tmp_path_factory):
    """Let no test see what its user has downloaded: `auto` would take it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hub")))
        patch.delenv("HF_HUB_CACHE", raising=False)
        yield


@pytest.fixture
def photo():
    """A grassy 120 x 160 photo with a red 40 x 40 square at (60, 40)."""
    noise = np.random.default_rng(0).integers(-12, 13, (120, 160, 1))
    image = np.clip(np.array([70, 120, 60]) + noise, 0, 255).astype(np.uint8)
    image[40:80, 60:100] = (200, 30, 30)
    return image


@pytest.fixture
def square():
    """The mask of the red square in `photo`."""
    mask = np.zeros((120, 160), bool)
    mask[40:80, 60:100] = True
    return mask
