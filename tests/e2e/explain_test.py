"""Why a score is what it is, and what changed in a closed quarter, across the three services."""
import unittest

from athena.indicator.v1 import closing_pb2
from athena.plan.v1 import plan_pb2, plan_service_pb2
from athena.reporting.v1 import (comparison_pb2, explanation_pb2, reporting_service_pb2,
                                 scorecard_pb2)
from google.protobuf import field_mask_pb2

import setting
from services import Services, refusal_of, EVERYTHING
from setting import INSTITUTION, PLAN, observation, push, scorecard, visits

NAME = f"{PLAN}/scorecards/2021-Q1"
ELEMENT = f"{PLAN}/elements/e1-1"
VISITS = f"{INSTITUTION}/indicators/visits"
CLOSING = reporting_service_pb2.ScorecardAsOf(closing=True)
CAUSE = comparison_pb2.DifferenceCause
STEP = explanation_pb2.ExplanationStep


class ExplainTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = Services().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)

    def explain(self, language="en", **fields):
        return self.services.reports.ExplainScore(reporting_service_pb2.ExplainScoreRequest(
            name=NAME, language_code=language, element=ELEMENT, **fields), **setting.options())

    def compare(self, **fields):
        return self.services.reports.CompareScorecards(
            reporting_service_pb2.CompareScorecardsRequest(name=NAME, **fields),
            **setting.options())

    def difference(self, comparison, name, indicator=""):
        for one in comparison.differences:
            if one.name == name and one.indicator == indicator:
                return one
        raise AssertionError(f"{name} {indicator} does not differ: {comparison}")

    def kinds(self, difference):
        return [CAUSE.Kind.Name(cause.kind).removeprefix("KIND_") for cause in difference.causes]

    def test_1_what_is_missing_is_named_cell_by_cell(self):
        push(self.services, "part", [visits("2021-01", "NORTH", 60), visits("2021-01", "SOUTH", 40),
                                     visits("2021-02", "NORTH", 60)])
        explained = self.explain(indicator=VISITS)
        self.assertEqual(explained.reason, scorecard_pb2.SCORECARD_REASON_INCOMPLETE)
        source = explained.sources[0]
        self.assertEqual([(cell.period, cell.dimensions["desk"]) for cell in source.cells],
                         [("2021-01", "NORTH"), ("2021-01", "SOUTH"), ("2021-02", "NORTH")])
        missing = {(cell.period, cell.dimensions["desk"]): cell.reason
                   for cell in source.missing_cells}
        self.assertEqual(set(missing), {("2021-02", "SOUTH"), ("2021-03", "NORTH"),
                                        ("2021-03", "SOUTH")})
        self.assertEqual(set(missing.values()), {scorecard_pb2.SCORECARD_REASON_OVERDUE})
        self.assertEqual([one.kind for one in explained.improvements],
                         [explanation_pb2.Improvement.KIND_SEND_DATA,
                          explanation_pb2.Improvement.KIND_VALUE])

    def test_2_the_steps_end_in_the_score_and_name_the_push(self):
        push(self.services, "rest", [visits("2021-02", "SOUTH", 40), visits("2021-03", "NORTH", 10),
                                     visits("2021-03", "SOUTH", 40)])
        staff = push(self.services, "staff", [observation("staff", "2021-Q1", 100)])
        explained = self.explain(indicator=VISITS)
        # 250 of 300, red flag 200: 100 (250 - 200 + 100) / 300.
        self.assertEqual(explained.score.decimal, "50")
        score = next(step for step in explained.steps if step.kind == STEP.KIND_SCORE)
        numbers = {one.name: float(one.number.decimal) for one in score.inputs}
        self.assertEqual(numbers, {"value": 250, "target": 300, "red_flag": 200, "d": 100})
        self.assertIn("250", score.sentence)
        self.assertEqual(len(explained.sources[0].cells), 6)
        revision = explained.sources[0].cells[-1].revision
        self.assertEqual(explained.sources[0].cells[-1].push,
                         f"{INSTITUTION}/pushes/{revision}")
        self.assertLess(revision, staff.revision)
        self.assertEqual(explained.sources[0].target.version, 1)
        for language, word in (("nl", "ORANJE"), ("fr", "ORANGE"), ("en", "AMBER")):
            told = self.explain(language, indicator=VISITS)
            self.assertEqual(told.language, language)
            self.assertIn(word, told.steps[-1].sentence)

    def test_3_what_would_make_it_green_makes_it_green(self):
        element = self.explain()
        self.assertEqual(element.status, scorecard_pb2.SCORECARD_STATUS_AMBER)
        # Staff is at its target of 100, which scores 66.666666666667; so must visits be.
        needed = {one.part.name: one.required_value.decimal for one in element.improvements}
        self.assertEqual(needed[VISITS], "300")
        before = scorecard(self.services, "2021-Q1")
        push(self.services, "green", [visits("2021-03", "NORTH", 60)])
        self.assertEqual(self.explain().status, scorecard_pb2.SCORECARD_STATUS_GREEN)
        self.assertFalse(self.explain().improvements)
        # What was explained then is explained by its basis, to the byte.
        again = self.explain(as_of=reporting_service_pb2.ScorecardAsOf(basis=element.basis))
        self.assertEqual(again, element)
        push(self.services, "amber", [visits("2021-03", "NORTH", 10)])
        self.assertEqual(scorecard(self.services, "2021-Q1").result, before.result)

    def test_4_an_open_quarter_has_no_closing(self):
        self.assertFalse(scorecard(self.services, "2021-Q1").HasField("closing"))
        refused = refusal_of(self.services.reports.GetScorecard,
                             reporting_service_pb2.GetScorecardRequest(name=NAME, as_of=CLOSING),
                             metadata=EVERYTHING)
        self.assertEqual(refused.reason, "NEVER_CLOSED")

    def test_5_a_correction_after_the_closing_is_seen_and_named(self):
        self.services.indicators.ClosePeriod(closing_pb2.ClosePeriodRequest(
            name=f"{INSTITUTION}/closings/2021-Q1", reason="reported"), **setting.options())
        closed = scorecard(self.services, "2021-Q1")
        self.assertTrue(closed.HasField("closing"))
        self.assertFalse(closed.closing.differences)
        answer = push(self.services, "corrected", [visits("2021-03", "NORTH", 60)],
                      correction_reason="a digit was lost")
        now = scorecard(self.services, "2021-Q1")
        self.assertEqual({(one.name, one.indicator) for one in now.closing.differences},
                         {(PLAN, ""), (f"{PLAN}/elements/e1", ""), (ELEMENT, ""),
                          (ELEMENT, VISITS)})
        self.assertFalse(any(one.became_due for one in now.closing.differences))
        # As of the closing it is what it was, to the byte.
        then = scorecard(self.services, "2021-Q1", as_of=CLOSING)
        self.assertEqual(then.result, closed.result)

        comparison = self.compare(from_as_of=CLOSING)
        difference = self.difference(comparison, ELEMENT, VISITS)
        self.assertEqual((difference.from_measure.value.decimal,
                          difference.to_measure.value.decimal), ("250", "300"))
        self.assertEqual(self.kinds(difference), ["CORRECTION"])
        revision = comparison.revisions[difference.causes[0].revision]
        self.assertEqual(revision.push, answer.name)
        self.assertEqual(revision.push_id, "corrected")
        self.assertEqual(revision.reason, "a digit was lost")
        self.assertEqual(difference.causes[0].cells, 1)
        self.assertEqual(self.kinds(self.difference(comparison, ELEMENT)), ["PART"])
        self.assertFalse(comparison.more_revisions)
        self.assertEqual(comparison.unchanged, 1)

    def test_6_a_weight_and_a_target_are_named(self):
        before = scorecard(self.services, "2021-Q1")
        element = self.services.plans.GetElement(
            plan_service_pb2.GetElementRequest(name=ELEMENT), **setting.options())
        element.indicators[0].weight = 3
        self.services.plans.UpdateElement(plan_service_pb2.UpdateElementRequest(
            element=element, update_mask=field_mask_pb2.FieldMask(paths=["indicators"]),
            reason="visits count more"), **setting.options())
        push(self.services, "staff-2", [observation("staff", "2021-Q1", 70)],
             correction_reason="counted again")
        comparison = self.compare(
            from_as_of=reporting_service_pb2.ScorecardAsOf(basis=before.basis))
        difference = self.difference(comparison, ELEMENT, VISITS)
        self.assertEqual((difference.from_weight.decimal, difference.to_weight.decimal), ("1", "3"))
        self.assertEqual(self.kinds(difference), ["WEIGHT"])
        revision = comparison.revisions[difference.causes[0].revision]
        self.assertEqual((revision.service, revision.action, revision.reason),
                         ("plan", "UpdateElement", "visits count more"))
        self.assertEqual(self.kinds(self.difference(
            comparison, ELEMENT, f"{INSTITUTION}/indicators/staff")), ["CORRECTION"])

    def test_7_two_quarters(self):
        comparison = self.services.reports.CompareScorecards(
            reporting_service_pb2.CompareScorecardsRequest(
                name=f"{PLAN}/scorecards/2021-Q2", from_quarter="2021-Q1"), **setting.options())
        self.assertEqual((comparison.to.period, getattr(comparison, "from").period),
                         ("2021-Q2", "2021-Q1"))
        for one in comparison.differences:
            self.assertEqual(one.causes[0].kind, CAUSE.KIND_OTHER_QUARTER)
        self.assertFalse(comparison.revisions)


if __name__ == "__main__":
    unittest.main()
