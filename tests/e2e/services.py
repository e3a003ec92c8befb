"""The three services as processes, and stubs to call them, for all end-to-end tests.

The stubs are generated from the proto files alone, as a client in another language would do it.
"""
import glob
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ATHENA_BUILD", ROOT / ".build" / "dev"))
GOOGLE_PROTOS = os.environ.get("ATHENA_GOOGLE_PROTOS",
                               "/usr/share/gocode/src/github.com/gogo/googleapis")
STUBS = pathlib.Path(os.environ.get("ATHENA_PYTHON_STUBS", BUILD / "python-stubs"))


def generate_stubs(into):
    """Python classes for every contract, and for the error details."""
    into.mkdir(parents=True, exist_ok=True)
    contracts = [str(pathlib.Path(path).relative_to(ROOT / "proto"))
                 for path in sorted(glob.glob(str(ROOT / "proto/athena/*/v1/*.proto")))]
    plugin = subprocess.run(["which", "grpc_python_plugin"], capture_output=True, text=True,
                            check=True).stdout.strip()
    subprocess.run(
        ["protoc", f"-I{ROOT / 'proto'}", f"-I{GOOGLE_PROTOS}", f"--python_out={into}",
         f"--grpc_python_out={into}", f"--plugin=protoc-gen-grpc_python={plugin}",
         *contracts, "google/rpc/status.proto", "google/rpc/error_details.proto"], check=True)


if str(STUBS) not in sys.path:
    if __name__ != "__main__" and not (STUBS / "athena").is_dir():
        generate_stubs(STUBS)
    sys.path.insert(0, str(STUBS))

if __name__ == "__main__":
    generate_stubs(STUBS)
    sys.exit(0)

import grpc  # noqa: E402  (the stubs had to be there first)
from athena.indicator.v1 import indicator_service_pb2_grpc  # noqa: E402
from athena.plan.v1 import plan_service_pb2_grpc  # noqa: E402
from athena.reporting.v1 import reporting_service_pb2_grpc  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402

ROLES = ("viewer", "sender", "planner", "validator", "publisher", "corrector", "admin", "auditor",
         "reporter")
# Senders of gob, who are their own tokens.
FEEDS = tuple(f"feed-{i}" for i in range(8))
# The callers of tests, each with a token. "viewer@gob" has that role of that institution and no other.
PRINCIPALS = ";".join([
    "everything,tester,*,all",
    "gob-sender,gob-feed,gob,sender+viewer",
    "talent-sender,talent-feed,talent-brussels,sender+viewer",
    *(f"{feed},{feed},gob,sender" for feed in FEEDS),
    *(f"{role}@{institution},{institution} {role},{institution},{role}"
      for institution in ("gob", "talent-brussels") for role in ROLES),
])
DEADLINE = 30  # seconds, for every call: a hang fails, it does not wait
EXIT_DEADLINE = 15  # seconds from SIGTERM to the end: the default of --drain_seconds, and a reserve


def token(name):
    """Call metadata that makes the caller that principal."""
    return (("authorization", f"Bearer {name}"),)


EVERYTHING = token("everything")


