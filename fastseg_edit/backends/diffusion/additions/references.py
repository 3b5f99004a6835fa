"""The look of what is painted, taken from a picture by an IP-Adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

from fastseg_edit import catalogue, photos
from fastseg_edit.backends.diffusion.loading import checkpoint, tensors
from fastseg_edit.backends.diffusion.loading.quiet import silence
from fastseg_edit.errors import ModelError, SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from fastseg_edit.backends.diffusion.loading.checkpoint import Checkpoint

ENCODER = "image_encoder"
"""Folder beside an adapter with the network that looks at the picture."""

_WHAT = "the IP-Adapter"
_WIDTHS = {
    "sd15": "cross_attention_dim",
    "sd2": "cross_attention_dim",
    "sdxl": "cross_attention_dim",
    "flux-inpaint": "joint_attention_dim",
}
"""Families that an IP-Adapter can be added to, and what their networks call the width of words."""

_OF_WIDTH = {768: "sd15", 1024: "sd2", 2048: "sdxl", 4096: "flux"}  # as they were published
_LOOKS = ("image_proj.proj.weight", "image_proj.latents", "ip_adapter_proj_model.proj.weight")
_READS = {
    "image_proj.proj.weight": "projection_dim",
    "image_proj.proj_in.weight": "hidden_size",
    "ip_adapter_proj_model.proj.weight": "projection_dim",
}
"""Weights whose width is what the adapter reads, and what the encoder's configuration calls it."""

_BROKEN = (ValueError, RuntimeError, LookupError, TypeError, AttributeError, OSError)


class Reference(NamedTuple):
    """A picture whose look is wanted, and the IP-Adapter [1] that reads it.

    Attributes:
        path: File of safetensors with the adapter.
        encoder: Folder of the network that looks at the picture.
        picture: The picture.
        strength: 0 for the caption alone; 1 for the picture as it was learned.

    References:
        [1] Ye et al. IP-Adapter: text compatible image prompt adapter for text-to-image diffusion
            models. 2023. arXiv:2308.06721
    """

    path: Path
    encoder: Path
    picture: Image.Image
    strength: float

    @classmethod
    def find(cls, adapter: str, encoder: str | None, picture: str, strength: float) -> Reference:
        """Look for the files, before anything is loaded.

        Args:
            adapter: A file, a folder that holds one, or a name of the catalogue or the hub.
            encoder: A folder, or such a name. None for the folder `ENCODER` beside the adapter.
            picture: A photo's file.
            strength: How much it counts.

        Raises:
            ModelError: With E_MODEL_MISSING, if something is not there, or is no such adapter.
            InputError: If the picture cannot be read.
        """
        path = tensors.file(_WHAT, adapter)
        if not any(name in tensors.shapes(_WHAT, path) for name in _LOOKS):
            message = f"{path.name} is no IP-Adapter for the look of a whole picture"
            raise ModelError("E_MODEL_MISSING", message, "Those for faces alone cannot be used.")
        looks = catalogue.folder(encoder) if encoder else path.with_name(ENCODER)
        _check_encoder(path, looks)
        return cls(path, looks, Image.fromarray(photos.open_photo(picture).rgb), strength)

    def check(self, found: Checkpoint) -> None:
        """Refuse weights that the adapter was not made for.

        Raises:
            SpecError: With E_SPEC, if there are no adapters for the family.
            ModelError: With E_MODEL_FAMILY, if the adapter was made for another one.
        """
        family = found.family.name
        if family not in _WIDTHS:
            message = f"the models of {family} cannot use a reference picture"
            raise SpecError("E_SPEC", message, f"Those that can: {', '.join(_WIDTHS)}.")
        shapes = tensors.shapes(_WHAT, self.path)
        has = next((shape[1] for name, shape in shapes.items() if "to_k_ip" in name), None)
        if has is None and family == "flux-inpaint":
            has = next((s[1] for name, s in shapes.items() if "stream_k_proj.weight" in name), None)
        wants = found.settings.get(_WIDTHS[family])
        if has != wants:
            kin = _OF_WIDTH.get(has or 0, "another family")
            message = (
                f"{_WHAT} {self.path.name} is for {kin}, whose words have {has} numbers, and the "
                f"weights are of {family}, whose words have {wants}"
            )
            raise ModelError("E_MODEL_FAMILY", message, f"Give an adapter for {family}.")

    def join(self, pipeline: Any) -> None:
        """Add the adapter to a pipeline.

        Raises:
            ModelError: With E_MODEL_FAMILY, if its layers are not those of the network; with
                E_MODEL_MISSING, if its values are not numbers, or a file is damaged.
        """
        tensors.numbers(_WHAT, self.path)
        place = {"subfolder": "", "weight_name": self.path.name, "local_files_only": True}
        try:
            with silence():
                if hasattr(pipeline, "unet"):
                    beside = str(self.encoder.resolve())
                    pipeline.load_ip_adapter(
                        str(self.path.parent), image_encoder_folder=beside, **place
                    )
                else:
                    pipeline.load_ip_adapter(
                        str(self.path.parent),
                        image_encoder_pretrained_model_name_or_path=str(self.encoder),
                        **place,
                    )
            pipeline.set_ip_adapter_scale(self.strength)
        except _BROKEN as error:
            sizes = "shape" in str(error) or isinstance(error, KeyError)
            first = str(error).strip().partition("\n")[0][:160]
            reason = "its layers are others than the network's" if sizes else first
            message = f"{_WHAT} {self.path.name} cannot be added: {reason}"
            hint = "Give an adapter that was trained for these weights."
            code = "E_MODEL_FAMILY" if sizes else "E_MODEL_MISSING"
            raise ModelError(code, message, hint) from error

    @property
    def arguments(self) -> dict[str, Any]:
        """What a call of the pipeline has to be given."""
        return {"ip_adapter_image": self.picture}


def _check_encoder(path: Path, encoder: Path) -> None:
    """Refuse an image encoder that says more or less of a picture than the adapter reads."""
    settings = checkpoint.mapping(encoder / "config.json")
    if not settings:
        message = f"{_WHAT} {path.name} needs an image encoder, and there is none in {encoder}"
        raise ModelError("E_MODEL_MISSING", message, "Name its folder as image_encoder.")
    shapes = tensors.shapes(_WHAT, path)
    for name, says in _READS.items():
        if name in shapes and shapes[name][1] != settings.get(says):
            message = (
                f"{_WHAT} {path.name} reads {shapes[name][1]} numbers of a picture, and the "
                f"encoder gives {settings.get(says)}"
            )
            hint = "Give the image encoder that it was trained with."
            raise ModelError("E_MODEL_FAMILY", message, hint)
