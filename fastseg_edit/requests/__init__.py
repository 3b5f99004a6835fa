"""Edits as they are asked for, before a photo is open: by flags, or by documents in JSON or YAML.

A `Request` is read and checked without any file but its own. `Request.spec` then looks at the
photo and at the files that are named, and says what is to be done.
"""

from fastseg_edit.requests.defaults import Defaults
from fastseg_edit.requests.paths import Folders
from fastseg_edit.requests.plans import Plan, load
from fastseg_edit.requests.problems import Problems
from fastseg_edit.requests.reading import read
from fastseg_edit.requests.request import Request
from fastseg_edit.requests.schema import schema
from fastseg_edit.requests.writing import plain, prompt, written

__all__ = [
    "Defaults",
    "Folders",
    "Plan",
    "Problems",
    "Request",
    "load",
    "plain",
    "prompt",
    "read",
    "schema",
    "written",
]
