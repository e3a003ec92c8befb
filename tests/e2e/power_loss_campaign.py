"""The order of system calls: what a push or an edit stored is on the disk (fdatasync of the write-ahead
log has ended) before its answer goes out. The same check finds the answers that come too early when
the services run without that fsync. tests/campaigns runs it."""
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

from athena.plan.v1 import plan_pb2, plan_service_pb2

import figures
import setting
from operator_test import eventually
from services import Process, Services
from setting import observation

CLIENTS = 4
PUSHES = 100  # of each client
EDITS = 100
PRELOADED = pathlib.Path(__file__).with_name("normal_commits.c")

CALL = re.compile(r"^(\d+) +(\w+)\((\d+)<([^>]*)>(.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")
HEX = re.compile(r"(?:\\x[0-9a-f]{2})+")


def bytes_in(text):
    """What strace -xx shows of buffers."""
    return b"".join(bytes.fromhex(run.replace("\\x", "")) for run in HEX.findall(text))


def path_of(text):
    return bytes_in(text).decode() if text.startswith("\\x") else text


class Trace:
    """The order of what matters in a trace: for each marker, whether a write to the log had it, then a
    sync of the log began and ended, and only then a message to a client had its `answer`."""

    def __init__(self, lines, markers):
        self.unsynced, self.synced = set(), set()  # markers, written
        self.early, self.late = set(), set()       # markers, answered
        syncing = {}  # thread > what its sync covers
        written = []
        for line in lines:
            if (call := CALL.match(line)) is not None:
                thread, name, _, path, rest = call.groups()
                on_log = path_of(path).endswith("-wal")
                if name in ("pwrite64", "write") and on_log:
                    data = bytes_in(rest)
                    self.unsynced |= {marker for marker in markers if marker in data} - self.synced
                elif name == "fdatasync" and on_log:
                    syncing[thread] = set(self.unsynced)
                    if "unfinished" not in rest:
                        self._synced(syncing.pop(thread), rest)
                elif path_of(path).startswith("socket:"):
                    data = bytes_in(rest)
                    for marker, answer in markers.items():
                        if answer in data and marker not in self.early | self.late:
                            (self.late if marker in self.synced else self.early).add(marker)
            elif (resumed := RESUMED.match(line)) is not None and resumed[2] == "fdatasync":
                if resumed[1] in syncing:
                    self._synced(syncing.pop(resumed[1]), resumed[3])

    def _synced(self, markers, outcome):
        if outcome.rstrip().endswith("= 0"):
            self.synced |= markers
            self.unsynced -= markers


class Traced(Services):
    """Services of which `traced` runs below strace, with `preload` in it."""

    def __init__(self, traced, preload=None):
        super().__init__()
        self.traced, self.preload = traced, preload
        self.trace = self.folder / "trace"

    def start_indicator(self, port=0):
        return self.start("indicator") if self.traced == "indicator" else super().start_indicator(port)

    def start_plan(self, port=0):
        if self.traced != "plan":
            return super().start_plan(port)
        return self.start("plan", f"--indicator_address=127.0.0.1:{self.indicator.port}")

    def start(self, name, *arguments):
        # -D: strace is the grandchild, and the process that is started is the service itself.
        wrapper = ["strace", "-D", "-f", "-q", "-y", "-xx", "-s", "100000", "-o", str(self.trace),
                   "-e", "trace=pwrite64,write,writev,sendmsg,fdatasync", "-e", "signal=none"]
        if self.preload:
            wrapper += ["-E", f"LD_PRELOAD={self.preload}"]
        return Process(f"athena-{name}", self.folder, [f"--database={self.folder / name}.db",
                                                       *arguments],
                       environment=self.environment, wrapper=wrapper)

    def ended_trace(self):
        """Stops the service; the lines of its trace."""
        getattr(self, self.traced).stop()
        # strace ends a little later.
        if not eventually(lambda: "+++ exited with 0 +++" in self.tail()):
            raise AssertionError(f"strace did not end: {self.tail()}")
        return self.trace.open(encoding="ascii")

    def tail(self):
        with self.trace.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 200))
            return file.read().decode("ascii", "replace")


def traced_pushes(preload=None):
    """Pushes while the indicator service is traced. Returns the trace; the marker of a push is its id,
    and its answer has its name."""
    with Traced("indicator", preload) as services:
        setting.create_indicators(services)
        markers, lock, errors = {}, threading.Lock(), []

        def client(number):
            try:
                for i in range(PUSHES):
                    push_id = f"power-{number}-{i:04}-end"
                    answer = setting.push(services, push_id, [
                        observation("staff", f"{1900 + i}-Q{number + 1}", i)])
                    with lock:
                        markers[push_id.encode()] = answer.name.encode() + b"\x10"  # the next field
            except Exception as error:  # whatever it is, the test shows it
                errors.append(error)

        threads = [threading.Thread(target=client, args=(i,)) for i in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        with services.ended_trace() as lines:
            return markers, Trace(lines, markers)


def traced_edits(preload=None):
    """The same of elements of a plan: one client, each edit has a commit of its own."""
    with Traced("plan", preload) as services:
        setting.create_indicators(services)
        setting.create_plan(services)
        markers = {}
        element = plan_pb2.Element
        for i in range(EDITS):
            name = f"power-{i:04}-end"
            services.plans.CreateElement(plan_service_pb2.CreateElementRequest(
                parent=setting.PLAN, element_id=name, element=element(
                    kind=element.KIND_OBJECTIVE, code=f"9.{i}", title=setting.text("Edit"),
                    parent_element=f"{setting.PLAN}/elements/e1")), **setting.options())
            markers[name.encode()] = f"elements/{name}".encode()
        with services.ended_trace() as lines:
            return markers, Trace(lines, markers)


class PowerLossCampaign(unittest.TestCase):
    def expect_durable_answers(self, traced, what):
        markers, trace = traced()
        figures.show(answers=len(markers), of=what, after_fdatasync=len(trace.late),
                     too_early=len(trace.early))
        self.assertEqual((trace.late, trace.early), (set(markers), set()))

    def expect_that_it_is_seen(self, traced, what):
        """Without the fsync of a commit the same check finds answers that come too early."""
        with tempfile.TemporaryDirectory(prefix="athena-") as folder:
            library = f"{folder}/normal_commits.so"
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, str(PRELOADED), "-ldl"],
                           check=True)
            markers, trace = traced(library)
        figures.show(answers=len(markers), of=what + " with synchronous=NORMAL",
                     too_early=len(trace.early), after_fdatasync=len(trace.late))
        self.assertEqual(trace.early | trace.late, set(markers))
        self.assertGreater(len(trace.early), len(markers) / 2, "the check does not see the difference")

    def test_pushes(self):
        self.expect_durable_answers(traced_pushes, "pushes")

    def test_edits_of_plans(self):
        self.expect_durable_answers(traced_edits, "edits of plans")

    def test_the_check_sees_a_missing_fsync_of_pushes(self):
        self.expect_that_it_is_seen(traced_pushes, "pushes")

    def test_the_check_sees_a_missing_fsync_of_edits(self):
        self.expect_that_it_is_seen(traced_edits, "edits of plans")


if __name__ == "__main__":
    unittest.main()
