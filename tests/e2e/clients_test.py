"""The example clients, which README shows, in Python, Node.js and Java: against the services, and
against a stand-in that fails as a network does."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import grpc
from athena.indicator.v1 import (closing_pb2, indicator_service_pb2, indicator_service_pb2_grpc)
from athena.reporting.v1 import (reporting_service_pb2, reporting_service_pb2_grpc, scorecard_pb2)
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2

import setting
from services import BUILD, DEADLINE, EVERYTHING, GOOGLE_PROTOS, ROOT, STUBS, Services
from tls_test import SecureServices


def java_classes():
    """The class path of the client in Java, which is compiled when it has changed."""
    return subprocess.run([str(ROOT / "tests/clients/java/build"), str(BUILD / "java")],
                          stdout=subprocess.PIPE, text=True, check=True,
                          env=os.environ | {"GOOGLE_PROTOS": GOOGLE_PROTOS}).stdout.strip()


CLIENTS = {
    "python": [sys.executable, "-B", str(ROOT / "tests/clients/python/push_and_read.py")],
    "node": ["node", str(ROOT / "tests/clients/node/push_and_read.mjs")],
    "java": ["java", "-cp", java_classes(), "PushAndRead"],
}
QUARTER = [{"indicator": "visits", "period": f"2021-0{month}", "value": value,
            "dimensions": {"desk": desk}}
           for month in (1, 2, 3) for desk, value in (("NORTH", 60), ("SOUTH", 40))]


def run(client, indicator, reporting, push_id, rows, *options, token="everything", environment=None):
    """Runs a client until it ends; returns its exit code, output and errors."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rows.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
        return subprocess.run(
            [*CLIENTS[client], *options, "gob", push_id, str(path), "p", "2021-Q1"],
            capture_output=True, text=True, timeout=120, check=False,
            env=os.environ | {
                "ATHENA_INDICATOR_ADDRESS": f"127.0.0.1:{indicator}",
                "ATHENA_REPORTING_ADDRESS": f"127.0.0.1:{reporting}", "ATHENA_TOKEN": token,
                "GOOGLE_PROTOS": GOOGLE_PROTOS, "PYTHONPATH": str(STUBS), **(environment or {})})


class TlsTest(unittest.TestCase):
    def test_each_client_pushes_with_a_certificate_and_no_token(self):
        with SecureServices() as services:
            setting.create_indicators(services)
            setting.create_plan(services)
            files = {"ATHENA_TLS_CA": str(services.tls / "ca.pem"),
                     "ATHENA_TLS_CERTIFICATE": str(services.tls / "gob-feed.pem"),
                     "ATHENA_TLS_KEY": str(services.tls / "gob-feed-key.pem")}
            for name in CLIENTS:
                with self.subTest(name):
                    ran = run(name, services.indicator.port, services.reporting.port, f"q1-{name}",
                              QUARTER, token="", environment=files)
                    self.assertEqual((ran.returncode, ran.stderr), (0, ""))
                    self.assertIn("- Visits 300 visits: GREEN 66.7\n", ran.stdout)


class AgainstTheServices:
    """A client's whole way, in the order of the names."""

    @classmethod
    def setUpClass(cls):
        cls.services = Services().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)

    def client(self, push_id, rows, *options, **more):
        return run(self.name, self.services.indicator.port, self.services.reporting.port, push_id,
                   rows, *options, **more)

    def test_1_the_scorecard_it_prints_contains_what_it_pushed(self):
        ran = self.client("q1", QUARTER)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertRegex(ran.stdout, r"\Ainstitutions/gob/pushes/[0-9]+: 6 inserted\n")
        # 300 is a quarter of the year's 1,200: on target.
        self.assertIn("- Visits 300 visits: GREEN 66.7\n", ran.stdout)
        self.assertIn("- Staff no value persons: NO_SCORE (OVERDUE)\n", ran.stdout)

    def test_2_pushing_again_is_a_replay(self):
        ran = self.client("q1", QUARTER)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertRegex(ran.stdout,
                         r"\Ainstitutions/gob/pushes/[0-9]+ \(replayed\): 6 inserted\n")

    def test_2_a_replay_says_what_has_been_changed_since(self):
        self.client("q1-later", [QUARTER[0] | {"value": 61}])
        ran = self.client("q1", QUARTER)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertIn("(replayed): 6 inserted\n  1 rows have been changed since: a new push id "
                      "stores them again\n", ran.stdout)
        self.client("q1-again", QUARTER)

    def test_3_a_refusal_names_every_row_and_field(self):
        bad = [QUARTER[0], QUARTER[1] | {"dimensions": {"desk": "WEST"}},
               QUARTER[2] | {"period": "2021-13"}]
        ran = self.client("bad", bad)
        self.assertEqual((ran.returncode, ran.stdout), (1, ""))
        self.assertIn("INVALID_ARGUMENT", ran.stderr)
        self.assertRegex(ran.stderr, r"observations\[1\]\.dimensions\[desk\]: .*WEST")
        self.assertRegex(ran.stderr, r"observations\[2\]\.period: .*2021-13")

    def test_4_a_partial_push_names_the_rows_that_are_not_stored(self):
        bad = [QUARTER[0] | {"value": 61}, QUARTER[1] | {"dimensions": {"desk": "WEST"}}]
        ran = self.client("partial", bad, "--partial")
        self.assertEqual((ran.returncode, ran.stderr), (3, ""))
        self.assertIn("1 revised, 1 rejected\n", ran.stdout)
        self.assertRegex(ran.stdout, r"  row 1: OUTCOME_REJECTED\n    dimensions\[desk\]: .*WEST")
        self.assertIn("- Visits 301 visits: GREEN", ran.stdout)

    def test_5_another_push_with_a_used_id_is_refused(self):
        ran = self.client("q1", QUARTER[:1])
        self.assertEqual(ran.returncode, 1)
        self.assertIn("ALREADY_EXISTS", ran.stderr)

    def test_6_a_stranger_is_refused(self):
        ran = self.client("foreign", QUARTER, token="talent-sender")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("PERMISSION_DENIED", ran.stderr)

    def test_7_a_row_that_would_change_a_closed_quarter_is_named(self):
        self.services.indicators.ClosePeriod(
            closing_pb2.ClosePeriodRequest(name="institutions/gob/closings/2021-Q1",
                                           reason="reported"),
            timeout=DEADLINE, metadata=EVERYTHING)
        ran = self.client("late", [QUARTER[1], QUARTER[2] | {"value": 75}], "--partial")
        self.assertEqual((ran.returncode, ran.stderr), (3, ""))
        self.assertIn("1 unchanged, 1 locked\n", ran.stdout)
        self.assertIn("  row 1: OUTCOME_LOCKED\n", ran.stdout)


