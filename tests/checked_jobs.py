"""Jobs that are checked and not run."""

import pytest

from fastseg_edit.batching.checks import checking
from fastseg_edit.batching.manifests import manifest
from fastseg_edit.errors import DocumentError

CLICK = {"operation": "remove", "prompt": [{"point": [3, 4]}], "profile": "classical"}


def planned(home, *entries, **said):
    document = {"root": "photos", "defaults": CLICK, "items": list(entries), **said}
    return list(checking.check(manifest.read(document, home)))


def refused(home, *entries, **said):
    with pytest.raises(DocumentError) as caught:
        planned(home, *entries, **said)
    return [(problem.place, problem.code) for problem in caught.value.problems]


def problem_of(home, **entry):
    (one,) = planned(home, {"photo": "a.png", **entry})
    return one.problem and one.problem.code
