"""What reporting answers while plan or indicator is down (SIGKILL) or hangs (SIGSTOP): an error that
names the service, within the caller's deadline, and never a scorecard of before. tests/campaigns runs
it."""
import os
import pathlib
import signal
import threading
import time
import unittest

import grpc
from athena.reporting.v1 import export_pb2, reporting_service_pb2

import figures
import setting
from operator_test import eventually
from services import DEADLINE, EVERYTHING, Services, token
from setting import push, visits
from watch_test import details_of, visits_of

ROUNDS = int(os.environ.get("ATHENA_CAMPAIGN_ROUNDS", "5"))
# They ask at the same time, each AT_ONCE calls: half of what reporting works on for one caller. What a
# caller asks beyond that waits, for a service that hangs until the deadline.
AT_ONCE = 4
CALLERS = ("everything", "viewer@gob", "planner@gob")
CALL_SECONDS = 3  # the deadline of each call
# How long a service hangs that is slow alone: well within a deadline.
SLOW_SECONDS = 0.5
SCORECARD = f"{setting.PLAN}/scorecards/2021-Q1"
PUBLICATION = f"{SCORECARD}/publications/1"


class DependenciesCampaign(unittest.TestCase):
    def setUp(self):
        self.services = Services().__enter__()
        self.addCleanup(self.services.__exit__)
        setting.create_indicators(self.services)
        setting.create_plan(self.services)
        push(self.services, "zeros", [visits(f"2021-0{month}", desk, 0) for month in (1, 2, 3)
                                      for desk in ("NORTH", "SOUTH")])
        self.reports = self.services.reports
        self.reports.PublishScorecard(reporting_service_pb2.PublishScorecardRequest(
            name=SCORECARD, force=True, reason="as decided"), **setting.options())
        requests = reporting_service_pb2
        self.export = self.of_stream(self.reports.ExportScorecard)  # one at a time is worked on
        self.reads = {
            self.reports.GetScorecard: requests.GetScorecardRequest(name=SCORECARD),
            self.reports.ListScorecards: requests.ListScorecardsRequest(
                parent=setting.PLAN, first_quarter="2021-Q1", last_quarter="2021-Q2"),
            self.reports.ExplainScore: requests.ExplainScoreRequest(name=SCORECARD),
            self.reports.CompareScorecards: requests.CompareScorecardsRequest(
                name=SCORECARD, from_quarter="2021-Q2"),
            self.reports.GetBoardTable: requests.GetBoardTableRequest(name=f"{SCORECARD}/boardTable"),
            self.export: requests.ExportScorecardRequest(
                name=SCORECARD, format=export_pb2.EXPORT_FORMAT_CSV),
            self.of_stream(self.reports.WatchScorecard): requests.WatchScorecardRequest(
                name=SCORECARD),
            self.of_stream(self.reports.ExportObservations): requests.ExportObservationsRequest(
                name=SCORECARD),
        }
        self.value = 0
        self.lock = threading.Lock()

    @staticmethod
    def of_stream(call):
        return lambda request, **options: next(call(request, **options))

    def push(self):
        """A value that no scorecard has shown yet; the sum of both desks."""
        self.value += 1
        push(self.services, f"value-{self.value}",
             [visits("2021-01", desk, self.value) for desk in ("NORTH", "SOUTH")])
        return str(2 * self.value)

    def read(self):
        return visits_of(setting.scorecard(self.services, "2021-Q1"))

    def ask_everything(self, name):
        """Every read of reporting by several callers, who must be refused in time; returns the
        slowest answer."""
        reads = list(self.reads.items())
        return max(self.ask_at_once(name, reads[i:i + AT_ONCE])
                   for i in range(0, len(reads), AT_ONCE))

    def ask_at_once(self, name, reads):
        answers = []

        def ask(caller, call, request):
            begun = time.monotonic()
            try:
                answer = call(request, metadata=token(caller), timeout=CALL_SECONDS)
            except grpc.RpcError as error:
                answer = error
            with self.lock:
                answers.append((time.monotonic() - begun, request, answer))

        threads = [threading.Thread(target=ask, args=(caller, call, request))
                   for call, request in reads
                   for caller in (CALLERS[:1] if call is self.export else CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for _, request, answer in answers:
            self.assertIsInstance(answer, grpc.RpcError, f"answered from before: {request}")
            info, retry = details_of(answer)
            self.assertEqual((answer.code(), info.reason, info.metadata["service"]),
                             (grpc.StatusCode.UNAVAILABLE, "DEPENDENCY_UNAVAILABLE", name),
                             (type(request).__name__, sorted(
                                 (round(seconds, 3), type(asked).__name__)
                                 for seconds, asked, _ in answers)))
            self.assertGreater(retry.retry_delay.ToNanoseconds(), 0)
        slowest = max(seconds for seconds, _, _ in answers)
        self.assertLess(slowest, CALL_SECONDS)
        self.asked += len(answers)
        return slowest

    def check_publication(self):
        """What reporting has itself it answers without the others."""
        verified = self.reports.VerifyPublication(
            reporting_service_pb2.VerifyPublicationRequest(name=PUBLICATION),
            metadata=EVERYTHING, timeout=CALL_SECONDS)
        self.assertTrue(verified.valid)

    def run_rounds(self, what, name, fail, mend):
        slowest, self.asked = 0, 0
        for _ in range(ROUNDS):
            self.assertEqual(self.read(), str(2 * self.value))  # reporting has it in its cache
            fresh = self.push()  # and this it has not
            fail(getattr(self.services, name).process)
            try:
                slowest = max(slowest, self.ask_everything(name))
                self.check_publication()
            finally:
                mend(name)
            self.assertEqual(self.read(), fresh)
        figures.show(service=name, state=what, times=ROUNDS, calls=self.asked,
                     UNAVAILABLE_naming_it=self.asked, answered_from_before=0,
                     slowest_answer=f"{slowest:.2f} s", deadline=f"{CALL_SECONDS} s")

    def restart(self, name):
        process = getattr(self.services, name)
        process.process.wait(DEADLINE)
        process.reader.join()
        restart = getattr(self.services, f"start_{name}")
        setattr(self.services, name, restart(process.port))

    def resume(self, name):
        getattr(self.services, name).process.send_signal(signal.SIGCONT)

    @staticmethod
    def stop(process):
        """A thread may run on for a moment after the signal was sent."""
        process.send_signal(signal.SIGSTOP)
        tasks = pathlib.Path(f"/proc/{process.pid}/task")
        if not eventually(lambda: all((task / "stat").read_text().rpartition(")")[2].split()[0] == "T"
                                      for task in tasks.iterdir())):
            raise AssertionError("the service does not stop")

    def test_down(self):
        for name in ("plan", "indicator"):
            with self.subTest(name):
                self.run_rounds("down", name, lambda process: process.kill(), self.restart)

    def test_hanging(self):
        for name in ("plan", "indicator"):
            with self.subTest(name):
                self.run_rounds("hangs", name, self.stop, self.resume)

    def test_slow(self):
        """A service that answers late, and still in time, is waited for."""
        for name in ("plan", "indicator"):
            slowest = 0
            for _ in range(ROUNDS):
                fresh = self.push()
                process = getattr(self.services, name).process
                self.stop(process)
                waker = threading.Timer(SLOW_SECONDS, process.send_signal, (signal.SIGCONT,))
                waker.start()
                begun = time.monotonic()
                answer = self.reports.GetScorecard(
                    reporting_service_pb2.GetScorecardRequest(name=SCORECARD), metadata=EVERYTHING,
                    timeout=CALL_SECONDS)
                slowest = max(slowest, time.monotonic() - begun)
                waker.join()
                self.assertEqual(visits_of(answer), fresh)
            figures.show(service=name, state=f"late by {SLOW_SECONDS} s", times=ROUNDS, calls=ROUNDS,
                         answered_with_the_last_push=ROUNDS, slowest_answer=f"{slowest:.2f} s",
                         deadline=f"{CALL_SECONDS} s")


if __name__ == "__main__":
    unittest.main()