class PythonClientTest(AgainstTheServices, unittest.TestCase):
    name = "python"


class NodeClientTest(AgainstTheServices, unittest.TestCase):
    name = "node"


class JavaClientTest(AgainstTheServices, unittest.TestCase):
    name = "java"


class StandIn(indicator_service_pb2_grpc.IndicatorServiceServicer,
              reporting_service_pb2_grpc.ReportingServiceServicer):
    """Answers pushes with the errors it was given, one after the other, then well."""

    def __init__(self, errors):
        self.errors = list(errors)
        self.pushes = []

    def PushObservations(self, request, context):
        self.pushes.append(request)
        if self.errors:
            code, details = self.errors.pop(0)
            packed = status_pb2.Status(code=code.value[0], message="no", details=[])
            for detail in details:
                any_detail = any_pb2.Any()
                any_detail.Pack(detail)
                packed.details.append(any_detail)
            context.set_trailing_metadata(
                (("grpc-status-details-bin", packed.SerializeToString()),))
            context.abort(code, "no")
        answer = indicator_service_pb2.PushObservationsResponse(name="institutions/gob/pushes/7")
        answer.counts.inserted = len(request.observations)
        return answer

    def GetScorecard(self, request, context):
        node = scorecard_pb2.ScorecardNode(
            title="Plan", status=scorecard_pb2.SCORECARD_STATUS_GREEN)
        node.score.value = 80.26
        return scorecard_pb2.Scorecard(
            name=request.name, result=scorecard_pb2.ScorecardResult(root=node))


class AgainstFailures:
    """The table of errors in indicator_service.proto, row by row."""

    def push(self, *errors):
        """Runs the client against these errors; returns how it ended and what it sent."""
        stand_in = StandIn(errors)
        server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
        indicator_service_pb2_grpc.add_IndicatorServiceServicer_to_server(stand_in, server)
        reporting_service_pb2_grpc.add_ReportingServiceServicer_to_server(stand_in, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            return run(self.name, port, port, "p1", QUARTER), stand_in.pushes
        finally:
            server.stop(None)

    def test_what_may_be_tried_again_is_sent_again_with_the_same_id(self):
        soon = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(nanos=10_000_000))
        ran, pushes = self.push(
            (grpc.StatusCode.UNAVAILABLE, [soon]), (grpc.StatusCode.RESOURCE_EXHAUSTED, [soon]),
            (grpc.StatusCode.UNKNOWN, []))
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertEqual([push.push_id for push in pushes], ["p1"] * 4)
        self.assertEqual(pushes, [pushes[0]] * 4)
        self.assertEqual(ran.stdout, "institutions/gob/pushes/7: 6 inserted\nPlan: GREEN 80.3\n")

    def test_a_refusal_is_not_sent_again(self):
        bad = error_details_pb2.BadRequest()
        bad.field_violations.add(field="observations[2].value", description="got 7, want 6")
        for code in ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "PERMISSION_DENIED",
                     "UNAUTHENTICATED", "NOT_FOUND", "ALREADY_EXISTS", "OUT_OF_RANGE",
                     "UNIMPLEMENTED", "ABORTED"):
            ran, pushes = self.push((getattr(grpc.StatusCode, code), [bad]))
            self.assertEqual((ran.returncode, ran.stdout, len(pushes)), (1, "", 1), code)
            self.assertIn(f"{code}: no\n  observations[2].value: got 7, want 6\n", ran.stderr)

    def test_a_quota_that_names_no_time_is_left_to_a_later_run(self):
        ran, pushes = self.push((grpc.StatusCode.RESOURCE_EXHAUSTED, []))
        self.assertEqual((ran.returncode, len(pushes)), (75, 1))


class PythonRetryTest(AgainstFailures, unittest.TestCase):
    name = "python"


class NodeRetryTest(AgainstFailures, unittest.TestCase):
    name = "node"


class JavaRetryTest(AgainstFailures, unittest.TestCase):
    name = "java"


if __name__ == "__main__":
    unittest.main()
