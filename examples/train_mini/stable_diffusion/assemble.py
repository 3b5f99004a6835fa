"""Put the parts of sd-mini into one folder, in half precision, as diffusers saves a pipeline."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, StableDiffusionInpaintPipeline

sys.path.insert(0, str(Path(__file__).parent.parent))

import captions
import common
import unet

DEFAULTS = {"steps": 4, "guidance": 2.0, "plain_steps": 1, "detail": 0}
"""What was best on validation scenes."""


def assemble(parts: Path, target: Path) -> None:
    """Write the pipeline.

    Args:
        parts: Folder with the trained `vae` and the painter's checkpoint, finished or not.
        target: Folder to write.
    """
    tokenizer = captions.tokenizer(parts / "words")
    painter = common.Average(unet.Painter(tokenizer)).model
    state = torch.load(parts / "unet.checkpoint.pt", map_location="cpu", weights_only=True)
    painter.load_state_dict(state["parts"]["average"])
    pipeline = StableDiffusionInpaintPipeline(
        vae=AutoencoderKL.from_pretrained(parts / "vae"),
        text_encoder=painter.text,
        tokenizer=tokenizer,
        unet=painter.unet.to(memory_format=torch.contiguous_format),
        scheduler=unet.scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.to(torch.float16).save_pretrained(target)
    (target / "fastseg_edit.json").write_text(json.dumps(DEFAULTS) + "\n", "utf-8")
    (parts / "curve.json").write_text(json.dumps(state["log"]) + "\n", "utf-8")
    for path in target.rglob("config.json"):
        _forget_origin(path)
    for path in target.rglob("*"):
        if path.is_file():
            path.chmod(0o644)  # safetensors are written for the owner alone
    print(state["samples"], "samples,", sum(p.stat().st_size for p in target.rglob("*.*")), "bytes")


def _forget_origin(path: Path) -> None:
    """Take out of a configuration where on this machine its part was loaded from."""
    stated = json.loads(path.read_text("utf-8"))
    stated.pop("_name_or_path", None)
    path.write_text(json.dumps(stated, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    given = common.arguments("Assemble sd-mini; --out holds the parts.", samples=0)
    assemble(given.out, given.out / "sd-mini")
