"""A journal of a small job."""

from contextlib import closing

from scripted_crew import item

from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.workers.messages import Made, Part

PART = Part("a.png", ".fastseg-edit/parts/1/1.0", "5" * 64, 7)


def filled(path, items=3):
    """Make a journal with some items, each done but the last, which never ended."""
    with closing(Journal(path)) as journal:
        run = journal.begin({"origin": "a job"})
        journal.enlist(map(item, range(items)), run)
        for number in range(items):
            attempt = journal.begun(item(number), run)
            made = Made(attempt, "done", f"key {number}", (PART._replace(name=f"{number}.png"),))
            journal.writing(made)
            if number < items - 1:
                journal.ended(made, 1.5, {f"{number}.png": "7:1:1:1"})
    return path
