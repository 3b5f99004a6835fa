"""Find the thresholds of a CLIP from photos of which it is known what they show.

    python examples/calibrate_threshold.py [--weights FOLDER] [--profile PROFILE] [LIST.yaml]

Every CLIP has a scale of its own: where one gives 0.30 to what is there, another gives 0.22 to
what is not. LIST.yaml says for each photo which words it answers, and which not:

    kitchen.jpg: {there: [a red cup, the kettle], absent: [a dog, a blue cup]}

Twenty photos, with absent things that are nearly there, are a start. Everything in each photo is
found, and for each word its best score noted. The threshold printed is the one at which most of
what is there is found and most of what is not is refused. Write it into fastseg.json beside the
weights, {"words": 0.24}, or give it as the option `threshold` of the ranker. Without a list, drawn
scenes and clip-mini show how it works. The scores are drawn into scores.png.
"""

import argparse
from pathlib import Path

import numpy as np
import yaml

from fastseg_edit import Text, models, profiles, world
from fastseg_edit.backends.clip import Clip
from fastseg_edit.backends.clip.thresholds import best, shares
from fastseg_edit.ops import draw
from fastseg_edit.photos import open_photo


def listed(path):
    """Yield each photo of a list with the words that it answers, and those that it does not."""
    for name, words in yaml.safe_load(path.read_text("utf-8")).items():
        photo = open_photo(path.parent / name).rgb
        yield photo, words.get("there", []), words.get("absent", [])


def drawn(count):
    """Yield drawn scenes likewise."""
    for index in range(count):
        scene = world.draw(world.Split.VALIDATION.seed(index), 192, world.Options(distinct=True))
        nearly = [each.text for each in scene.absent if each.near][:: 1 + len(scene.absent) // 6]
        yield scene.photo, [f"a {thing.name}" for thing in scene.things], nearly


def scored(photos, segmenter, ranker):
    """Return the best score of each word in its photo: of those that are there, and of the rest."""
    scores = ([], [])
    for photo, *words in photos:
        found = segmenter.predict(models.encode(segmenter, photo), None)
        for noted, names in zip(scores, words, strict=True):
            ranked = (ranker.rank(photo, found, Text(name)).scores for name in names)
            noted += [float(each.max(initial=-1)) for each in ranked]
    return scores


def picture(there, absent, threshold):
    """Draw a bar for each score, green for what is there and red for what is not."""
    low, high = min(there + absent), max(there + absent)
    canvas = np.full((120, 640, 3), 255, np.uint8)
    bars = [(there, 10, (40, 150, 60)), (absent, 70, (200, 50, 40)), ([threshold], 40, (0, 0, 0))]
    for values, top, colour in bars:
        for value in values:
            x = round(20 + 600 * (value - low) / max(high - low, 1e-6))
            canvas[top : top + 40, x : x + 2] = colour
    return canvas


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("list", type=Path, nargs="?", help="YAML file; left out, drawn scenes")
parser.add_argument("--weights", default="clip-mini", help="a CLIP in open_clip's layout")
parser.add_argument("--profile", default="mini", help="whose segmenter finds everything")
given = parser.parse_args()

segmenter = models.get("segmenter", profiles.load(given.profile).segmenter)
photos = listed(given.list) if given.list else drawn(6)
there, absent = scored(photos, segmenter, Clip(given.weights))
threshold = best(there, absent)
found, refused = shares(there, absent, threshold)
print(
    f"threshold {threshold}: {found:.0%} of what is there found, {refused:.0%} of the rest refused"
)
Path("scores.png").write_bytes(draw.png(picture(there, absent, threshold)))
