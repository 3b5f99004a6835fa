"""What items say where they say nothing else, and how one takes that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastseg_edit import profiles, registry, settings
from fastseg_edit.batching.manifests import terms
from fastseg_edit.errors import UnknownNameError
from fastseg_edit.requests import reading

if TYPE_CHECKING:
    from pathlib import Path

OPERATION = settings.OPERATIONS[1]
"""What is done where nobody says it: to remove."""

CLEARED = frozenset({*reading.known(), *terms.KEYS})
"""Keys under which null means that no default holds."""

NOTHING = frozenset[str]()

PROFILES = (*profiles.BUILT_IN, "auto")


def cleared(said: Any) -> frozenset[str]:
    """Return the keys of an edit under which null stands: of them no default holds."""
    if not isinstance(said, dict) or None not in said.values():
        return NOTHING
    return frozenset(key for key, value in said.items() if value is None and key in CLEARED)


def without(said: dict[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    """Return what is said under all other keys."""
    return {key: value for key, value in said.items() if key not in keys}


def check_profile(profile: Any, home: Path) -> None:
    """Refuse a profile that is not known. One that is called like a file is read later.

    Args:
        profile: As it stands in a job.
        home: Where its file may lie.

    Raises:
        UnknownNameError: With E_NAME and the nearest name.
    """
    if not isinstance(profile, str) or "." in profile or profile in PROFILES:
        return
    if not (home / profile).exists():
        hint = registry.suggest(profile, PROFILES)
        raise UnknownNameError("E_NAME", f"no profile and no file {profile!r}", hint)
