import pytest
from PIL import Image


@pytest.fixture
def photo_folder(photo, square, tmp_path, monkeypatch):
    """A folder with photo.png, photo.jpg and mask.png, which is the current one."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(photo).save("photo.png")
    Image.fromarray(photo).save("photo.jpg", quality=90)
    Image.fromarray(square).save("mask.png")
    return tmp_path
