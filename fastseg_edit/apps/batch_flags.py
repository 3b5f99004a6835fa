"""Flags of `fastseg-edit batch`: those of a single edit, and how a job is carried out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import get_args

import click

from fastseg_edit import settings
from fastseg_edit.apps import flags
from fastseg_edit.batching.manifests.gates import NAMES, Otherwise
from fastseg_edit.batching.manifests.items import IfExists

job = click.argument("job")
"""Adds the argument that says which job: the folder of its results, or what it was run with."""

jobs = click.argument("job", nargs=-1, required=True)
"""Adds the argument that says what to do: a manifest, a folder, a glob, or photos."""

results = click.option(
    "-o", "--out", help="The folder of its results, if it is not where JOB says."
)
"""Adds the flag that says where a job that was run has its results."""

_journal = click.option(
    "--journal",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the journal while the results go to a URL.  [default: in the cache]",
)

found = flags.adding(results, _journal)
"""Adds the flags that say where a job that was run is."""

_places = flags.adding(
    click.option(
        "-o", "--out", help="Folder or URL for the results. JOB-edited, or what JOB says."
    ),
    click.option("--root", help="Folder or URL that the names of the photos are relative to."),
    click.option("--allow-url", is_flag=True, help="Let a manifest name URLs such as s3://..."),
    click.option(
        "--name", "pattern", help="What results are called, such as '{reldir}/{stem}-new{ext}'."
    ),
)

_written = flags.adding(
    click.option("--format", "format_", help="keep, png, jpg, webp, tiff, bmp."),
    click.option(
        "--metadata",
        type=click.Choice(("keep", "icc-only", "strip")),
        help="What to carry over of EXIF, ICC, XMP.",
    ),
    click.option(
        "--if-exists",
        type=click.Choice(get_args(IfExists)),
        help="What to do where a file lies that no run of this job has written.  [default: error]",
    ),
    click.option(
        "--save", help=f"Besides the result, any of: {', '.join(settings.SAVED)}, with commas."
    ),
    click.option(
        "--sidecar/--no-sidecar", default=None, help="Write a record of each.  [default: sidecar]"
    ),
)

_gated = flags.adding(
    click.option(
        "--gate",
        "gates",
        multiple=True,
        metavar="NAME<=NUMBER",
        help=f"Paint only where the mask is so, such as 'coverage<=40%'. Of: {', '.join(NAMES)}; "
        "<= or >=.",
    ),
    click.option(
        "--gate-otherwise",
        "otherwise",
        type=click.Choice(get_args(Otherwise)),
        help="What becomes of a photo whose mask is not so.  [default: fail]",
    ),
)

asked = flags.adding(
    click.option(
        "--operation",
        type=click.Choice(settings.OPERATIONS),
        help="What to do where JOB does not say it.  [default: remove]",
    ),
    flags.prompts,
    click.option("--with", "caption", help="What to paint, in words."),
    flags.grown,
    _places,
    _written,
    _gated,
    flags.read,
    partial(flags.edit_settings, left_out=("dry_run",)),
)
"""Adds the flags that say what is to be done to photos, and where the results go."""

watching = flags.adding(
    click.option("--watch", is_flag=True, help="Go on with photos that come later, until Ctrl+C."),
    click.option(
        "--poll", is_flag=True, help="Look for them every second: for folders of a network."
    ),
)
"""Adds the flags that let a job wait for photos."""

working = flags.adding(
    click.option(
        "--jobs",
        type=click.IntRange(1),
        help="How many processes. As many as there are cores; 1 if a model runs on a device.",
    ),
    click.option(
        "--threads",
        type=click.IntRange(1),
        help="Of networks in each process. With another number they round otherwise.  [default: "
        "OMP_NUM_THREADS, or as many as there are cores, whatever --jobs says]",
    ),
    click.option(
        "--group",
        type=click.IntRange(1),
        help="How many photos are painted together. Diffusion is quicker so, and a few pixels may "
        "differ by one level, depending on which photos meet.  [default: 1]",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        help="Seconds that a stage of an item may take; four times as many for the first item of a "
        "worker, which loads models.  [default: 300]",
    ),
    click.option(
        "--retries",
        type=click.IntRange(0),
        help="How often an item is tried once more after what may pass.  [default: 1]",
    ),
    click.option(
        "--ray",
        is_flag=False,
        flag_value="local",
        metavar="[ADDRESS]",
        help="Work on a cluster of Ray, or one of this machine's own.",
    ),
    click.option(
        "--ray-gpus", type=click.FloatRange(0), default=0.0, help="Cards for each of its workers."
    ),
    _journal,
    click.option("--fail-fast", is_flag=True, help="Stop after the first that fails."),
    click.option("--max-failures", type=click.IntRange(1), help="Stop after so many."),
    click.option("--report", "reported", is_flag=True, help="Write report.html at the end."),
)
"""Adds the flags that say how a job is carried out."""