class Process:
    """One service. Its log goes to a file; `port` is known once it serves. `wrapper` is a command
    that runs it."""

    def __init__(self, name, folder, arguments, port=0, environment=None, principals=PRINCIPALS,
                 wrapper=()):
        self.name = name
        self.log_path = folder / f"{name}.log"
        self.serving = threading.Event()
        self.port = None
        self.process = subprocess.Popen(
            [*wrapper, str(BUILD / "bin" / name), f"--listen=127.0.0.1:{port}", "--ops_listen=127.0.0.1:0",
             f"--principals={principals}", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env=environment)
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        if not self.serving.wait(DEADLINE) or self.port is None:
            self.kill()
            raise RuntimeError(f"{name} does not serve:\n{self.log_path.read_text()}")

    def _read_log(self):
        with self.log_path.open("a", encoding="utf-8") as log:
            for line in self.process.stderr:
                log.write(line)
                log.flush()
                if '"event":"serving"' in line:
                    event = json.loads(line)
                    self.port, self.ops_port = event["port"], event["ops_port"]
                    self.serving.set()
        self.serving.set()  # it ended: whoever waits need not

    def kill(self):
        """SIGKILL, as when memory runs out."""
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(EXIT_DEADLINE)
        self.reader.join()
        return code


class Services:
    """Three services with databases in a temporary folder; a context manager. `environment` is added
    to theirs and to athenactl's."""

    def __init__(self, environment=None):
        self.environment = {**os.environ, **(environment or {})}
        self.folder_owner = tempfile.TemporaryDirectory(prefix="athena-")
        self.folder = pathlib.Path(self.folder_owner.name)
        self.backups = self.folder / "backups"
        self.backups.mkdir()
        self.plan = self.indicator = self.reporting = None
        self.channels = []

    def __enter__(self):
        try:
            self.indicator = self.start_indicator()
            self.plan = self.start_plan()
            self.reporting = self.start_reporting()
        except Exception:
            self.__exit__()
            raise
        self.plans = plan_service_pb2_grpc.PlanServiceStub(self.channel(self.plan))
        self.indicators = indicator_service_pb2_grpc.IndicatorServiceStub(
            self.channel(self.indicator))
        self.reports = reporting_service_pb2_grpc.ReportingServiceStub(self.channel(self.reporting))
        return self

    def __exit__(self, *_):
        for channel in self.channels:
            channel.close()
        for service in (self.reporting, self.indicator, self.plan):
            if service is not None and service.process.poll() is None:
                service.kill()
        self.folder_owner.cleanup()

    def start_plan(self, port=0):
        return Process("athena-plan", self.folder,
                       [f"--database={self.folder / 'plan.db'}", f"--backup_folder={self.backups}",
                        f"--indicator_address=127.0.0.1:{self.indicator.port}",
                        *self.security("plan")], port, self.environment)

    def start_indicator(self, port=0):
        return Process("athena-indicator", self.folder,
                       [f"--database={self.folder / 'indicator.db'}", f"--backup_folder={self.backups}",
                        *self.security("indicator")], port, self.environment)

    def start_reporting(self, port=0):
        return Process("athena-reporting", self.folder,
                       [f"--database={self.folder / 'reporting.db'}",
                        f"--backup_folder={self.backups}",
                        f"--signing_key={self.signing_key()}",
                        f"--plan_address=127.0.0.1:{self.plan.port}",
                        f"--indicator_address=127.0.0.1:{self.indicator.port}",
                        *self.security("reporting")], port, self.environment)

    def security(self, service):
        """The flags of TLS and tokens of a service; none here."""
        return []

    def signing_key(self):
        """The path of the key that signs publications; the public one is beside it."""
        key = self.folder / "signing-key.pem"
        if not key.exists():
            subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(key)], check=True)
            key.chmod(0o600)
            subprocess.run(["openssl", "pkey", "-in", str(key), "-pubout",
                            "-out", str(self.folder / "public-key.pem")], check=True)
        return key

    def kill_reporting(self):
        """Kills it without warning and starts it again on the same port and data."""
        port = self.reporting.port
        self.reporting.kill()
        self.reporting = self.start_reporting(port)

    def kill_indicator(self):
        """Kills it without warning and starts it again on the same port and data."""
        port = self.indicator.port
        self.indicator.kill()
        self.indicator = self.start_indicator(port)

    def kill_plan(self):
        """The same of the plan service."""
        port = self.plan.port
        self.plan.kill()
        self.plan = self.start_plan(port)

    def channel(self, process):
        channel = grpc.insecure_channel(f"127.0.0.1:{process.port}")
        self.channels.append(channel)
        return channel

    def athenactl(self, *arguments):
        """Runs the command line against these services."""
        return subprocess.run(
            [str(BUILD / "bin" / "athenactl"), f"--plan-address=127.0.0.1:{self.plan.port}",
             f"--indicator-address=127.0.0.1:{self.indicator.port}",
             f"--reporting-address=127.0.0.1:{self.reporting.port}", "--token=everything",
             *arguments], capture_output=True, text=True, timeout=300, check=False,
            env=self.environment)


class Refusal:
    """An error of a call: its code, its message, its reason, and the fields at fault with their
    descriptions."""

    def __init__(self, error):
        self.code = error.code()
        self.message = error.details()
        self.reason = ""
        self.fields = {}
        for key, value in error.trailing_metadata():
            if key != "grpc-status-details-bin":
                continue
            for detail in status_pb2.Status.FromString(value).details:
                info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
                if detail.Unpack(info):
                    self.reason = info.reason
                elif detail.Unpack(bad):
                    for violation in bad.field_violations:
                        self.fields[violation.field] = violation.description


def refusal_of(call, *arguments, **options):
    """Makes a call that must be refused; returns the Refusal."""
    try:
        call(*arguments, timeout=DEADLINE, **options)
    except grpc.RpcError as error:
        return Refusal(error)
    raise AssertionError("the call was not refused")
