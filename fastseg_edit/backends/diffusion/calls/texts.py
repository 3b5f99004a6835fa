"""What text encoders made of captions, kept for the next time."""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor, nn
from transformers.utils.generic import ModelOutput

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    Output: TypeAlias = Any

MOST = 256 * 2**20
"""Bytes that are kept for each encoder, some hundred captions of CLIP's."""


def remember(pipeline: Any, most: int = MOST) -> None:
    """Let every text encoder of a pipeline return again what it returned for the same tokens.

    The same captions, and the empty one, are then encoded once for many edits, whatever the family
    makes of what the encoder returns. Weights must not be exchanged after this; another precision
    or device counts as another encoder.

    Args:
        pipeline: Of diffusers.
        most: Bytes to keep for each encoder. What was not asked for longest is dropped first.
    """
    for name, part in pipeline.components.items():
        if "text_encoder" in name and isinstance(part, nn.Module):
            encoder: Any = part
            kind: Any = type(part)
            encoder.__class__ = _remembering(kind)
            encoder.remembered = Remembered(most)


class Remembered:
    """Outputs by what they were asked for with, up to a number of bytes.

    Args:
        most: Bytes.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self._outputs: OrderedDict[Hashable, tuple[Output, int]] = OrderedDict()

    def get(self, key: Hashable) -> Output | None:
        """Return what is kept, or None."""
        if key not in self._outputs:
            return None
        self._outputs.move_to_end(key)
        return self._outputs[key][0]

    def put(self, key: Hashable, output: Output) -> None:
        """Keep an output, and drop old ones for it. One that is larger than all is not kept."""
        size = sum(tensor.nbytes for tensor in _tensors(output))
        if size > self.most:
            return
        self._outputs[key] = output, size
        self.held += size
        while self.held > self.most:
            self.held -= self._outputs.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Drop everything."""
        self._outputs.clear()
        self.held = 0


class Remembering(nn.Module):
    """What an encoder becomes: each row of tokens goes through it once, and alone.

    Alone, so that what comes out does not depend on the other rows, to the bit. It is the class
    that changes and not `forward`, which other libraries exchange, and put back, to move weights.
    """

    remembered: Remembered

    def __call__(self, *inputs: Any, **options: Any) -> Output:
        """Encode rows of tokens."""
        tensors = [*_tensors((*inputs, *options.values()))]
        rows = {tensor.shape[0] if tensor.ndim == 2 else 0 for tensor in tensors}
        if len(rows) != 1 or 0 in rows:
            return super().__call__(*inputs, **options)
        return _joined([self._row(inputs, options, row) for row in range(rows.pop())])

    def _row(self, inputs: tuple[Any, ...], options: dict[str, Any], row: int) -> Output:
        own = tuple(_of_row(value, row) for value in inputs)
        said = {name: _of_row(value, row) for name, value in options.items()}
        key = (self.dtype, *map(_key, own), *((name, _key(said[name])) for name in sorted(said)))
        output = self.remembered.get(key)
        if output is None:
            output = _lasting(super().__call__(*own, **said))
            self.remembered.put(key, output)
        return output


@cache
def _remembering(kind: Any) -> Any:
    """Return a class of the same name, for that is what a saved pipeline is read by."""
    if issubclass(kind, Remembering):
        return kind
    return type(kind.__name__, (Remembering, kind), {"__module__": kind.__module__})


def _of_row(value: Any, row: int) -> Any:
    return value[row : row + 1] if isinstance(value, Tensor) else value


def _key(value: Any) -> Hashable:
    if not isinstance(value, Tensor):
        return repr(value)
    return value.device, value.shape, value.cpu().numpy().tobytes()


def _lasting(output: Output) -> Output:
    """Return an output without what is of use only to go on writing, and large."""
    kept = {name: value for name, value in output.items() if name != "past_key_values"}
    return type(output)(**kept)


def _tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors in nested tuples and mappings."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, ModelOutput):
        yield from _tensors(value.to_tuple())
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _tensors(part)


def _joined(outputs: Sequence[Output]) -> Output:
    """Put the outputs of rows together, as one for all rows. Nothing is shared with them."""
    first = outputs[0]
    if isinstance(first, Tensor):
        return torch.cat([*outputs])
    if isinstance(first, ModelOutput):
        return type(first)(**{name: _joined([one[name] for one in outputs]) for name in first})
    if isinstance(first, tuple | list):
        return tuple(_joined(parts) for parts in zip(*outputs, strict=True))
    return first
