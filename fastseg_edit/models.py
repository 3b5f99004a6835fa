"""Models, each built once per process and shared by every stage that asks for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import RLock
from typing import TYPE_CHECKING, Any

from fastseg_edit import present, profiles, registry
from fastseg_edit.ops import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.protocols import Segmenter

_built: dict[tuple[str, str], Any] = {}
_findings: OrderedDict[tuple[int, str, bytes], tuple[Any, Any]] = OrderedDict()
_lock = RLock()
_device: ContextVar[str | None] = ContextVar("device", default=None)


def get(role: str, model: Any = None) -> Any:
    """Return the model that a spec describes, building it on first use.

    Args:
        role: "segmenter", "grounder", "ranker" or "inpainter".
        model: A `ModelSpec`. None for the one of the profile `auto`: for stages made in Python,
            since a recipe fills in its profile's. Anything else is taken to be a model already,
            and returned as it is. A spec without `weights` takes the best of that model that were
            fetched, and the mini pack's only where there are none.

    Raises:
        UnknownNameError: If no such model or option is registered.
        SpecError: With E_SPEC, if the value of an option does not fit.
        ModelError: If its library or its weights are missing.
    """
    spec = profiles.load().model(role) if model is None else model
    if not isinstance(spec, str | Mapping):
        return spec
    name, options = profiles.split(spec, role)
    model_class = registry.find(role, name, profiles.extra_of(spec))
    unnamed = "weights" not in options and "weights" in registry.option_names(model_class)
    if unnamed and (best := present.of(role, name)):
        options["weights"] = best.name
    device = _device.get()
    if device and registry.option_names(model_class).get("device", device) != device:
        options = {"device": device, **options}
    registry.fit(f"{role} {name!r}", model_class, options)
    key = (role, repr((name, sorted(options.items()))))
    with _lock:
        if key not in _built:
            _built[key] = model_class(**options)
        return _built[key]


@contextmanager
def on(device: str | None) -> Iterator[None]:
    """Let the models that are asked for here run on a device, unless their spec names another.

    Args:
        device: "auto", "cpu", "cuda" or "cuda:N". None to leave it to each model.
    """
    before = _device.set(device)
    try:
        yield
    finally:
        _device.reset(before)


def stand_in(role: str, model: Any) -> str:
    """Return the mini pack's weights that a spec would take because it names none, or ""."""
    if not isinstance(model, str | Mapping):
        return ""
    name, options = profiles.split(model, role)
    drawn = present.drawn(role, name)
    if drawn is None or "weights" in options or present.of(role, name):
        return ""
    return drawn.name


def takes_device(role: str, model: Any) -> bool:
    """Tell whether the device of a model can be chosen: those without networks have none."""
    if not isinstance(model, str | Mapping):
        return hasattr(model, "device")
    name, _ = profiles.split(model, role)
    if name in present.LIBRARIES:  # without loading what takes seconds
        return True
    return "device" in registry.option_names(registry.find(role, name))


def encode(segmenter: Segmenter, image: ImageArray, keep: int = 8) -> Any:
    """Encode a photo, or return the encoding of one of the last few photos.

    Args:
        segmenter: The model that encodes.
        image: (H, W, 3) uint8 RGB.
        keep: How many encodings to hold in memory.
    """
    return remember(segmenter, "encoding", image, lambda: segmenter.encode(image), keep)


def remember(
    model: Any, what: str, image: ImageArray, find: Callable[[], Any], keep: int = 8
) -> Any:
    """Find something out about a photo, or return what was found for one of the last few.

    Args:
        model: Whose finding it is.
        what: What is found, so that one model may find several things. Its first word is the kind
            of finding: parts of a photo do not drive out the photo.
        image: (H, W, 3) uint8 RGB.
        find: Finds it.
        keep: How many findings of a kind to hold in memory.
    """
    key = (id(model), what, digest.of(image))
    with _lock:
        if key not in _findings:
            # The model is held too, so that its id is not given to another one meanwhile.
            _findings[key] = (model, find())
        _findings.move_to_end(key)
        alike = [each for each in _findings if _kind(each[1]) == _kind(what)]
        for oldest in alike[: max(0, len(alike) - keep)]:
            del _findings[oldest]
        return _findings[key][1]


def _kind(what: str) -> str:
    return what.partition(" ")[0]


def clear() -> None:
    """Forget every model and encoding, to free memory."""
    with _lock:
        _built.clear()
        _findings.clear()
