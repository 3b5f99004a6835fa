"""Open damaged files in a process that may take 1 GB; run by test_fuzz.

Usage: python attack.py COUNT
"""

import json
import random
import resource
import sys
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from photos.samples import ICC, STORED, XMP, exif, file_of

from fastseg_edit.errors import FastsegError
from fastseg_edit.photos import encode, open_photo

ROOM = 1_000_000_000
"""Bytes above what the process has after its imports."""

WAYS = ("cut", "bits", "header", "tail", "mixed")
EXTREMES = (0, 1, 2, 127, 128, 255)


def cut(blob, chance):
    return blob[: chance.randrange(len(blob))]


def flipped(blob, chance):
    broken = bytearray(blob)
    for _ in range(chance.randrange(1, 20)):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def with_extremes(blob, chance, start, stop):
    broken = bytearray(blob)
    for _ in range(chance.randrange(1, 6)):
        broken[chance.randrange(start, stop)] = chance.choice(EXTREMES)
    return bytes(broken)


def damaged(blob, way, chance, other):
    match way:
        case "cut":
            return cut(blob, chance)
        case "bits":
            return flipped(blob, chance)
        case "header":
            return with_extremes(blob, chance, 0, min(120, len(blob)))
        case "tail":
            return with_extremes(blob, chance, max(0, len(blob) - 900), len(blob))
        case _:
            return cut(blob, chance) + other[chance.randrange(len(other)) :]


def main(count):
    said = {"exif": exif(6), "icc": ICC, "xmp": XMP, "dpi": (72.0, 72.0)}
    files = [file_of(*kind, **said) for kind in STORED]
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    chance = random.Random(7)
    counts, others = Counter(), []
    for number in range(count):
        way = WAYS[number % len(WAYS)]
        blob = damaged(chance.choice(files), way, chance, chance.choice(files))
        try:
            opened = open_photo(blob)
            encode(opened)
            counts["opened"] += 1
        except FastsegError as error:
            counts[error.code] += 1
        except BaseException:
            counts["other"] += 1
            others.append(f"{number} {way}: {traceback.format_exc()[-600:]}")
    sys.stdout.write(json.dumps({"counts": counts, "others": others[:5]}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
