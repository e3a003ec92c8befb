"""A reader that pages through a list sees one snapshot, although pushes revise it meanwhile.

snapshot_soak.py does the same with a million observations, and also checks the size of the log.
"""
import datetime
import itertools
import threading
import unittest

from athena.indicator.v1 import indicator_pb2, indicator_service_pb2, observation_pb2

import setting
from services import DEADLINE, Services

SERIES = 1000
PAGE = 10_000  # the largest page, and the largest push
DAYS_PER_PAGE = PAGE // SERIES
PUSHERS = 2


def cells(page):
    """The cells of a page in the order of a list: (day, code)."""
    first = datetime.date(2019, 1, 1) + datetime.timedelta(days=page * DAYS_PER_PAGE)
    for i in range(DAYS_PER_PAGE):
        day = (first + datetime.timedelta(days=i)).isoformat()
        for code in range(SERIES):
            yield day, f"c{code:03}"


def value(page, row, version):
    """A value that no other cell of the page and no other version of the cell has."""
    return page + row / 16_384 + version * 100_000


class Block:
    """The cells of one page. Each push of them gives them new values."""

    def __init__(self, page):
        self.page = page
        self.pushed = 0  # how often

    def push(self, push_observations):
        request = indicator_service_pb2.PushObservationsRequest(
            parent=setting.INSTITUTION, push_id=f"{self.page}-{self.pushed}", observations=[
                observation_pb2.Observation(indicator="load", period=day, dimensions={"code": code},
                                            value=value(self.page, row, self.pushed))
                for row, (day, code) in enumerate(cells(self.page))])
        answer = push_observations(request, **setting.options())
        stored = answer.counts.revised if self.pushed else answer.counts.inserted
        if stored != PAGE:
            raise AssertionError(f"push {request.push_id}: {answer.counts}")
        self.pushed += 1


class Pusher(threading.Thread):
    """Revises its blocks in turn, each at least once, until it is told to stop."""

    def __init__(self, services, blocks, on_pushed):
        super().__init__(daemon=True)
        self.push_observations = services.indicators.PushObservations
        self.blocks = blocks
        self.on_pushed = on_pushed
        self.stop = threading.Event()
        self.error = None

    def run(self):
        try:
            for passes in itertools.count():
                for block in self.blocks:
                    if passes and self.stop.is_set():
                        return
                    block.push(self.push_observations)
                    self.on_pushed()
        except Exception as error:  # whatever it is, the test shows it
            self.error = error


def load(services, pages):
    """An indicator of SERIES series with `pages` pages of cells; returns its blocks."""
    kinds = indicator_pb2.Indicator
    services.indicators.CreateIndicator(indicator_service_pb2.CreateIndicatorRequest(
        parent=setting.INSTITUTION, indicator_id="load", indicator=kinds(
            display_name=setting.text("Load"), kind=kinds.KIND_BASE,
            direction=kinds.DIRECTION_HIGHER, frequency=kinds.FREQUENCY_DAILY,
            time_aggregation=kinds.TIME_AGGREGATION_SUM,
            group_aggregation=kinds.GROUP_AGGREGATION_SUM,
            dimensions=[indicator_pb2.Dimension(id="code", codes=[
                indicator_pb2.Dimension.Code(id=f"c{code:03}") for code in range(SERIES)])])),
        **setting.options())
    blocks = [Block(page) for page in range(pages)]
    for block in blocks:
        block.push(services.indicators.PushObservations)
    return blocks


def check_list(test, services, versions, before=lambda page: None):
    """Pages through all cells and expects the version that `versions` gives for each page. Returns
    the revision that the list shows."""
    request = indicator_service_pb2.ListObservationsRequest(
        parent=f"{setting.INSTITUTION}/indicators/load", page_size=PAGE)
    revision = None
    for page, version in enumerate(versions):
        before(page)
        answer = services.indicators.ListObservations(request, **setting.options())
        revision = revision or answer.revision
        test.assertEqual(answer.revision, revision)
        test.assertEqual(len(answer.observations), PAGE)
        for row, ((day, code), record) in enumerate(zip(cells(page), answer.observations)):
            cell = record.observation
            seen = (cell.period, cell.dimensions["code"], cell.value)
            if seen != (day, code, value(page, row, version)) or record.revision > revision:
                test.fail(f"page {page}, row {row} at revision {revision}: {record}")
        request.page_token = answer.next_page_token
    test.assertEqual(request.page_token, "")
    return revision


def check_snapshot(test, services, blocks, pushes_per_page):
    """Reads a list while its cells are revised, those of its last pages first. At least
    `pushes_per_page` pushes are stored between one page and the next."""
    pushed = threading.Semaphore(0)
    backwards = blocks[::-1]
    pushers = [Pusher(services, backwards[i::PUSHERS], pushed.release) for i in range(PUSHERS)]

    def await_pushes(page):
        if page == 0:
            return  # what this page shows, all others do
        if page == 1:
            for pusher in pushers:
                pusher.start()
        for _ in range(pushes_per_page):
            test.assertTrue(pushed.acquire(timeout=DEADLINE), [pusher.error for pusher in pushers])

    versions = [block.pushed - 1 for block in blocks]
    try:
        revision = check_list(test, services, versions, await_pushes)
    finally:
        for pusher in pushers:
            pusher.stop.set()
    for pusher in pushers:
        pusher.join()
        test.assertIsNone(pusher.error)
    # A list that begins now shows what was pushed meanwhile.
    test.assertTrue(all(block.pushed - 1 > version for block, version in zip(blocks, versions)))
    later = check_list(test, services, [block.pushed - 1 for block in blocks])
    test.assertEqual(later - revision, sum(block.pushed - 1 - version
                                           for block, version in zip(blocks, versions)))


class SnapshotTest(unittest.TestCase):
    def test_all_pages_show_what_was_there_at_the_first_one(self):
        with Services() as services:
            check_snapshot(self, services, load(services, pages=6), pushes_per_page=2)


if __name__ == "__main__":
    unittest.main()
