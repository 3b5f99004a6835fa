"""A driver run to its end by workers that follow a script."""

from contextlib import closing

from scripted_crew import Scripted, item, journal_in

from fastseg_edit.batching.driving.driver import Driver
from fastseg_edit.batching.manifests.policy import Policy
from fastseg_edit.batching.storage.stores import Folder


def run(folder, items, script=(), policy=None, crew=None, **more):
    """Run a driver to its end. Return its outcomes and its crew."""
    crew = crew or Scripted(more.get("results", Folder(folder)), script)
    with closing(journal_in(folder)) as journal:
        driver = driver_of(journal, folder, crew, policy, **more)
        return list(driver.outcomes(iter(items))), crew


def driver_of(journal, folder, crew, policy=None, results=None, **more):
    number = journal.begin({})
    journal.enlist(map(item, range(6)), number)
    return Driver(journal, results or Folder(folder), crew, policy or Policy(), number, **more)


def states(outcomes):
    return {each.item.number: each.state for each in outcomes}


def error_of(outcomes, number):
    return next(each.error for each in outcomes if each.item.number == number)


def rows(folder, query):
    with closing(journal_in(folder)) as journal:
        return list(journal.rows(query))
