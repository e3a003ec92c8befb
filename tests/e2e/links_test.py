"""Links of elements to indicators, which the plan service checks at the indicator service."""
import unittest

import grpc
from athena.indicator.v1 import indicator_pb2, indicator_service_pb2
from athena.plan.v1 import institution_pb2, plan_pb2, plan_service_pb2
from athena.reporting.v1 import reporting_service_pb2, scorecard_pb2
from google.protobuf import field_mask_pb2

import setting
from operator_test import eventually, http
from services import Services, refusal_of, token

TALENT = "institutions/talent-brussels"
STAFF = f"{setting.INSTITUTION}/indicators/staff"
PLANNER = token("planner@talent-brussels")


class LinksTest(unittest.TestCase):
    """A planner of another institution links to an indicator of gob."""

    @classmethod
    def setUpClass(cls):
        cls.services = Services().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)
        plans = cls.services.plans
        plans.CreateInstitution(plan_service_pb2.CreateInstitutionRequest(
            institution_id="talent-brussels", institution=institution_pb2.Institution(
                display_name=setting.text("Talent"))), **setting.options())
        plans.CreatePlan(plan_service_pb2.CreatePlanRequest(
            parent=TALENT, plan_id="p", plan=plan_pb2.Plan(
                title=setting.text("Plan"), first_quarter="2021-Q1", last_quarter="2022-Q4",
                languages=["en"])), **setting.options())

    def request(self, id_, indicator, **fields):
        return plan_service_pb2.CreateElementRequest(
            parent=f"{TALENT}/plans/p", element_id=id_, element=plan_pb2.Element(
                kind=plan_pb2.Element.KIND_ACTION, code=id_, title=setting.text(id_),
                indicators=[plan_pb2.IndicatorLink(indicator=indicator, **fields)]))

    def refused(self, indicator, metadata=PLANNER, **fields):
        return refusal_of(self.services.plans.CreateElement,
                          self.request("x", indicator, **fields), metadata=metadata)

    def share(self, *institutions):
        self.services.indicators.UpdateIndicator(indicator_service_pb2.UpdateIndicatorRequest(
            indicator=indicator_pb2.Indicator(name=STAFF, shared_with=institutions),
            update_mask=field_mask_pb2.FieldMask(paths=["shared_with"])), **setting.options())

    def test_1_what_is_not_shared_is_refused_like_what_is_not_there(self):
        for indicator in (STAFF, f"{setting.INSTITUTION}/indicators/none"):
            # Neither for a planner of the institution nor for one of all institutions.
            for metadata in (PLANNER, token("everything")):
                refused = self.refused(indicator, metadata)
                self.assertEqual(refused.code, grpc.StatusCode.INVALID_ARGUMENT)
                self.assertEqual(refused.fields, {
                    "element.indicators[0].indicator":
                        f'got "{indicator}", want an indicator of {TALENT}, or one that is shared '
                        "with it"})

    def test_2_what_is_shared_is_linked_and_stays_linked(self):
        self.share(TALENT)
        self.services.plans.CreateElement(self.request("a", STAFF), **setting.options(PLANNER))
        refused = self.refused(STAFF, slice={"desk": "NORTH"})
        self.assertEqual(list(refused.fields), ["element.indicators[0].slice"])
        self.share()
        changed = self.services.plans.UpdateElement(plan_service_pb2.UpdateElementRequest(
            element=plan_pb2.Element(name=f"{TALENT}/plans/p/elements/a", lead="Ann")),
            **setting.options(PLANNER))
        self.assertEqual(changed.indicators[0].indicator, STAFF)
        # The link is shown as broken, and the rest of the scorecard as ever.
        card = self.services.reports.GetScorecard(reporting_service_pb2.GetScorecardRequest(
            name=f"{TALENT}/plans/p/scorecards/2021-Q1"), **setting.options(PLANNER))
        link = setting.nodes(card.result.root)["a"].indicators[0]
        self.assertEqual((link.status, link.reason),
                         (scorecard_pb2.SCORECARD_STATUS_NO_SCORE,
                          scorecard_pb2.SCORECARD_REASON_INDICATOR_NOT_READABLE))

    def test_3_without_the_indicator_service_new_links_are_refused_and_all_else_is_done(self):
        self.share(TALENT)
        port = self.services.indicator.port
        self.services.indicator.kill()
        refused = self.refused(STAFF)
        self.assertEqual((refused.code, refused.reason),
                         (grpc.StatusCode.UNAVAILABLE, "DEPENDENCY_UNAVAILABLE"))
        self.services.plans.UpdateElement(plan_service_pb2.UpdateElementRequest(
            element=plan_pb2.Element(name=f"{TALENT}/plans/p/elements/a", lead="Bo")),
            **setting.options(PLANNER))
        self.assertTrue(eventually(lambda: http(self.services.plan, "/readyz")[0] == 503))
        self.assertIn("indicator: ", http(self.services.plan, "/readyz")[1])
        self.services.indicator = self.services.start_indicator(port)
        self.services.plans.CreateElement(self.request("b", STAFF), **setting.options(PLANNER))
        self.assertTrue(eventually(lambda: http(self.services.plan, "/readyz")[0] == 200))


if __name__ == "__main__":
    unittest.main()
