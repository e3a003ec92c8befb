"""A service under attack serves the others, and its memory stays bounded. tests/bench has the figures
("abuse"); service_manager_test has what happens when file descriptors run out."""
import pathlib
import re
import tempfile
import unittest

import grpc
from athena.indicator.v1 import indicator_service_pb2, indicator_service_pb2_grpc

import attacks
import setting
from operator_test import eventually, metric
from services import DEADLINE, EVERYTHING, Process, Refusal, refusal_of, token

MIB = 1 << 20
READER, SENDER = "viewer@gob", "gob-sender"
# What a service may take for what strangers, or one caller, make it hold; the bound of its buffers
# (libs/rpc/server.h) and as much again.
BUFFERS = 2 * 128


class AbuseTest(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="athena-")))
        self.process = Process("athena-indicator", folder, [f"--database={folder / 'indicator.db'}"])
        self.addCleanup(self.process.kill)
        self.channel = self.enterContext(grpc.insecure_channel(f"127.0.0.1:{self.process.port}"))
        self.indicators = indicator_service_pb2_grpc.IndicatorServiceStub(self.channel)
        setting.create_indicators(self)
        # An answer with all of them takes 400 KB.
        rows = [setting.observation("staff", f"{year}-Q{quarter}", year, comment="x" * 900)
                for year in range(1900, 2000) for quarter in range(1, 5)]
        setting.push(self, "large", rows)
        self.before = self.resident()

    def resident(self, field="VmRSS"):
        """MiB; with VmHWM the most there ever was."""
        status = pathlib.Path(f"/proc/{self.process.process.pid}/status").read_text("utf-8")
        return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) / 1024

    def assert_others_are_served(self, push_id):
        """Both on a connection that was there before, and on a new one."""
        setting.push(self, push_id, [setting.visits("2021-01", "NORTH", 1)])
        with grpc.insecure_channel(f"127.0.0.1:{self.process.port}",
                                   (("grpc.use_local_subchannel_pool", 1),)) as channel:
            indicator_service_pb2_grpc.IndicatorServiceStub(channel).ListIndicators(
                indicator_service_pb2.ListIndicatorsRequest(parent=setting.INSTITUTION),
                metadata=EVERYTHING, timeout=DEADLINE)

    def await_metric(self, name, enough):
        self.await_true(lambda: enough(metric(self.process, name)))

    def await_standstill(self, count):
        """Waits until an attack has done what it can: nothing more happens between two looks."""
        seen = [-1]

        def stands():
            before, seen[0] = seen[0], count()
            return before == seen[0] > 0
        self.await_true(stands)

    def await_served(self, metadata):
        def served():
            try:
                self.indicators.ListIndicators(indicator_service_pb2.ListIndicatorsRequest(
                    parent=setting.INSTITUTION), metadata=metadata, timeout=DEADLINE)
            except grpc.RpcError:
                return False
            return True
        self.await_true(served)

    def await_true(self, condition):
        self.assertTrue(eventually(condition))

    def assert_memory(self, at_most_mib):
        self.assertLess(self.resident("VmHWM") - self.before, at_most_mib)

    def test_connections_that_say_nothing(self):
        with attacks.silent_connections(self.process.port, 400):
            self.assert_others_are_served("meanwhile")
        self.assert_memory(64)

    def test_requests_that_stop_in_the_middle(self):
        """Nobody has shown a credential yet. A connection may have a hundred such calls of three, of
        2 MiB each. gRPC 1.51 bounds no more than that: SECURITY.md says what to put in front."""
        with attacks.stalled_requests(self.process.port, 1, 2 * MIB, calls=300) as attack:
            self.await_standstill(lambda: attack.sent)
            self.assert_others_are_served("meanwhile")
        self.assert_memory(100 * 2 + 150)

    def test_streams_of_one_caller_leave_room_for_others(self):
        with attacks.idle_streams(self.process.port, 6, SENDER):
            self.await_metric("athena_rpc_watches", lambda open_: open_ >= 256)
            self.assert_others_are_served("meanwhile")
            stream = self.indicators.StreamObservations(
                iter([self.a_push("streamed")]), metadata=EVERYTHING, timeout=DEADLINE)
            self.assertEqual(next(stream).response.counts.inserted, 1)

    def a_push(self, push_id):
        return indicator_service_pb2.PushObservationsRequest(
            parent=setting.INSTITUTION, push_id=push_id,
            observations=[setting.visits("2021-02", "NORTH", 1)])

    def test_answers_that_nobody_takes(self):
        """Six hundred answers of 400 KB, of which the bound of one caller holds a fourth."""
        with attacks.answers_not_taken(self.process.port, 6, READER):
            self.await_metric('athena_rpc_shed_total{cause="load"}', lambda shed: shed > 0)
            self.assert_others_are_served("meanwhile")
            refused = refusal_of(self.indicators.ListIndicators,
                                 indicator_service_pb2.ListIndicatorsRequest(
                                     parent=setting.INSTITUTION), metadata=token(READER))
            self.assertEqual((refused.code, refused.reason),
                             (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED"))
        self.assert_memory(BUFFERS)
        self.await_served(token(READER))

    def test_calls_that_are_cancelled_at_once(self):
        """gRPC 1.51 gets through so many; SECURITY.md says what ends more (CVE-2023-44487)."""
        with attacks.resets(self.process.port, 2, 2000, SENDER) as attack:
            self.await_standstill(lambda: attack.made)
            self.assert_others_are_served("meanwhile")
        self.assert_memory(BUFFERS)

    def test_requests_that_inflate_to_a_gibibyte(self):
        errors = attacks.bombs(self.channel, 8, 1 << 30, token(SENDER))
        self.assertEqual({(Refusal(error).code, Refusal(error).reason) for error in errors},
                         {(grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_TOO_LARGE")})
        self.assert_others_are_served("after")
        self.assert_memory(BUFFERS)


if __name__ == "__main__":
    unittest.main()
