"""Objects written down for other tools: COCO, YOLO and LabelMe, and a label map.

Each writer takes the objects of an edit, as in `Edited.objects`. Coordinates are pixels of the
upright photo.
"""

from fastseg_edit.annotate.coco import coco
from fastseg_edit.annotate.labelme import labelme
from fastseg_edit.annotate.labels import UNNAMED, label_png, labels_of
from fastseg_edit.annotate.outlines import Outline, outlines, threaded
from fastseg_edit.annotate.yolo import yolo

__all__ = [
    "UNNAMED",
    "Outline",
    "coco",
    "label_png",
    "labelme",
    "labels_of",
    "outlines",
    "threaded",
    "yolo",
]
