"""Permissions of the reporting service, which reads both others with the caller's own credential.
Every RPC is called with every role of the institution and of another one: before anything is shared
with that one, after the plan is, and after its indicators are."""
import unittest

import grpc
from athena.common.v1 import backup_service_pb2, backup_service_pb2_grpc
from athena.indicator.v1 import closing_pb2, indicator_pb2, indicator_service_pb2
from athena.plan.v1 import plan_pb2, plan_service_pb2
from athena.reporting.v1 import export_pb2, reporting_service_pb2, scorecard_pb2

import setting
from services import EVERYTHING, ROLES, Services, refusal_of, token
from setting import push, visits

OTHER = "institutions/talent-brussels"


def as_role(role, institution):
    return token(f"{role}@{institution}")


def all_parts(stream):
    """The RPC as one that returns its parts."""
    return lambda request, **options: list(stream(request, **options))


class PermissionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = Services().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)
        push(cls.services, "q1", [visits(f"2021-{month:02}", desk, 50)
                                  for month in (1, 2, 3) for desk in ("NORTH", "SOUTH")])

    def rows(self):
        """The RPCs that read scorecards with a request, by name. Any role that may read the plan may
        call them."""
        def first_of_watch(request, **options):
            stream = self.services.reports.WatchScorecard(request, **options)
            next(stream)
            stream.cancel()

        return {"WatchScorecard": (first_of_watch, reporting_service_pb2.WatchScorecardRequest(
                    name=f"{setting.PLAN}/scorecards/2021-Q1")),
                "GetScorecard": (self.services.reports.GetScorecard,
                                 reporting_service_pb2.GetScorecardRequest(
                                     name=f"{setting.PLAN}/scorecards/2021-Q1")),
                "ListScorecards": (self.services.reports.ListScorecards,
                                   reporting_service_pb2.ListScorecardsRequest(
                                       parent=setting.PLAN, first_quarter="2021-Q1",
                                       last_quarter="2021-Q2")),
                "ExplainScore": (self.services.reports.ExplainScore, self.explain_visits()),
                "CompareScorecards": (self.services.reports.CompareScorecards,
                                      reporting_service_pb2.CompareScorecardsRequest(
                                          name=f"{setting.PLAN}/scorecards/2021-Q2",
                                          from_quarter="2021-Q1")),
                "GetBoardTable": (self.services.reports.GetBoardTable,
                                  reporting_service_pb2.GetBoardTableRequest(
                                      name=f"{setting.PLAN}/scorecards/2021-Q1/boardTable")),
                "ExportScorecard": (all_parts(self.services.reports.ExportScorecard),
                                    reporting_service_pb2.ExportScorecardRequest(
                                        name=f"{setting.PLAN}/scorecards/2021-Q1",
                                        format=export_pb2.EXPORT_FORMAT_CSV)),
                "ExportObservations": (all_parts(self.services.reports.ExportObservations),
                                       reporting_service_pb2.ExportObservationsRequest(
                                           name=f"{setting.PLAN}/scorecards/2021-Q1"))}

    def publication_rows(self):
        """The RPCs that read a publication. Any role of its institution may call them, and of a
        public one anybody."""
        reports = self.services.reports

        name = f"{setting.PLAN}/scorecards/2021-Q1/publications/1"
        return {"GetPublication": (reports.GetPublication,
                                   reporting_service_pb2.GetPublicationRequest(name=name)),
                "ListPublications": (reports.ListPublications,
                                     reporting_service_pb2.ListPublicationsRequest(
                                         parent=f"{setting.PLAN}/scorecards/-")),
                "DownloadPublication": (all_parts(reports.DownloadPublication),
                                        reporting_service_pb2.DownloadPublicationRequest(name=name)),
                "VerifyPublication": (reports.VerifyPublication,
                                      reporting_service_pb2.VerifyPublicationRequest(name=name))}

    @staticmethod
    def explain_visits():
        return reporting_service_pb2.ExplainScoreRequest(
            name=f"{setting.PLAN}/scorecards/2021-Q1",
            element=f"{setting.PLAN}/elements/e1-1",
            indicator=f"{setting.INSTITUTION}/indicators/visits")

    def visits(self, caller):
        """The indicator `visits` as the scorecard shows it to a caller."""
        call, request = self.rows()["GetScorecard"]
        card = call(request, **setting.options(caller))
        for link in setting.nodes(card.result.root)["e1-1"].indicators:
            if link.indicator.endswith("/visits"):
                return link
        raise AssertionError("the objective has no visits")

    def check(self, may_others_read):
        for name, (call, request) in self.rows().items():
            for role in ROLES:
                with self.subTest(rpc=name, role=role):
                    call(request, **setting.options(as_role(role, "gob")))
                    foreign = as_role(role, "talent-brussels")
                    if may_others_read:
                        call(request, **setting.options(foreign))
                    else:
                        self.assertEqual(refusal_of(call, request, metadata=foreign).code,
                                         grpc.StatusCode.PERMISSION_DENIED)
            self.assertEqual(refusal_of(call, request, metadata=token("stranger")).code,
                             grpc.StatusCode.UNAUTHENTICATED, name)
            self.assertEqual(refusal_of(call, request).code, grpc.StatusCode.UNAUTHENTICATED, name)

    def share_plan(self):
        self.services.plans.UpdatePlan(plan_service_pb2.UpdatePlanRequest(
            plan=plan_pb2.Plan(name=setting.PLAN, shared_with=[OTHER])), **setting.options())

    def share_visits(self):
        self.services.indicators.UpdateIndicator(indicator_service_pb2.UpdateIndicatorRequest(
            indicator=indicator_pb2.Indicator(name=f"{setting.INSTITUTION}/indicators/visits",
                                              shared_with=[OTHER])), **setting.options())

    def test_1_every_rpc_has_a_row(self):
        service = reporting_service_pb2.DESCRIPTOR.services_by_name["ReportingService"]
        self.assertEqual(sorted([*self.rows(), *self.publication_rows(), "PublishScorecard"]),
                         sorted(method.name for method in service.methods))

    def test_2_each_role_of_the_institution_reads_and_no_other_institution_does(self):
        self.check(may_others_read=False)

    # Those who may read have read before: what the service remembers is shown to nobody else.
    def test_3_a_shared_plan_shows_no_value_of_indicators_that_are_not_shared(self):
        self.assertEqual(self.visits(EVERYTHING).period_result.value.decimal, "300")
        self.share_plan()
        self.check(may_others_read=True)
        for role in ROLES:
            seen = self.visits(as_role(role, "talent-brussels"))
            self.assertEqual(seen.status, scorecard_pb2.SCORECARD_STATUS_NO_SCORE)
            self.assertFalse(seen.HasField("score"))
            self.assertFalse(seen.period_result.HasField("value"))
            self.assertFalse(seen.period_result.current.HasField("target"))
            own = self.visits(as_role(role, "gob"))
            self.assertEqual(own.period_result.value.decimal, "300")
            call, request = self.rows()["ExportObservations"]
            parts = call(request, **setting.options(as_role(role, "talent-brussels")))
            self.assertEqual(sum(part.rows for part in parts), 0)
            self.assertIn(f"{setting.INSTITUTION}/indicators/visits",
                          [name for part in parts for name in part.withheld_indicators])
            explained = self.services.reports.ExplainScore(
                self.explain_visits(), **setting.options(as_role(role, "talent-brussels")))
            self.assertEqual(len(explained.steps), 1)
            self.assertFalse(explained.sources)

    def test_3_b_a3_a_basis_does_not_tell_what_happens_in_indicators_that_are_not_shared(self):
        """The revision of an institution tells that it exists and how busy it is."""
        def revisions(caller):
            call, request = self.rows()["GetScorecard"]
            return dict(call(request, **setting.options(caller)).basis.indicator_revisions)

        foreign = as_role("viewer", "talent-brussels")
        before, own = revisions(foreign), revisions(EVERYTHING)
        push(self.services, "q2", [visits("2021-04", "NORTH", 50)])
        self.assertEqual(revisions(foreign), before)
        self.assertEqual(before.get(setting.INSTITUTION, 0), 0)
        self.assertEqual(revisions(EVERYTHING)[setting.INSTITUTION],
                         own[setting.INSTITUTION] + 1)

    def test_4_an_indicator_that_is_shared_shows_its_value(self):
        self.share_visits()
        self.check(may_others_read=True)
        for role in ROLES:
            seen = self.visits(as_role(role, "talent-brussels"))
            self.assertEqual(seen, self.visits(as_role(role, "gob")))
            self.assertEqual(seen.period_result.value.decimal, "300")

    # The plan is shared with the other institution by now: that does not show its publications.
    def test_5_publishers_publish_for_their_institution(self):
        request = reporting_service_pb2.PublishScorecardRequest(
            name=f"{setting.PLAN}/scorecards/2021-Q1", force=True, reason="a test")
        publish = self.services.reports.PublishScorecard
        for institution in ("gob", "talent-brussels"):
            for role in ROLES:
                if (role, institution) == ("publisher", "gob"):
                    publish(request, **setting.options(as_role(role, institution)))
                else:
                    self.assertEqual(
                        refusal_of(publish, request, metadata=as_role(role, institution)).code,
                        grpc.StatusCode.PERMISSION_DENIED)
        for name, (call, request) in self.publication_rows().items():
            for role in ROLES:
                with self.subTest(rpc=name, role=role):
                    call(request, **setting.options(as_role(role, "gob")))
                    foreign = as_role(role, "talent-brussels")
                    if name == "ListPublications":
                        self.assertEqual(len(call(request, **setting.options(foreign)).publications), 0)
                    else:
                        self.assertEqual(refusal_of(call, request, metadata=foreign).code,
                                         grpc.StatusCode.PERMISSION_DENIED)

    def test_6_nobody_of_one_institution_makes_a_backup_which_has_the_data_of_all(self):
        for process in (self.services.plan, self.services.indicator, self.services.reporting):
            create = backup_service_pb2_grpc.BackupServiceStub(
                self.services.channel(process)).CreateBackup
            request = backup_service_pb2.CreateBackupRequest()
            for institution in ("gob", "talent-brussels"):
                for role in ROLES:
                    with self.subTest(process=process.name, role=role):
                        self.assertEqual(
                            refusal_of(create, request, metadata=as_role(role, institution)).code,
                            grpc.StatusCode.PERMISSION_DENIED)
            self.assertEqual(refusal_of(create, request).code, grpc.StatusCode.UNAUTHENTICATED)
            self.assertEqual(list(self.services.backups.glob(f"{process.name[7:]}-*")), [])
            made = create(request, **setting.options())
            self.assertEqual([str(file) for file in
                              self.services.backups.glob(f"{process.name[7:]}-*")], [made.file])

    def test_7_persons_are_shown_to_those_who_work_with_the_data(self):
        """The indicator `staff` is PERSONAL: 95 persons, of whom counts from a threshold on are shown."""
        def disclose(threshold):
            self.services.indicators.UpdateIndicator(indicator_service_pb2.UpdateIndicatorRequest(
                indicator=indicator_pb2.Indicator(
                    name=f"{setting.INSTITUTION}/indicators/staff",
                    classification=indicator_pb2.Indicator.CLASSIFICATION_PERSONAL,
                    disclosure=indicator_pb2.Disclosure(threshold=threshold))), **setting.options())

        def staff(caller):
            call, request = self.rows()["GetScorecard"]
            card = call(request, **setting.options(caller))
            return next(link for link in setting.nodes(card.result.root)["e1-1"].indicators
                        if link.indicator.endswith("/staff"))

        def exported(caller):
            call, request = self.rows()["ExportObservations"]
            parts = call(request, **setting.options(caller))
            return (f"{setting.INSTITUTION}/indicators/staff"
                    not in [name for part in parts for name in part.withheld_indicators])

        push(self.services, "staff", [setting.observation("staff", "2021-Q1", 95)])
        self.services.indicators.ClosePeriod(closing_pb2.ClosePeriodRequest(
            name=f"{setting.INSTITUTION}/closings/2021-Q1", reason="a test"), **setting.options())
        full = ("sender", "corrector", "planner", "auditor")
        for threshold, is_shown in ((100, False), (95, True)):
            disclose(threshold)
            for role in ROLES:
                with self.subTest(threshold=threshold, role=role):
                    caller = as_role(role, "gob")
                    seen = staff(caller)
                    if role in full or is_shown:
                        self.assertEqual(seen.period_result.value.decimal, "95")
                    else:
                        self.assertFalse(seen.period_result.HasField("value"))
                        self.assertEqual(seen.reason,
                                         scorecard_pb2.SCORECARD_REASON_INDICATOR_NOT_READABLE)
                    self.assertEqual(exported(caller), role in full)

    def test_8_a_publication_shows_no_persons_whoever_publishes(self):
        self.services.indicators.UpdateIndicator(indicator_service_pb2.UpdateIndicatorRequest(
            indicator=indicator_pb2.Indicator(
                name=f"{setting.INSTITUTION}/indicators/staff",
                disclosure=indicator_pb2.Disclosure(threshold=100))), **setting.options())
        published = self.services.reports.PublishScorecard(
            reporting_service_pb2.PublishScorecardRequest(
                name=f"{setting.PLAN}/scorecards/2021-Q1", reason="a test"), **setting.options())
        parts = self.services.reports.DownloadPublication(
            reporting_service_pb2.DownloadPublicationRequest(name=published.name),
            **setting.options())
        document = b"".join(piece for part in parts for piece in part.pieces)
        self.assertIn(b'"300"', document)
        self.assertNotIn(b'"95"', document)


if __name__ == "__main__":
    unittest.main()
