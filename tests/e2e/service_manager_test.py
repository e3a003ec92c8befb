"""What a service tells the service manager that started it, over the socket NOTIFY_SOCKET."""
import contextlib
import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from services import BUILD, DEADLINE, EXIT_DEADLINE

WATCHDOG_SECONDS = 3  # asked for in WATCHDOG_USEC


class Manager:
    """As systemd starts a service of Type=notify: a socket, and the environment that names it."""

    def __init__(self, folder, watchdog_seconds=WATCHDOG_SECONDS):
        self.folder = pathlib.Path(folder)
        self.watchdog_seconds = watchdog_seconds
        self.path = self.folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.settimeout(DEADLINE)

    def start(self, name, *arguments):
        with (self.folder / f"{name}.log").open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                [str(BUILD / "bin" / name), "--listen=127.0.0.1:0", "--ops_listen=127.0.0.1:0",
                 "--principals=t,t,*,all", f"--database={self.folder / name}.db", *arguments],
                stdin=subprocess.DEVNULL, stderr=log,
                env={**os.environ, "NOTIFY_SOCKET": str(self.path),
                     "WATCHDOG_USEC": str(self.watchdog_seconds * 1_000_000)})

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    def told(self):
        """The next message, as a dictionary."""
        lines = self.socket.recv(4096).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def told_of(self, name):
        """The next message that says something of `name`."""
        while name not in (message := self.told()):
            pass
        return message


class SupervisionTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="athena-")
        self.addCleanup(folder.cleanup)
        self.manager = Manager(folder.name)
        self.addCleanup(self.manager.socket.close)

    def start(self, name, *arguments):
        process = self.manager.start(name, *arguments)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_every_service_says_when_it_serves_that_it_lives_and_when_it_stops(self):
        for name in ("athena-plan", "athena-indicator", "athena-reporting"):
            with self.subTest(name):
                process = self.start(name)
                first = self.manager.told()
                self.assertEqual(first["READY"], "1")
                host, _, port = first["STATUS"].removeprefix("serves on ").rpartition(":")
                socket.create_connection((host, int(port)), DEADLINE).close()
                self.assertEqual(self.manager.told_of("WATCHDOG"), {"WATCHDOG": "1"})
                self.assertEqual(self.manager.told_of("WATCHDOG"), {"WATCHDOG": "1"})
                process.send_signal(signal.SIGTERM)
                self.assertEqual(self.manager.told_of("STOPPING")["STOPPING"], "1")
                self.assertEqual(process.wait(EXIT_DEADLINE), 0)
                self.assertNotIn('"event":"watchdog"', self.manager.log(name))

    def test_what_cannot_start_is_never_ready(self):
        process = self.start("athena-indicator", "--time_zone=nowhere")
        self.assertEqual(process.wait(DEADLINE), 1)
        self.manager.socket.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.manager.told()

    def test_a_listener_without_descriptors_is_not_said_to_live(self):
        """What strangers can do to gRPC 1.51 (CVE-2023-4785): open connections until there is no file
        descriptor left. The service manager is no longer told that the process lives, and restarts it."""
        process = self.start("athena-indicator")
        first = self.manager.told()
        self.manager.told_of("WATCHDOG")
        host, _, port = first["STATUS"].removeprefix("serves on ").rpartition(":")
        opened = len(os.listdir(f"/proc/{process.pid}/fd"))
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (opened + 8, opened + 8))
        with contextlib.ExitStack() as connections:
            for _ in range(64):
                connections.enter_context(socket.create_connection((host, int(port)), DEADLINE))
            while "Too many open files" not in self.manager.log("athena-indicator"):
                time.sleep(0.05)  # between looks at the log
        # There are descriptors again, and the listener stays dead.
        end = time.monotonic() + 2 * DEADLINE
        while "unanswered" not in self.manager.log("athena-indicator") and time.monotonic() < end:
            time.sleep(0.05)
        self.assertRegex(self.manager.log("athena-indicator"),
                         '"event":"watchdog","message":"the server on .* leaves a new connection '
                         'unanswered"')


if __name__ == "__main__":
    unittest.main()
