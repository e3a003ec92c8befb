"""From a push to the scorecard, across the three services, as a client in Python sees it."""
import unittest

import grpc
from athena.indicator.v1 import indicator_service_pb2, observation_pb2
from athena.reporting.v1 import reporting_service_pb2, scorecard_pb2

import setting
from services import EVERYTHING, Services, refusal_of, token
from setting import observation, push, scorecard, visits

QUARTER = [visits(f"2021-{month:02}", desk, value)
           for month in (1, 2, 3) for desk, value in (("NORTH", 60), ("SOUTH", 40))]


class SpineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = Services().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        setting.create_indicators(cls.services)
        setting.create_plan(cls.services)

    def objective(self, period="2021-Q1", **fields):
        card = scorecard(self.services, period, **fields)
        return setting.nodes(card.result.root)["e1-1"], card

    def indicator(self, name, period="2021-Q1", **fields):
        node, _ = self.objective(period, **fields)
        return {link.indicator.rpartition("/")[2]: link for link in node.indicators}[name]

    def test_1_the_scorecard_after_a_push_contains_it(self):
        before, card_before = self.objective()
        self.assertEqual(before.status, scorecard_pb2.SCORECARD_STATUS_NO_SCORE)
        answer = push(self.services, "q1", QUARTER)
        self.assertEqual(answer.counts.inserted, 6)
        link = self.indicator("visits")
        # 3 x (60 + 40) = 300 against a quarter of the year's 1,200: exactly on target.
        self.assertEqual(link.period_result.value.decimal, "300")
        self.assertEqual(link.period_result.current.target.decimal, "300")
        self.assertEqual(link.status, scorecard_pb2.SCORECARD_STATUS_GREEN)
        self.assertEqual(link.score.decimal, "66.666666666667")
        # As it was before the push, by the basis of the read before.
        as_of = reporting_service_pb2.ScorecardAsOf(basis=card_before.basis)
        then, _ = self.objective(as_of=as_of)
        self.assertEqual(then, before)

    def test_2_a_revision_moves_the_score_by_the_rule(self):
        # 250 of 300: R = 300 - 400/4 = 200, d = 100: 100 (250 - 200 + 100) / 300 = 50, AMBER.
        push(self.services, "q1-corrected", [visits("2021-03", "NORTH", 10)])
        link = self.indicator("visits")
        self.assertEqual(link.period_result.value.decimal, "250")
        self.assertEqual(link.score.decimal, "50")
        self.assertEqual(link.status, scorecard_pb2.SCORECARD_STATUS_AMBER)

    def test_3_a_repeated_push_is_equal_but_for_replayed(self):
        rows = [observation("staff", "2021-Q1", 97)]
        first = push(self.services, "staff-1", rows)
        self.assertFalse(first.replayed)
        again = push(self.services, "staff-1", rows)
        self.assertTrue(again.replayed)
        again.replayed = False
        self.assertEqual(again, first)

    def test_3_a_compressed_push_is_the_same_push(self):
        request = indicator_service_pb2.PushObservationsRequest(
            parent=setting.INSTITUTION, push_id="compressed",
            observations=[observation("staff", "2021-Q2", 96, comment="a" * 900)])
        compressed = self.services.indicators.PushObservations(
            request, compression=grpc.Compression.Gzip, **setting.options())
        self.assertEqual(compressed.counts.inserted, 1)
        plain = self.services.indicators.PushObservations(request, **setting.options())
        self.assertTrue(plain.replayed)

    def test_4_the_same_id_with_other_content_is_refused_and_stores_nothing(self):
        refused = refusal_of(
            self.services.indicators.PushObservations,
            indicator_service_pb2.PushObservationsRequest(
                parent=setting.INSTITUTION, push_id="staff-1",
                observations=[observation("staff", "2021-Q1", 98)]), metadata=EVERYTHING)
        self.assertEqual(refused.code, grpc.StatusCode.ALREADY_EXISTS)
        self.assertEqual(refused.reason, "PUSH_ID_REUSED")
        self.assertEqual(self.indicator("staff").period_result.value.decimal, "97")

    def test_5_a_bad_row_is_named_by_index_and_field(self):
        refused = refusal_of(
            self.services.indicators.PushObservations,
            indicator_service_pb2.PushObservationsRequest(
                parent=setting.INSTITUTION, push_id="bad",
                observations=[visits("2021-04", "NORTH", 1), visits("2021-04", "WEST", 1),
                              visits("2021-13", "SOUTH", 1),
                              observation("staff", "2021-Q2", float("nan"))]), metadata=EVERYTHING)
        self.assertEqual(refused.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(refused.reason, "INVALID_FIELDS")
        self.assertEqual(set(refused.fields), {"observations[1].dimensions[desk]",
                                               "observations[2].period", "observations[3].value"})
        self.assertIn("WEST", refused.fields["observations[1].dimensions[desk]"])
        # Nothing of it is there, not even the good row.
        listed = self.services.indicators.ListObservations(
            indicator_service_pb2.ListObservationsRequest(
                parent=f"{setting.INSTITUTION}/indicators/visits", start_period="2021-04"),
            **setting.options())
        self.assertEqual(len(listed.observations), 0)

    def test_6_a_partial_push_stores_the_good_rows(self):
        answer = push(self.services, "partial",
                      [visits("2021-04", "NORTH", 1), visits("2021-04", "WEST", 1)], partial=True)
        self.assertEqual((answer.counts.inserted, answer.counts.rejected), (1, 1))
        self.assertEqual([(o.index, o.outcome) for o in answer.outcomes],
                         [(1, observation_pb2.OUTCOME_REJECTED)])

    def test_7_an_institution_pushes_only_its_own(self):
        refused = refusal_of(
            self.services.indicators.PushObservations,
            indicator_service_pb2.PushObservationsRequest(
                parent=setting.INSTITUTION, push_id="foreign", observations=QUARTER),
            metadata=token("talent-sender"))
        self.assertEqual(refused.code, grpc.StatusCode.PERMISSION_DENIED)

    def test_8_without_the_indicator_service_nothing_stale_is_shown(self):
        port = self.services.indicator.port
        self.services.indicator.kill()
        refused = refusal_of(self.services.reports.GetScorecard,
                             reporting_service_pb2.GetScorecardRequest(
                                 name=f"{setting.PLAN}/scorecards/2021-Q1"), metadata=EVERYTHING)
        self.assertEqual(refused.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(refused.reason, "DEPENDENCY_UNAVAILABLE")
        self.services.indicator = self.services.start_indicator(port)
        self.assertEqual(self.indicator("staff").period_result.value.decimal, "97")

    def test_9_a_database_has_one_process(self):
        with self.assertRaisesRegex(RuntimeError, "another process has this database open"):
            self.services.start_indicator()


if __name__ == "__main__":
    unittest.main()
