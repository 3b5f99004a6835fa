"""Photoshop's resources, which carry IPTC captions and a thumbnail of the unedited photo.

References:
    Adobe. Photoshop File Formats Specification, 2019, section Image Resources.
"""

from __future__ import annotations

import struct

THUMBNAILS = frozenset({1033, 1036})


def without_thumbnails(resources: bytes) -> bytes:
    """Leave out the thumbnails; nothing is kept behind a resource that makes no sense."""
    kept, at = [], 0
    while resources[at : at + 4] == b"8BIM" and at + 12 <= len(resources):
        (number,) = struct.unpack_from(">H", resources, at + 4)
        named = 1 + resources[at + 6]
        start = at + 6 + named + named % 2
        if start + 4 > len(resources):
            break
        (size,) = struct.unpack_from(">I", resources, start)
        stop = start + 4 + size + size % 2
        if number not in THUMBNAILS:
            kept.append(resources[at:stop])
        at = stop
    return b"".join(kept)
