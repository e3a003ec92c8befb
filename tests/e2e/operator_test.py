"""What an operator sees of the indicator service: its files, its log, its ops port, its reflection,
and what it says of a full disk and of a database that somebody else changed; and traces."""
import contextlib
import json
import os
import pathlib
import sqlite3
import stat
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import grpc
from athena.common.v1 import history_service_pb2, history_service_pb2_grpc
from athena.indicator.v1 import indicator_service_pb2, indicator_service_pb2_grpc

import setting
from services import BUILD, DEADLINE, EVERYTHING, Process, Services, refusal_of

REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


def http(process, path):
    """The status and the body of a page of the ops port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{process.ops_port}{path}",
                                    timeout=DEADLINE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def metric(process, name):
    """The value of a metric, by its name and labels as Prometheus writes them."""
    for line in http(process, "/metrics")[1].splitlines():
        if line.startswith(name + " "):
            return float(line.rpartition(" ")[2])
    return None


class Indicator:
    """An indicator service on a database in a folder, its log in `logs`; a context manager."""

    def __init__(self, folder, *arguments, logs=None):
        self.folder = pathlib.Path(folder)
        self.logs = pathlib.Path(logs or folder)
        self.arguments = arguments

    def __enter__(self):
        self.process = Process("athena-indicator", self.logs,
                               [f"--database={self.folder / 'indicator.db'}", *self.arguments])
        self.channel = grpc.insecure_channel(f"127.0.0.1:{self.process.port}")
        self.indicators = indicator_service_pb2_grpc.IndicatorServiceStub(self.channel)
        self.history = history_service_pb2_grpc.HistoryServiceStub(self.channel)
        return self

    def __exit__(self, *_):
        self.channel.close()
        self.process.kill()

    def log(self, event):
        """The lines of the log with an event."""
        return [line for line in self.lines() if line["event"] == event]

    def lines(self):
        return [json.loads(line)
                for line in self.process.log_path.read_text(encoding="utf-8").splitlines()]

    def verified(self):
        return self.history.VerifyAuditLog(
            history_service_pb2.VerifyAuditLogRequest(parent=setting.INSTITUTION),
            timeout=DEADLINE, metadata=EVERYTHING)


def eventually(condition):
    """Whether something becomes true, within the deadline of all calls."""
    end = time.monotonic() + DEADLINE
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return met


class OperatorTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="athena-")
        self.addCleanup(subprocess.run, ["rm", "-rf", self.folder], check=True)

    def fill(self, service, pushes=3):
        setting.create_indicators(service)
        for number in range(pushes):
            setting.push(service, f"p{number}", [setting.visits("2021-01", "NORTH", number)])

    def change(self, statement):
        """Changes the database behind the back of the service, which is stopped."""
        with contextlib.closing(sqlite3.connect(f"{self.folder}/indicator.db")) as database:
            database.execute(statement)
            database.commit()

    def ends_with(self, program, *arguments):
        """Exit code and output of a program that does not serve."""
        ended = subprocess.run([str(BUILD / "bin" / program), *arguments], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               cwd=self.folder, timeout=DEADLINE, check=False)
        return ended.returncode, ended.stdout

    def test_s1_help_is_a_screen_and_version_a_number(self):
        for program in ("athena-plan", "athena-indicator", "athena-reporting", "athenactl"):
            with self.subTest(program):
                _, shown = self.ends_with(program, "--help")
                self.assertIn("--version" if program == "athenactl" else "--listen", shown)
                self.assertLessEqual(len(shown.splitlines()), 50)
                code, version = self.ends_with(program, "--version")
                self.assertEqual(code, 0)
                self.assertRegex(version, rf"^{program} \d+\.\d+\.\d+ \([0-9a-f]+.*\)\n$")

    def test_a12_what_a_flag_cannot_be_is_refused_with_what_it_can(self):
        for argument, fault in (
                ("--listen=127.0.0.1:99999", "with a port from 0 to 65535"),
                ("--ops_listen=127.0.0.1", "want host:port"),
                ("--drain_seconds=-1", "want a number from 0 to 3600"),
                ("--backup_keep=0", "want a number from 1 to 100000"),
                ("--calls_per_second=-1", "want a number from 0"),
                ("--time_zone=localtime", "want a name of the time zone database"),
                ("--log_level=loud", "want debug, info, warning or error"),
                ("stray", "want flags alone")):
            with self.subTest(argument):
                code, shown = self.ends_with("athena-indicator", "--principals=t,t,*,all",
                                             "--listen=127.0.0.1:0", "--database=one.db", argument)
                self.assertEqual(code, 1)
                self.assertIn(fault, shown)
                self.assertIn(argument.partition("=")[0], shown)

    def test_s2_files_are_the_owners_alone(self):
        with Indicator(self.folder) as service:
            self.fill(service)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode)
                     for path in pathlib.Path(self.folder).glob("indicator.db*")}
        self.assertEqual(modes, dict.fromkeys(
            ("indicator.db", "indicator.db-shm", "indicator.db-wal", "indicator.db.lock"), 0o600))

    def test_s5_who_changed_what_is_in_the_log_once(self):
        with Indicator(self.folder) as service:
            self.fill(service)
            refusal_of(service.indicators.GetIndicator, indicator_service_pb2.GetIndicatorRequest(
                name=f"{setting.INSTITUTION}/indicators/none"), metadata=EVERYTHING)
            service.process.stop()
            calls = [line["method"] for line in service.log("call")]
            pushed = service.log("pushed")
            # Without TLS, a service says so at its start.
            warnings = [line for line in service.lines()
                        if line["level"] in ("warning", "error") and line["event"] != "insecure"]
        self.assertEqual(calls, ["BatchCreateIndicators", "BatchSetTargets"])
        self.assertEqual(sum(line["pushes"] for line in pushed), 3)
        self.assertEqual({line["subject"] for line in pushed}, {"tester"})
        self.assertEqual(warnings, [])

    def test_s6_metrics_are_there_from_the_first_scrape(self):
        last = 'athena_ingest_last_push_timestamp_seconds{institution="gob"}'
        with Indicator(self.folder) as service:
            self.fill(service)
            before = metric(service.process, last)
            service.process.stop()
        self.assertAlmostEqual(before, time.time(), delta=DEADLINE)
        with Indicator(self.folder) as service:
            self.assertEqual(metric(service.process, last), before)
            for name in ('athena_storage_faults_total{cause="disk_full"}', "athena_journal_faults",
                         'athena_rpc_shed_total{cause="load"}', "athena_rpc_in_flight",
                         'grpc_server_handled_total{grpc_code="Unavailable",grpc_method='
                         '"PushObservations",grpc_service="athena.indicator.v1.IndicatorService",'
                         'grpc_type="unary"}'):
                self.assertEqual(metric(service.process, name), 0, name)

    def test_s8_error_details_are_in_the_reflection(self):
        with Indicator(self.folder) as service:
            ask = service.channel.stream_stream(REFLECTION, lambda raw: raw, lambda raw: raw)
            for name in ("ErrorInfo", "BadRequest", "PreconditionFailure", "QuotaFailure",
                         "RetryInfo", "Status"):
                symbol = f"google.rpc.{name}".encode()
                # ServerReflectionRequest.file_containing_symbol is field 4.
                request = b"\x22" + bytes([len(symbol)]) + symbol
                answer = next(ask(iter([request]), timeout=DEADLINE))
                self.assertIn(b"google.rpc", answer)
                self.assertIn(name.encode() + b"\x12", answer)  # a message's name, and its fields

    def test_a7_a_hard_link_is_the_same_database(self):
        with Indicator(self.folder) as service:
            self.fill(service)
            with tempfile.TemporaryDirectory(dir=self.folder) as other:
                os.link(f"{self.folder}/indicator.db", f"{other}/indicator.db")
                with self.assertRaisesRegex(RuntimeError, "another process has this database"):
                    Indicator(other).__enter__()

    def test_a7_a_deleted_database_is_noticed(self):
        with Indicator(self.folder) as service:
            self.fill(service)
            os.remove(f"{self.folder}/indicator.db")
            self.assertEqual(self.refused(service).reason, "DATABASE_REPLACED")
            self.assertTrue(eventually(lambda: http(service.process, "/readyz")[0] == 503))
            self.assertIn("deleted or replaced", http(service.process, "/readyz")[1])
            self.assertEqual(service.log("storage fault")[0]["level"], "error")

    @staticmethod
    def refused(service):
        return refusal_of(
            service.indicators.PushObservations, indicator_service_pb2.PushObservationsRequest(
                parent=setting.INSTITUTION, push_id="late",
                observations=[setting.visits("2021-01", "NORTH", 9)]), metadata=EVERYTHING)

    def test_a16_an_emptied_database_needs_a_flag(self):
        with Indicator(self.folder) as service:
            self.fill(service)
            service.process.stop()
        os.truncate(f"{self.folder}/indicator.db", 0)
        with self.assertRaisesRegex(RuntimeError, "is empty, though there was a database.*--create"):
            Indicator(self.folder).__enter__()
        with Indicator(self.folder, "--create") as service:
            self.fill(service)

    def test_a16_what_was_deleted_is_said_at_the_start_and_by_a_command(self):
        with Indicator(self.folder) as service:
            self.fill(service)
            self.assertEqual(list(service.verified().faults), [])
            service.process.stop()
        self.change("DELETE FROM push")
        with Indicator(self.folder) as service:
            self.assertTrue(eventually(lambda: service.log("journal broken")))
            # Indicators and their targets are the first two revisions.
            self.assertIn("revision 3", service.verified().faults[0].description)
            service.process.stop()
        self.change("DELETE FROM journal WHERE revision = 1")
        with Indicator(self.folder) as service:
            self.assertIn("broken at revision 1", service.verified().faults[0].description)
            service.process.stop()
        self.change("DROP TABLE push")
        with self.assertRaisesRegex(RuntimeError, "table push is missing"):
            Indicator(self.folder).__enter__()

    def test_s4_a8_a_full_disk_is_named_everywhere_and_goes_by_itself(self):
        logs = tempfile.TemporaryDirectory(prefix="athena-")
        self.addCleanup(logs.cleanup)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", self.folder],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("a small tmpfs cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.folder], check=True)
        with Indicator(self.folder, logs=logs.name) as service:
            self.fill(service)
            filler = pathlib.Path(self.folder) / "filler"
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            refused = self.refused(service)
            self.assertEqual((refused.code, refused.reason),
                             (grpc.StatusCode.UNAVAILABLE, "DISK_FULL"))
            self.assertTrue(eventually(
                lambda: metric(service.process, "athena_database_writable") == 0))
            status, body = http(service.process, "/readyz")
            self.assertEqual(status, 503)
            self.assertIn("the disk is full", body)
            self.assertEqual(http(service.process, "/healthz")[0], 200)
            self.assertGreater(
                metric(service.process, 'athena_storage_faults_total{cause="disk_full"}'), 0)
            service.indicators.ListIndicators(
                indicator_service_pb2.ListIndicatorsRequest(parent=setting.INSTITUTION),
                timeout=DEADLINE, metadata=EVERYTHING)
            filler.unlink()
            self.assertTrue(eventually(lambda: http(service.process, "/readyz")[0] == 200))
            setting.push(service, "late", [setting.visits("2021-01", "NORTH", 9)])
            self.assertEqual([(line["level"], line["cause"]) for line in service.log("storage fault")],
                             [("error", "disk_full")])
            self.assertTrue(eventually(lambda: service.log("storage works again")))


class TraceTest(unittest.TestCase):
    # The example of W3C Trace Context, 3.2.2.
    TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    def traces(self, environment):
        """The traces of the calls in each service's log, of one command that reads a scorecard."""
        with Services({"ATHENA_LOG_LEVEL": "debug", **environment}) as services:
            setting.create_indicators(services)
            setting.create_plan(services)
            read = services.athenactl("scorecard", "gob", "2021-Q1")
            self.assertEqual(read.returncode, 0, read.stdout)
            processes = (services.reporting, services.plan, services.indicator)
            for process in processes:
                process.stop()
            calls = [[line for line in map(json.loads, process.log_path.read_text().splitlines())
                      if line["event"] == "call"] for process in processes]
        self.assertTrue(calls[0])
        # The calls that made the setting came before, from another program without a trace.
        own = {line["traceparent"] for line in calls[0]}
        return own, [{line["traceparent"] for line in lines} for lines in calls]

    def test_a_trace_goes_from_the_command_line_through_all_services(self):
        own, traces = self.traces({"TRACEPARENT": self.TRACE})
        self.assertEqual(own, {self.TRACE})
        for seen in traces:
            self.assertIn(self.TRACE, seen)

    def test_without_one_the_command_line_begins_one(self):
        own, traces = self.traces({"TRACEPARENT": "none"})
        self.assertEqual(len(own), 1)
        self.assertRegex(min(own), r"^00-[0-9a-f]{32}-[0-9a-f]{16}-00$")
        for seen in traces:
            self.assertLessEqual(own, seen)


if __name__ == "__main__":
    unittest.main()
