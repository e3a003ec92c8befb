"""WatchScorecard over the three services as processes: what is pushed is what the watcher sees next;
the end of permissions, of a service and of reporting itself end the stream."""
import unittest

import grpc
from athena.indicator.v1 import closing_pb2, indicator_service_pb2
from athena.plan.v1 import plan_pb2, plan_service_pb2
from athena.reporting.v1 import reporting_service_pb2
from google.rpc import error_details_pb2, status_pb2

import setting
from services import EVERYTHING, Services, token
from setting import push, visits

SCORECARD = f"{setting.PLAN}/scorecards/2021-Q1"
STAFF = f"{setting.INSTITUTION}/indicators/staff"
OTHER = "institutions/talent-brussels"


def visits_of(card):
    for link in setting.nodes(card.result.root)["e1-1"].indicators:
        if link.indicator.endswith("/visits"):
            return link.period_result.value.decimal
    raise AssertionError("the objective has no visits")


def details_of(error):
    """ErrorInfo and RetryInfo of an error."""
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                detail.Unpack(info)
                detail.Unpack(retry)
    return info, retry


class WatchTest(unittest.TestCase):
    def setUp(self):
        self.services = Services().__enter__()
        self.addCleanup(self.services.__exit__)
        setting.create_indicators(self.services)
        setting.create_plan(self.services)
        # A value is told of a quarter whose cells are all there.
        push(self.services, "zeros", [visits(f"2021-0{month}", desk, 0) for month in (1, 2, 3, 7, 8, 9)
                                      for desk in ("NORTH", "SOUTH")])
        self.push("first", 50)

    def push(self, push_id, value):
        push(self.services, push_id, [visits("2021-01", desk, value) for desk in ("NORTH", "SOUTH")])

    def watch(self, metadata=EVERYTHING, **fields):
        stream = self.services.reports.WatchScorecard(
            reporting_service_pb2.WatchScorecardRequest(name=SCORECARD, **fields),
            metadata=metadata, timeout=60)
        self.addCleanup(stream.cancel)
        return stream

    def end_of(self, stream):
        with self.assertRaises(grpc.RpcError) as raised:
            next(stream)
        return raised.exception

    def test_a_push_is_the_next_answer_and_an_unrelated_one_sends_nothing(self):
        stream, in_french = self.watch(), self.watch(language_code="fr")
        self.assertEqual(visits_of(next(stream)), "100")
        next(in_french)
        # Of another quarter, and of a cell as it is. Between two answers about the other quarter this
        # one is looked at, too.
        later = self.services.reports.WatchScorecard(reporting_service_pb2.WatchScorecardRequest(
            name=f"{setting.PLAN}/scorecards/2021-Q3"), **setting.options())
        self.addCleanup(later.cancel)
        next(later)
        for value in (5, 6, 7):
            push(self.services, f"unrelated {value}", [visits("2021-07", "NORTH", value)])
            push(self.services, f"same {value}", [visits("2021-01", "NORTH", 50)])
            self.assertEqual(visits_of(next(later)), str(value))
        self.push("related", 70)
        answer = next(stream)
        self.assertEqual(visits_of(answer), "140")
        self.assertEqual(answer, setting.scorecard(self.services, "2021-Q1"))
        self.assertEqual(visits_of(next(in_french)), "140")

    def test_plan_target_and_closing_are_answers(self):
        stream = self.watch()
        next(stream)
        self.services.plans.UpdateElement(plan_service_pb2.UpdateElementRequest(
            element=plan_pb2.Element(name=f"{setting.PLAN}/elements/e1", title=setting.text("New"))),
            **setting.options())
        self.assertEqual(next(stream).result.root.children[0].title, "New")
        self.services.indicators.SetTarget(indicator_service_pb2.SetTargetRequest(
            target={"indicator": STAFF, "anchors": [{"period": "2021-Q1", "value": 50}],
                    "interpolation": 2, "margin": 30}), **setting.options())
        link = [link for link in setting.nodes(next(stream).result.root)["e1-1"].indicators
                if link.indicator == STAFF][0]
        self.assertEqual(link.period_result.current.target.decimal, "50")
        self.services.indicators.ClosePeriod(closing_pb2.ClosePeriodRequest(
            name=f"{setting.INSTITUTION}/closings/2021-Q1", reason="reviewed"),
            **setting.options())
        self.assertTrue(next(stream).HasField("closing"))

    def test_the_stream_ends_when_the_plan_is_no_longer_shared(self):
        def share(with_whom):
            self.services.plans.UpdatePlan(plan_service_pb2.UpdatePlanRequest(
                plan=plan_pb2.Plan(name=setting.PLAN, shared_with=with_whom),
                update_mask={"paths": ["shared_with"]}), **setting.options())

        foreign = token("viewer@talent-brussels")
        self.assertEqual(self.end_of(self.watch(foreign)).code(), grpc.StatusCode.PERMISSION_DENIED)
        share([OTHER])
        stream, own = self.watch(foreign), self.watch()
        self.assertFalse(visits_of(next(stream)))  # of an indicator that is not shared
        self.assertEqual(visits_of(next(own)), "100")
        self.push("hidden", 60)
        self.assertEqual(visits_of(next(own)), "120")
        share([])
        self.assertEqual(self.end_of(stream).code(), grpc.StatusCode.PERMISSION_DENIED)
        self.push("later", 70)
        self.assertEqual(visits_of(next(own)), "140")

    def test_a_service_that_is_down_ends_the_stream_which_then_goes_on_by_its_basis(self):
        stream = self.watch()
        last = next(stream)
        for name, restart in (("indicator", self.services.start_indicator),
                              ("plan", self.services.start_plan)):
            process = getattr(self.services, name)
            process.kill()
            ended = self.end_of(stream)
            info, retry = details_of(ended)
            self.assertEqual(ended.code(), grpc.StatusCode.UNAVAILABLE)
            self.assertEqual((info.reason, info.metadata["service"]),
                             ("DEPENDENCY_UNAVAILABLE", name))
            self.assertGreater(retry.retry_delay.ToNanoseconds(), 0)
            setattr(self.services, name, restart(process.port))
            stream = self.watch(basis=last.basis)
            push(self.services, f"after {name}", [visits("2021-02", "NORTH", len(name))])
            last = next(stream)
            self.assertEqual(last, setting.scorecard(self.services, "2021-Q1"))

    def test_reporting_that_stops_ends_its_streams(self):
        streams = [self.watch() for _ in range(3)]
        last = [next(stream) for stream in streams][0]
        port = self.services.reporting.port
        self.assertEqual(self.services.reporting.stop(), 0)
        for stream in streams:
            ended = self.end_of(stream)
            self.assertEqual(ended.code(), grpc.StatusCode.UNAVAILABLE)
            self.assertGreater(details_of(ended)[1].retry_delay.ToNanoseconds(), 0)
        self.services.reporting = self.services.start_reporting(port)
        self.push("meanwhile", 80)
        resumed = self.watch(basis=last.basis)
        self.assertEqual(visits_of(next(resumed)), "160")


if __name__ == "__main__":
    unittest.main()
