"""How long the indicator service takes to serve again after kill -9, with a large database and a large
write-ahead log. tests/campaigns runs it."""
import datetime
import os
import random
import subprocess
import sys
import threading
import time
import unittest

import grpc
from athena.indicator.v1 import indicator_service_pb2, indicator_service_pb2_grpc

import figures
import setting
from crash_test import define, pages
from operator_test import http
from services import DEADLINE, EVERYTHING, Services
from setting import observation

MIB = 1 << 20
DATABASE_BYTES = int(os.environ.get("ATHENA_CAMPAIGN_MIB", "1024")) * MIB
# Four times SqliteOptions::checkpoint_bytes: from there on the writer waits for readers.
LOG_BYTES = 256 * MIB
PROMISED_SECONDS = 5
CLIENTS = 2
# Comments take the room: rows without are too small to fill a disk with in minutes.
ROWS, COMMENT_BYTES = 3500, 1000
FIRST_DAY = datetime.date(1900, 1, 1)
PUSHES = 12  # to an indicator: days until 2015
INDICATORS = 20  # of a client, which then begins again
# A reader with one snapshot for as long as it lives: it keeps the log from being emptied.
READER = """
import sqlite3, sys, time
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, isolation_level=None)
database.execute("BEGIN")
database.execute("SELECT count(*) FROM push").fetchone()
print("reads", flush=True)
time.sleep(3600)
"""


class Sender(threading.Thread):
    """Pushes rows with comments until the service is gone, to indicators of its own."""

    def __init__(self, number, services):
        super().__init__(daemon=True)
        self.indicators = [f"count-{number}-{i}" for i in range(INDICATORS)]
        self.push_observations = services.indicators.PushObservations
        self.chance = random.Random(number)
        self.acknowledged = {}  # (indicator, period) > value, and comment
        self.error = None

    def run(self):
        for push in range(1_000_000):
            indicator = self.indicators[push // PUSHES % INDICATORS]
            first = FIRST_DAY + datetime.timedelta(days=push % PUSHES * ROWS)
            rows = {(first + datetime.timedelta(days=i)).isoformat():
                    (push * ROWS + i, self.chance.randbytes(COMMENT_BYTES // 2).hex())
                    for i in range(ROWS)}
            try:
                self.push_observations(indicator_service_pb2.PushObservationsRequest(
                    parent=setting.INSTITUTION, push_id=f"{indicator}-{push}", observations=[
                        observation(indicator, day, value, comment=comment)
                        for day, (value, comment) in rows.items()]),
                    metadata=EVERYTHING, timeout=DEADLINE)
            except grpc.RpcError as error:
                self.error = error
                return
            self.acknowledged.update(((indicator, day), row) for day, row in rows.items())
            self.last = indicator, first.isoformat()


class RestartCampaign(unittest.TestCase):
    def test_a_killed_service_with_a_large_database_and_log_serves_within_seconds(self):
        with Services() as services:
            database = services.folder / "indicator.db"
            log = services.folder / "indicator.db-wal"
            senders = [Sender(i, services) for i in range(CLIENTS)]
            define(services, [indicator for sender in senders for indicator in sender.indicators])
            for sender in senders:
                sender.start()
            self.await_size(database, DATABASE_BYTES, senders)
            reader = subprocess.Popen([sys.executable, "-c", READER, str(database)],
                                      stdout=subprocess.PIPE)
            self.addCleanup(reader.stdout.close)
            self.addCleanup(reader.wait)
            self.addCleanup(reader.kill)
            self.assertEqual(reader.stdout.readline(), b"reads\n")
            self.await_size(log, LOG_BYTES, senders)
            services.indicator.kill()
            # Killed, too: whoever closes a database as the last one tidies it up.
            reader.kill()
            reader.wait()
            for sender in senders:
                sender.join(DEADLINE)
                self.assertFalse(sender.is_alive())
            sizes = database.stat().st_size, log.stat().st_size
            port = services.indicator.port
            begun = time.monotonic()
            services.indicator = services.start_indicator(port)
            while http(services.indicator, "/readyz")[0] != 200:
                self.assertLess(time.monotonic(), begun + DEADLINE)
            ready = time.monotonic() - begun
            services.indicators = indicator_service_pb2_grpc.IndicatorServiceStub(
                services.channel(services.indicator))
            setting.push(services, "after", [observation("count-0-0", "2024-06-01", 1)])
            stored = time.monotonic() - begun
            figures.show(database=f"{sizes[0] / MIB:,.0f} MiB", log=f"{sizes[1] / MIB:,.0f} MiB",
                         until_readyz=f"{ready:.2f} s", until_a_push_is_stored=f"{stored:.2f} s",
                         promised=f"{PROMISED_SECONDS} s")
            self.assertLess(ready, PROMISED_SECONDS)
            for sender in senders:
                self.check(services, sender)

    def await_size(self, path, size, senders):
        largest, late = 0, time.monotonic() + DEADLINE
        while largest < size:
            self.assertTrue(all(sender.error is None for sender in senders),
                            [sender.error for sender in senders])
            if (now := path.stat().st_size) > largest:
                largest, late = now, time.monotonic() + DEADLINE
            self.assertLess(time.monotonic(), late, f"{path.name} does not grow beyond {largest} bytes")
            time.sleep(0.01)

    def check(self, services, sender):
        """The last push that was acknowledged is there."""
        indicator, first = sender.last
        found, request = {}, indicator_service_pb2.ListObservationsRequest(
            parent=f"{setting.INSTITUTION}/indicators/{indicator}", page_size=1000)
        for record in pages(services.indicators.ListObservations, request, "observations"):
            cell = record.observation
            found[indicator, cell.period] = cell.value, cell.comment
        expected = {key: row for key, row in sender.acknowledged.items()
                    if key[0] == indicator and key[1] >= first}
        self.assertGreaterEqual(len(expected), ROWS)
        self.assertLessEqual(expected.items(), found.items())


if __name__ == "__main__":
    unittest.main()
