"""snapshot_test.py with a million observations: the list is one snapshot, and the write-ahead log
stays bounded however much is pushed meanwhile. `tests/run --soak` runs it."""
import os
import threading
import unittest

from services import Services
from snapshot_test import check_snapshot, load

PAGES = 100
MIB = 1024 * 1024
# What libs/sql/sqlite/sqlite_database.h promises of the log: it is moved into the database at 64 MiB, and
# at four times that the writer waits until no reader needs it any more. It is looked at between
# commits; a commit here is of two pushes at most, 20,000 rows, which change fewer pages than that.
CHECKPOINT_BYTES = 64 * MIB
PAGE_IN_LOG = 4096 + 24
LARGEST_COMMIT = 20_000 * PAGE_IN_LOG
BOUND = 4 * CHECKPOINT_BYTES + LARGEST_COMMIT


class Log(threading.Thread):
    """Watches the size of the write-ahead log."""

    def __init__(self, services):
        super().__init__(daemon=True)
        self.path = services.folder / "indicator.db-wal"
        self.largest = 0
        self.stop = threading.Event()

    def run(self):
        while not self.stop.wait(0.02):
            self.largest = max(self.largest, os.stat(self.path).st_size)


class SnapshotSoak(unittest.TestCase):
    def test_a_million_observations_are_one_snapshot_and_the_log_stays_bounded(self):
        with Services() as services:
            log = Log(services)
            log.start()
            blocks = load(services, PAGES)
            loaded = log.largest
            check_snapshot(self, services, blocks, pushes_per_page=2)
            log.stop.set()
            log.join()
            database = os.stat(services.folder / "indicator.db").st_size
            print(f"write-ahead log: {loaded // MIB} MiB at most while loading, "
                  f"{log.largest // MIB} MiB at most in all; database: {database // MIB} MiB")
            self.assertGreater(log.largest, CHECKPOINT_BYTES, "too little was pushed to see it")
            self.assertLessEqual(log.largest, BOUND)


if __name__ == "__main__":
    unittest.main()
