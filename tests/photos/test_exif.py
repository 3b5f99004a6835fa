import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos.samples import exif, file_of, jpeg, orientations, pixels, scene
from PIL import Image

from fastseg_edit.photos import encode, open_photo
from fastseg_edit.photos.exif import orientation_of, saying, without_pictures
from fastseg_edit.photos.photoshop import without_thumbnails

THUMBNAIL = jpeg(scene((24, 32)), quality=60)


@given(orientations, orientations, st.booleans())
def test_the_orientation_that_was_written_is_read(before, after, swapped):
    assert orientation_of(exif(before)) == before
    assert orientation_of(saying(exif(before), after, swapped=swapped)) == after


@given(orientations, orientations)
def test_only_the_orientation_changes_if_the_sides_stay(before, after):
    assert saying(exif(before), after, swapped=False) == exif(after)


@given(orientations)
def test_sides_that_change_places_twice_are_where_they_were(orientation):
    swapped = saying(exif(orientation), orientation, swapped=True)
    assert swapped != exif(orientation)
    assert saying(swapped, orientation, swapped=True) == exif(orientation)


@given(orientations)
def test_nothing_changes_where_there_is_no_picture(orientation):
    assert without_pictures(exif(orientation)) == exif(orientation)


@given(st.binary(max_size=80))
def test_bytes_that_are_no_exif_are_refused_or_read(written):
    for blob in (written, b"II*\0" + written, b"MM\0*\0\0\0\x08" + written):
        with suppress(ValueError):
            without_pictures(saying(blob, 6, swapped=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_no_thumbnail_shows_what_was_removed(form):
    blob = file_of(form, "RGB", exif=exif(1, THUMBNAIL))
    assert THUMBNAIL in blob
    saved = encode(open_photo(blob))
    assert THUMBNAIL[30:90] not in saved
    image = Image.open(io.BytesIO(saved))
    assert image.getexif().get_ifd(1) == {}
    assert image.getexif()[271] == "A maker"
    assert len(saved) < len(blob) - len(THUMBNAIL) + 100


def test_a_picture_in_the_cameras_notes_is_blanked():
    tags = Image.Exif()
    tags.get_ifd(34665)[37500] = b"Notes\0" + THUMBNAIL
    blob = file_of("JPEG", "RGB", exif=tags.tobytes().removeprefix(b"Exif\0\0"))
    saved = encode(open_photo(blob))
    notes = Image.open(io.BytesIO(saved)).getexif().get_ifd(34665)[37500]
    assert notes == b"Notes\0" + bytes(len(THUMBNAIL))


def test_a_thumbnail_in_xmp_goes():
    packet = b"<a><xmp:Thumbnails><rdf:Alt>/9j/</rdf:Alt></xmp:Thumbnails><b/></a>"
    assert open_photo(file_of("PNG", "RGB", xmp=packet)).metadata.xmp == b"<a><b/></a>"


def test_photoshops_thumbnails_go_and_captions_stay():
    caption = b"8BIM\x04\x04\0\0\0\0\0\x05hello\0"
    thumbnail = b"8BIM\x04\x0c\0\0\0\0\0\x04jpeg"
    assert without_thumbnails(caption + thumbnail + caption) == caption + caption


def test_previews_in_a_tiff_go():
    file = io.BytesIO()
    full, small = (Image.fromarray(pixels("RGB", size)) for size in ((32, 40), (8, 10)))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    full.save(file, "TIFF", save_all=True, append_images=[small])
    opened = open_photo(file.getvalue())
    assert opened.size == (32, 40)
    assert not hasattr(Image.open(io.BytesIO(encode(opened))), "n_frames") or (
        Image.open(io.BytesIO(encode(opened))).n_frames == 1
    )
