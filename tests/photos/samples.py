"""Small photos of every mode, files of every format, and the hypothesis strategies for them."""

import io

import numpy as np
from hypothesis import strategies as st
from PIL import Image, ImageCms

from fastseg_edit.photos import Metadata, Photo, encode
from fastseg_edit.photos.convert import HOLDS

CHANNELS = {"1": 1, "L": 1, "P": 1, "I;16": 1, "LA": 2, "PA": 2, "LA;16": 2, "RGB": 3}
CHANNELS |= {"RGB;16": 3, "RGBA": 4, "CMYK": 4, "RGBA;16": 4}

STORED = [(form, mode) for form, modes in HOLDS.items() for mode in sorted(modes)]
LOSSLESS = [pair for pair in STORED if pair[0] != "JPEG"]

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><about/></x:xmpmeta>'

seeds = st.integers(0, 2**16)
sizes = st.tuples(st.integers(8, 20), st.integers(8, 20))
orientations = st.integers(1, 8)


def pixels(mode, size=(16, 20), seed=0):
    generator = np.random.default_rng(seed)
    if mode == "1":
        return generator.random(size) < 0.5
    depth = np.uint16 if mode.endswith(";16") else np.uint8
    shape = size if CHANNELS[mode] == 1 else (*size, CHANNELS[mode])
    return generator.integers(0, np.iinfo(depth).max + 1, shape, depth)


def photo(form, mode, size=(16, 20), seed=0, **kept):
    palette = None
    if mode in {"P", "PA"}:
        palette = np.random.default_rng(seed + 1).integers(0, 256, (256, 4), np.uint8)
        palette[:, 3] = 255
    return Photo(pixels(mode, size, seed), mode, form, palette=palette, **kept)


def file_of(form, mode, size=(16, 20), seed=0, **said):
    return encode(photo(form, mode, size, seed, metadata=Metadata(**said)))


def exif(orientation=1, thumbnail=b"", size=(16, 20)):
    tags = Image.Exif()
    tags[274] = orientation
    tags[271] = "A maker"
    tags[306] = "2020:01:02 03:04:05"
    details = tags.get_ifd(34665)
    details[33434] = 0.01
    details[40962], details[40963] = size[1], size[0]
    place = tags.get_ifd(34853)
    place[1], place[2] = "N", (52.0, 30.0, 1.5)
    written = tags.tobytes().removeprefix(b"Exif\0\0")
    return with_thumbnail(written, thumbnail) if thumbnail else written


def with_thumbnail(written, thumbnail):
    """Link a second directory, with a JPEG, behind Pillow's little endian structure."""
    order = "big" if written[:2] == b"MM" else "little"
    number = lambda value, size: value.to_bytes(size, order)  # noqa: E731
    at = int.from_bytes(written[4:8], order)
    link = at + 2 + 12 * int.from_bytes(written[at : at + 2], order)
    second = len(written)
    start = second + 2 + 24 + 4
    entry = [number(513, 2) + number(4, 2) + number(1, 4) + number(start, 4)]
    entry.append(number(514, 2) + number(4, 2) + number(1, 4) + number(len(thumbnail), 4))
    directory = number(2, 2) + b"".join(entry) + bytes(4)
    linked = written[:link] + number(second, 4) + written[link + 4 :]
    return linked + directory + thumbnail


def jpeg(image, **options):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", **options)
    return file.getvalue()


def scene(size=(48, 64), seed=0):
    """A smooth picture with a little noise, which JPEG likes."""
    rows, columns = np.indices(size)
    waves = [np.sin(rows / 9 + seed), np.cos(columns / 7), np.sin((rows + columns) / 11)]
    noise = np.random.default_rng(seed).normal(0, 3, (*size, 3))
    return np.clip(128 + 70 * np.dstack(waves) + noise, 0, 255).astype(np.uint8)


def box_mask(size, top, left, height, width):
    mask = np.zeros(size, bool)
    mask[top : top + height, left : left + width] = True
    return mask
