"""The disk of the indicator service fills up again and again while clients push: nothing is acknowledged
that is not stored, reads go on, and it stores again when there is room. tests/campaigns runs it."""
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

from athena.indicator.v1 import indicator_service_pb2

import figures
import setting
from crash_test import CLIENTS, Client, check_ledgers, define
from operator_test import eventually, metric
from services import DEADLINE, Process, Services

ROUNDS = int(os.environ.get("ATHENA_CAMPAIGN_ROUNDS", "20"))
PUSHES_PER_ROUND = 200
READS_PER_ROUND = 50
DISK_MIB = 128
FULL = 'athena_storage_faults_total{cause="disk_full"}'


class OnSmallDisk(Services):
    """Services of which indicator has its database in another folder."""

    def __init__(self, disk):
        self.disk = disk
        super().__init__()

    def start_indicator(self, port=0):
        return Process("athena-indicator", self.folder, [f"--database={self.disk / 'indicator.db'}"],
                       port, self.environment)


def fill(disk):
    """Leaves not one page of the disk."""
    with (disk / "filler").open("ab", buffering=0) as file:
        for piece in (1 << 20, 4096):
            try:
                while True:
                    file.write(bytes(piece))
            except OSError:
                pass


class DiskFullCampaign(unittest.TestCase):
    def setUp(self):
        owner = tempfile.TemporaryDirectory(prefix="athena-disk-")
        self.addCleanup(owner.cleanup)
        self.disk = pathlib.Path(owner.name)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "none", owner.name],
                       check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", owner.name], check=True)

    def test_a_disk_that_fills_up_loses_nothing_and_reads_go_on(self):
        with OnSmallDisk(self.disk) as services:
            define(services, [f"count-{i}" for i in range(CLIENTS)])
            setting.create_indicators(services)
            setting.create_plan(services)
            progress = threading.Semaphore(0)
            clients = [Client(i, services, progress.release) for i in range(CLIENTS)]
            self.await_pushes_of = lambda count: [self.assertTrue(
                progress.acquire(timeout=DEADLINE), [client.error for client in clients])
                for _ in range(count)]
            for client in clients:
                client.start()
            reads, slowest = 0, 0
            for number in range(ROUNDS):
                self.await_pushes_of(PUSHES_PER_ROUND)
                before = metric(services.indicator, FULL)
                fill(self.disk)
                self.assertTrue(eventually(lambda: metric(services.indicator, FULL) > before))
                for _ in range(READS_PER_ROUND):
                    self.read(services, clients)
                    reads += 2
                killed = number % 2 == 1
                if killed:
                    port = services.indicator.port
                    services.indicator.kill()
                (self.disk / "filler").unlink()
                while progress.acquire(blocking=False):
                    pass
                begun = time.monotonic()
                if killed:
                    services.indicator = services.start_indicator(port)
                self.await_pushes_of(1)
                slowest = max(slowest, time.monotonic() - begun)
            for client in clients:
                client.stop.set()
            for client in clients:
                client.join(DEADLINE)
                self.assertFalse(client.is_alive())
                self.assertIsNone(client.error)
            refused = sum(client.refused["DISK_FULL"] for client in clients)
            self.assertGreater(refused, 0)
            check_ledgers(self, services, clients, times_full=ROUNDS, of_these_killed=ROUNDS // 2,
                          refused_DISK_FULL=refused, reads_while_full=reads, reads_failed=0,
                          slowest_first_push_after_room=f"{slowest:.2f} s")

    def read(self, services, clients):
        """What was acknowledged is read while nothing can be stored."""
        for client in clients[:1]:
            known = dict(client.acknowledged)
            page = services.indicators.ListObservations(
                indicator_service_pb2.ListObservationsRequest(
                    parent=f"{setting.INSTITUTION}/indicators/{client.indicator}",
                    page_size=10_000), **setting.options())
            found = {record.observation.period: record.observation.value
                     for record in page.observations}
            self.assertLessEqual(known.items(), found.items())
        setting.scorecard(services, "2021-Q1")


if __name__ == "__main__":
    unittest.main()
