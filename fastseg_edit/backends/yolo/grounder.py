"""The grounder that knows a fixed list of classes, and makes the masks itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from fastseg_edit.absence import absent
from fastseg_edit.backends.recent import Recent
from fastseg_edit.backends.yolo import names
from fastseg_edit.backends.yolo.model import Model
from fastseg_edit.errors import PromptError
from fastseg_edit.prompt import Reference, Text

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.yolo.seen import Seen
    from fastseg_edit.candidates import Candidates

_KEPT = 4  # photos, as many as segmenters keep

HINT = "Lower the confidence, or point with a click or a box."


@dataclass(frozen=True)
class Yolo(Model):
    """Finds every object of a class that its weights know, such as "person" or "traffic light".

    The list of classes lies in the weights. A word that is not on it is an error, and no answer:
    what such a network was not trained on it cannot look for.

    References:
        Redmon, Divvala, Girshick, Farhadi. You only look once: unified, real-time object
            detection. CVPR 2016. arXiv:1506.02640
        Bolya, Zhou, Xiao, Lee. YOLACT: real-time instance segmentation. ICCV 2019.
            arXiv:1904.02689
    """

    reads: ClassVar[tuple[type[Text | Reference], ...]] = (Text,)

    weights: str = "yolo11s-seg"

    def ground(self, image: ImageArray, like: Text | Reference, /) -> Candidates:
        """Return the masks of all objects of a class, best first.

        Args:
            image: (H, W, 3) uint8 RGB.
            like: The name of a class, or several: "cats and dogs". "something" is any class.

        Returns:
            Each object a group of its own, with the name of its class. The score is how sure the
            network is, 0 to 1.

        Raises:
            PromptError: With E_NAME and the nearest class, if the weights have no such class.
            NoObjectError: With E_NO_OBJECT and the best score, if there is no such object.
            ModelError: If the weights are missing or broken.
        """
        if not isinstance(like, Text):
            raise PromptError("E_SPEC", f"yolo looks for words, got {like!r}")
        network, _ = self._loaded
        wanted = names.classes(like.words, list(network.names.values()))
        seen = self._recent.of(image, self.look)
        found = seen.candidates(self.limits, wanted)
        if not len(found):
            raise absent(like, seen.count, seen.best(wanted), self.limits.confidence, HINT)
        return found

    @cached_property
    def _recent(self) -> Recent[Seen]:
        return Recent(_KEPT)
