"""Label every object of a scene by its best words, and keep the masks for training."""

import json
from pathlib import Path

from fastseg_edit import Everything, Text, annotate, segment, world
from fastseg_edit.ops import draw

scene = world.draw(world.Split.TEST.seed(9003), size=256)
words = tuple(f"a {thing.colour} {thing.shape}" for thing in scene.things[:3])

every = segment(scene.photo, Everything(), labels=words, profile="mini")
for facts in every.quality:
    print(facts)
Path("labels.png").write_bytes(annotate.label_png(every.objects))
Path("scene.png").write_bytes(draw.png(scene.photo))
document = annotate.coco(every.objects, "scene.png")
Path("scene.coco.json").write_text(json.dumps(document), encoding="utf-8")

leftmost = segment(scene.photo, Text("the object on the left"), profile="mini")
leftmost.save("leftmost.png", overwrite=True)
