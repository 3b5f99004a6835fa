"""Networks of ultralytics that make masks, real but small, and folders of their weights."""

import json

import torch
from safetensors.torch import save_file

from fastseg_edit import catalogue, world
from fastseg_edit.backends.yolo import weights
from fastseg_edit.backends.yolo.network import Architecture, build

NAMES = ["gadget", "hot dog"]
APART = world.Options(fewest=3, most=3, hidden=0)
"""Three objects that do not touch."""


def everything(segmenter, photo):
    """Return all that a segmenter finds in a photo."""
    return segmenter.predict(segmenter.encode(photo), None)


def two_classes():
    """Return weights of fastsam-mini for two classes: all that it finds is of the first."""
    mini, _ = weights.load(catalogue.folder("fastsam-mini"), allow_pickle=False)
    state = dict(mini.state_dict())
    for level in range(3):
        last = f"model.22.cv3.{level}.2"
        state[f"{last}.weight"] = state[f"{last}.weight"].repeat(2, 1, 1, 1)
        bias = state[f"{last}.bias"]
        state[f"{last}.bias"] = torch.cat([bias, bias - 20])
    return state


def written(state, path, names=NAMES):
    """Write a folder of weights like that of fastsam-mini, and return its name."""
    path.mkdir()
    save_file({name: value.contiguous() for name, value in state.items()}, path / weights.WEIGHTS)
    mini = json.loads((catalogue.folder("fastsam-mini") / weights.CONFIGURATION).read_text())
    (path / weights.CONFIGURATION).write_text(json.dumps({**mini, "names": names}))
    return str(path)


def untrained(base, names):
    """Return a tiny network with random weights that takes many places for objects."""
    torch.manual_seed(0)
    network = build(Architecture(base, depth=0.1, width=0.02), names).eval()
    head = network.model[-1]
    for part in (head.cv3, getattr(head, "one2one_cv3", ())):
        for level in part:
            torch.nn.init.constant_(level[-1].bias, 0.0)
            torch.nn.init.normal_(level[-1].weight, std=3.0)
    return network
