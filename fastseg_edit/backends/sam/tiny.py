"""The encoder of MobileSAM: a small network that learned to see as SAM's large one does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import timm
from torch import nn
from transformers import SamVisionConfig
from transformers.models.sam.modeling_sam import SamVisionNeck

if TYPE_CHECKING:
    from torch import Tensor

_WIDTH = 320  # of the last stage


class TinyEncoder(nn.Module):
    """TinyViT with 5 million weights, and the end of SAM's own encoder.

    A photo of 1024 pixels becomes a grid of 64 cells: the last stage does not halve it, unlike in
    the network that classifies photos.

    References:
        Zhang, Han, Qiao, Kim, Bae, Lee, Hong. Faster segment anything: towards lightweight SAM
            for mobile applications. 2023. arXiv:2306.14289
        Wu, Zhang, Peng, Liu, Xiao, Fu, Yuan. TinyViT: fast pretraining distillation for small
            vision transformers. ECCV 2022. arXiv:2207.10666
    """

    def __init__(self) -> None:
        super().__init__()
        # In the release the widths are 64, 128, 160 and 320, the library's own for this name.
        trunk: Any = timm.create_model("tiny_vit_5m_224", pretrained=False)
        trunk.stages[3].downsample.conv2.conv.stride = (1, 1)
        trunk.head = nn.Identity()
        self.trunk = trunk
        self.neck = SamVisionNeck(SamVisionConfig(hidden_size=_WIDTH))

    def forward(self, photos: Tensor, **_: Any) -> tuple[Tensor]:
        """Return the grids of photos, (N, 256, side / 16, side / 16)."""
        seen = self.trunk.forward_features(photos)
        return (self.neck(seen.permute(0, 2, 3, 1)),)
