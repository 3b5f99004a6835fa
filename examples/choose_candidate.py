"""One click, several candidates: look at them, then let a second click decide."""

from pathlib import Path

from fastseg_edit import Points, segment
from fastseg_edit.ops import draw

photo = Path(__file__).parent / "photos" / "wren.jpg"
found = segment(photo, Points.at(480, 420)).edit

sheet = draw.row([draw.fit(draw.overlay(found.image, mask), 240) for mask in found.candidates])
Path("wren-candidates.png").write_bytes(draw.png(sheet))
print([round(float(score), 2) for score in found.candidates.scores])

two_clicks = Points(((480, 420), (480, 620)), labels=(1, 0))
print(segment(photo, two_clicks).save("wren-mask.png", overwrite=True))
