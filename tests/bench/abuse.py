"""What attacks on a service cost the others, in time and in memory, and how long their connections
last. tests/e2e/abuse_test.py asserts what does not depend on the machine."""
import contextlib
import os
import pathlib
import resource
import socket
import time

from figures import Gate, NO_GATE, Samples
from programs import resident_mib, temporary_folder
from services import DEADLINE, EVERYTHING, Process, token  # first: it makes the stubs below
import attacks
import http2
import setting
import grpc
from athena.indicator.v1 import indicator_service_pb2_grpc
from service_manager_test import Manager

MIB = 1 << 20
CALLER, SENDER = "viewer@gob", "gob-sender"
WATCHDOG_SECONDS = 60  # as in deploy/systemd


class Attacked:
    """An indicator service with some large answers; a context manager."""

    def __enter__(self):
        self.folder = temporary_folder()
        folder = pathlib.Path(self.folder.name)
        self.process = Process("athena-indicator", folder, [f"--database={folder / 'indicator.db'}"])
        self.port = self.process.port
        self.channel = grpc.insecure_channel(f"127.0.0.1:{self.port}")
        self.indicators = indicator_service_pb2_grpc.IndicatorServiceStub(self.channel)
        setting.create_indicators(self)
        setting.push(self, "large", [
            setting.observation("staff", f"{year}-Q{quarter}", year, comment="x" * 900)
            for year in range(1900, 2000) for quarter in range(1, 5)])
        return self

    def __exit__(self, *_):
        self.channel.close()
        self.process.kill()
        self.folder.cleanup()


@contextlib.contextmanager
def bombs(service):
    """Sends compressed requests of a gibibyte over and over."""
    attack = attacks.Attack()
    channel = attack.enter_context(grpc.insecure_channel(
        f"127.0.0.1:{service.port}", (("grpc.use_local_subchannel_pool", 1),)))
    attack.repeat(lambda: attacks.bombs(channel, 8, 1 << 30, token(SENDER)))
    with attack:
        yield


ATTACKS = (
    ("nobody attacks", lambda service: contextlib.nullcontext()),
    ("1,000 connections that say nothing",
     lambda service: attacks.silent_connections(service.port, 1000)),
    ("100 requests without credential on one connection that stop after 3 MiB",
     lambda service: attacks.stalled_requests(service.port, 1, 3 * MIB)),
    ("1,200 streams of one caller", lambda service: attacks.idle_streams(service.port, 12, SENDER)),
    ("1,000 answers of 400 KB that one caller does not take",
     lambda service: attacks.answers_not_taken(service.port, 10, CALLER)),
    ("calls that are cancelled at once, 4 connections",
     lambda service: attacks.resets(service.port, 4, 1_000_000, SENDER)),
    ("compressed requests of 1 GiB, 8 at once", bombs),
)


def abuse(table, scale):
    """Each attack on a service of its own, beside somebody who calls it all the time."""
    for what, begin in ATTACKS:
        slow, failed, memory = (Samples("somebody else", unit) for unit in ("ms", "calls", "MiB"))
        with Attacked() as service:
            with begin(service), attacks.Neighbour(service.port, EVERYTHING) as neighbour:
                time.sleep(scale.attack_seconds)
            took = sorted(neighbour.seconds) or [DEADLINE]
            slow.add(took[int(len(took) * 0.99)] * 1000)
            failed.add(len(neighbour.errors))
            memory.add(resident_mib(service.process)[1])
        table.limit(f"{what}: a call of somebody else, p99", slow, NO_GATE)
        table.limit(f"{what}: calls of somebody else that failed", failed, Gate(at_most=0))
        table.limit(f"{what}: resident at most", memory, Gate(at_most=512))
    if scale.name == "full":
        last_connections(table)


def last_connections(table):
    """How long connections last that were given up, and a service without file descriptors."""
    with Attacked() as service, contextlib.ExitStack() as stack:
        silent = socket.create_connection(("127.0.0.1", service.port), 30)
        stack.callback(silent.close)
        gone = http2.Connection(service.port)
        stack.callback(gone.close)
        begun = time.monotonic()
        for what, sock in (("a connection that says nothing", silent),
                           ("a connection whose peer has gone away", gone.socket)):
            sock.settimeout(90)
            with contextlib.suppress(ConnectionError):
                while sock.recv(1 << 16):
                    pass
            lasted = Samples("Athena", "s")
            lasted.add(time.monotonic() - begun)
            table.limit(f"{what}: ended after", lasted, Gate(at_most=60))
    without_descriptors(table)


def without_descriptors(table):
    """Strangers open connections until no file descriptor is left, and then go. What the service
    manager sees, and how soon the restarted service serves."""
    with temporary_folder() as name:
        manager = Manager(name, WATCHDOG_SECONDS)
        process = manager.start("athena-indicator")
        try:
            port = serving_port(manager)
            opened = len(os.listdir(f"/proc/{process.pid}/fd"))
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (opened + 64, opened + 64))
            with contextlib.ExitStack() as connections:
                for _ in range(256):
                    connections.enter_context(socket.create_connection(("127.0.0.1", port), DEADLINE))
                while "Too many open files" not in manager.log("athena-indicator"):
                    time.sleep(0.05)
            begun = time.monotonic()
            alive = begun
            manager.socket.settimeout(1)
            while time.monotonic() - alive < WATCHDOG_SECONDS:
                with contextlib.suppress(TimeoutError):
                    if "WATCHDOG" in manager.told():
                        alive = time.monotonic()
            process.kill()
            process.wait()
            manager.socket.settimeout(DEADLINE)
            process = manager.start("athena-indicator")
            serving_port(manager)
            again = Samples("Athena", "s")
            again.add(time.monotonic() - begun)
            table.limit("no file descriptor left: serves again after", again, Gate(at_most=120))
        finally:
            process.kill()
            process.wait()
            manager.socket.close()


def serving_port(manager):
    return int(manager.told_of("READY")["STATUS"].rpartition(":")[2])
