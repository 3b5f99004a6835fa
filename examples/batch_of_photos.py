"""Edit several photos: what is done is not done again, and one that fails stops no other.

Run it twice: the second time everything is there already.
"""

from pathlib import Path

from PIL import Image

import fastseg_edit
from fastseg_edit import Boxes

PHOTOS = Path(__file__).parent / "photos"
CHOSEN = [PHOTOS / "otters.jpg", PHOTOS / "README.md"]  # the second one is none

for outcome in fastseg_edit.batch(
    CHOSEN,
    "remove",
    Boxes.around(160, 55, 408, 166),
    out="edited",
    profile="classical",
    dilate="2%",
    save="compare",
):
    print(outcome.photo, outcome.state, "now" if outcome.again else "before", outcome.error or "")
    if outcome.state == "done":
        before_and_after = next(path for path in outcome.outputs if "compare" in path)
        Image.open(before_and_after).save("compared.png")
