"""The programs that are measured and the load generator: what they are asked, and what they use."""
import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.request

from services import BUILD


def load(measurement, **flags):
    """One measurement by the load generator."""
    command = [BUILD / "bin" / "athena-bench-load", measurement,
               *(f"--{name}={value}" for name, value in flags.items())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"athena-bench-load {measurement}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def at(process):
    return f"127.0.0.1:{process.port}"


def resident_mib(process):
    """(now, at most so far)"""
    status = pathlib.Path(f"/proc/{process.process.pid}/status").read_text(encoding="utf-8")
    return tuple(int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) / 1024
                 for field in ("VmRSS", "VmHWM"))


def metric(process, name, label=""):
    """The sum of a metric over its labels, or over those that have `label`; None where there is
    none."""
    with urllib.request.urlopen(f"http://127.0.0.1:{process.ops_port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    labels = rf"{{[^}}]*{label}[^}}]*}}" if label else r"(?:{[^}]*})?"
    values = re.findall(rf"^{name}{labels} (\S+)$", text, re.MULTILINE)
    return sum(map(float, values)) if values else None


def temporary_folder(inside=None):
    folder = tempfile.TemporaryDirectory(prefix="athena-bench-", dir=inside)
    os.chmod(folder.name, 0o711)  # PostgreSQL runs as another user
    return folder


def cores():
    """Two of the cores that may be used, or one of them twice."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


@contextlib.contextmanager
def pinned(core):
    """Programs that are started meanwhile have this core alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def processor_seconds(process):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{process.process.pid}/stat").read_text("utf-8").rpartition(")")[2]
    return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")


class Resident:
    """The resident memory of processes while they work, looked at ten times a second; a context
    manager."""

    EVERY = 0.1

    def __init__(self, *processes):
        self.processes = processes
        self.mib = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def _look(self):
        used = sum(map(processor_seconds, self.processes))
        while not self.stopped.wait(self.EVERY):
            before, used = used, sum(map(processor_seconds, self.processes))
            if used - before > self.EVERY / 4:
                self.mib.append(sum(resident_mib(process)[0] for process in self.processes))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def most(self):
        return max(self.mib, default=0)

    def growth(self):
        """What there is at the end, over what there was after a third of the work."""
        return self.mib[-1] / self.mib[len(self.mib) // 3] if self.mib else 1
