"""A pipeline of one's own: preview the mask, then go on from there."""

from pathlib import Path

from fastseg_edit import Boxes, Edit, Pipeline
from fastseg_edit.ops import draw
from fastseg_edit.photos import merge, open_photo
from fastseg_edit.stages import Composite, Dilate, Inpaint, Segment, Select, SnapToEdges

photo = open_photo(Path(__file__).parent / "photos" / "dandelions.jpg")
pipeline = Pipeline(
    Segment("grabcut"),
    Select(),
    SnapToEdges("1%"),
    Dilate("8%"),
    Inpaint("exemplar", context="150%"),
    Composite(feather=4),
)
preview = pipeline[:4](Edit(photo.rgb, prompt=Boxes.around(1045, 518, 1250, 695)))
Path("dandelions-preview.png").write_bytes(draw.png(draw.overlay(preview.image, preview.mask)))

done = pipeline[4:](preview)
for step in done.history:
    print(f"{step.seconds:6.2f} s  {step.stage}")
after = merge(photo, done.result, done.mask)  # in the photo's own mode and depth
Path("dandelions-after.png").write_bytes(draw.png(after.rgb))
