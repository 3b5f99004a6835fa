"""What an edit was made of, written down so that it can be made again."""

from fastseg_edit.records.reading import Record, RecordedEdit, load
from fastseg_edit.records.work import Pasted, Work, Written
from fastseg_edit.records.writing import about_photo, document, ingredients, versions

__all__ = [
    "Pasted",
    "Record",
    "RecordedEdit",
    "Work",
    "Written",
    "about_photo",
    "document",
    "ingredients",
    "load",
    "versions",
]
