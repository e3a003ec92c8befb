"""Calls of the operating system fail under the indicator service while clients push. What fails at every
single operation of the database is libs/sql/sqlite/sqlite_faults_test.cc; here it is the process, with
the kernel's errors put in by strace. tests/campaigns runs it."""
import os
import subprocess
import threading
import time
import unittest

from crash_test import CLIENTS, Client, check_ledgers, define
from services import DEADLINE, Services

ROUNDS = int(os.environ.get("ATHENA_CAMPAIGN_ROUNDS", "20"))  # of each case
# Of libs/sql/sqlite/sqlite_database.h: it is unknown whether the last commit is on the disk.
STORAGE_FAILED = 74


class Faults:
    """Makes system calls of a process fail; a context manager. `when` as in strace's inject."""

    def __init__(self, process, call, error, when):
        self.tracer = subprocess.Popen(
            ["strace", "-f", "-q", "-p", str(process.process.pid), "-e", f"trace={call}",
             "-e", f"inject={call}:error={error}:when={when}"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.injected = 0
        self.met = threading.Semaphore(0)
        self.reader = threading.Thread(target=self._count, daemon=True)
        self.reader.start()

    def _count(self):
        for line in self.tracer.stderr:
            if "(INJECTED)" in line:
                self.injected += 1
                self.met.release()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tracer.terminate()
        self.tracer.wait()
        self.reader.join()


class IoErrorsCampaign(unittest.TestCase):
    def setUp(self):
        self.services = Services().__enter__()
        self.addCleanup(self.services.__exit__)
        self.clients = []
        self.addCleanup(lambda: [client.stop.set() for client in self.clients])
        define(self.services, [f"count-{i}" for i in range(CLIENTS)])
        self.progress = threading.Semaphore(0)
        self.clients = [Client(i, self.services, self.progress.release) for i in range(CLIENTS)]
        for client in self.clients:
            client.start()

    def check(self, **also):
        for client in self.clients:
            client.stop.set()
        for client in self.clients:
            client.join(DEADLINE)
            self.assertFalse(client.is_alive())
            self.assertIsNone(client.error)
        check_ledgers(self, self.services, self.clients, **also)

    def fail_each(self, call, error, rounds):
        """The first, the second ... call from now on fails, of a service each time that it works again.
        Returns how often the process ended."""
        ended = 0
        for number in range(1, rounds + 1):
            process = self.services.indicator
            with Faults(process, call, error, number) as faults:
                self.assertTrue(faults.met.acquire(timeout=DEADLINE), self.state("no fault was met"))
                ended += self.restart_if_ended(process)
        return ended

    def restart_if_ended(self, process):
        """Waits until a push that was sent after the fault is stored, or the process has ended; then
        starts another one. Whether it ended."""
        # Of each client one answer may have been under way.
        self.drain()
        for _ in range(CLIENTS + 1):
            late = time.monotonic() + DEADLINE
            while not self.progress.acquire(timeout=0.02):
                if process.process.poll() is not None:
                    self.assertEqual(process.process.wait(), STORAGE_FAILED)
                    process.reader.join()
                    self.services.indicator = self.services.start_indicator(process.port)
                    return True
                self.assertLess(time.monotonic(), late, self.state("nothing is stored"))
        return False

    def state(self, what):
        return what, [(client.sent, client.refused, client.error) for client in self.clients]

    def drain(self):
        while self.progress.acquire(blocking=False):
            pass

    def refused(self, reason):
        return sum(client.refused[reason] for client in self.clients)

    def test_a_failed_fsync_ends_the_process_and_the_next_one_has_all(self):
        """Nothing but a new start is safe: the kernel forgets what it could not store."""
        ended = self.fail_each("fdatasync", "EIO", ROUNDS)
        self.check(failed_fsyncs=ROUNDS, exits_with_74=ended)
        self.assertEqual(ended, ROUNDS)

    def test_a_failed_write_loses_nothing(self):
        """Where it is unknown what is on the disk the process ends; otherwise it goes on."""
        ended = self.fail_each("pwrite64", "EIO", ROUNDS)
        self.check(failed_writes=ROUNDS, exits_with_74=ended)

    def test_a_write_that_finds_the_disk_full_ends_nothing(self):
        ended = self.fail_each("pwrite64", "ENOSPC", ROUNDS)
        refused = self.refused("DISK_FULL")
        self.check(writes_without_room=ROUNDS, refused_DISK_FULL=refused, exits=ended)
        self.assertEqual(ended, 0)
        self.assertGreater(refused, 0)


if __name__ == "__main__":
    unittest.main()
