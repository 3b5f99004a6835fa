"""What a job has done, for people to look at: a page, a contact sheet, and two tables."""

from fastseg_edit.batching.report.names import NAMES
from fastseg_edit.batching.report.options import Options
from fastseg_edit.batching.report.write import write

__all__ = ["NAMES", "Options", "write"]
