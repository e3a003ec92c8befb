#!/usr/bin/env python3
"""Each rule of the second implementation, against values calculated by hand in the test."""
import copy
import datetime
import decimal
import json
import random
import unittest
from fractions import Fraction

import delivery
import formulas
import generate
import links
import model
import periods
import rounding
import scoring

GREEN_SCORE = "66.666666666667"
AMBER_SCORE = "33.333333333333"


def target(indicator="k", slice=None, original=None, versions=None, **version):
    """A target of one version; by default 100 with the red flag at 90, of every year."""
    if not any(name in version for name in ("margin", "tolerance")):
        if "red" not in json.dumps(version):
            version["margin"] = "10"
    version.setdefault("anchors", [{"period": "2021", "value": "100"}])
    version.setdefault("set_on", "2020-12-01")
    return {"indicator": indicator, "slice": slice or {}, "versions": versions or [version],
            "declared_original": original}


def cells(indicator="k", status=None, codes=None, **values):
    """Observations by period: cells(q2026_Q4="7"), "-" for "_" apart."""
    rows = []
    for name, value in values.items():
        row = {"indicator": indicator, "period": name[1:].replace("_", "-"), "codes": codes or {}}
        if value is not None:
            row["value"] = value
        if status:
            row["status"] = status
        rows.append(row)
    return rows


def make(date="2027-03-01", quarter="2026-Q4", elements=None, indicators=None, targets=None,
         observations=(), ends=(), delay=14, **plan):
    """A case: by default one objective with a link to "k", read when everything is due."""
    settings = {"start": "2021-01-01", "end": "2026-12-31", "activated_on": "2021-01-01"}
    return {
        "date": date, "quarter": quarter, "institution": {"report_delay_days": delay},
        "plan": settings | plan | {
            "elements": elements or [{"code": "1", "links": [{"indicator": "k"}]}]},
        "indicators": indicators or [level()],
        "targets": [target()] if targets is None else targets,
        "observations": list(observations), "series_ends": list(ends)}


def level(id="k", frequency="Q", time="LAST", group="MEAN", **more):
    return {"id": id, "frequency": frequency, "time": time, "group": group} | more


def flow(id="k", frequency="M", time="SUM", group="SUM", **more):
    return {"id": id, "frequency": frequency, "time": time, "group": group} | more


def score(case):
    return scoring.scored(case)["plan"]


def element_of(case, *path):
    node = score(case)
    for index in path or (0,):
        node = node["children"][index]
    return node


def link_of(case, number=0):
    return element_of(case)["links"][number]


class Base(unittest.TestCase):
    maxDiff = None

    def expect(self, shown, **expected):
        """Compares the named fields."""
        self.assertEqual({name: shown[name] for name in expected}, expected)


class Numbers(Base):
    def test_ties_go_to_the_even_digit(self):
        self.assertEqual(rounding.rounded(Fraction("0.0000000000005")), 0)
        self.assertEqual(rounding.rounded(Fraction("0.0000000000015")), Fraction("0.000000000002"))
        self.assertEqual(rounding.rounded(Fraction("-0.0000000000015")),
                         Fraction("-0.000000000002"))

    def test_thirds_of_a_hundred(self):
        self.assertEqual(rounding.text_of(rounding.quotient(200, 3)), GREEN_SCORE)
        self.assertEqual(rounding.text_of(rounding.quotient(100, 3)), AMBER_SCORE)

    def test_a_root_is_rounded_half_even_to_twelve_digits(self):
        # 1.414213562373095...; 1.259921049894873...
        self.assertEqual(rounding.text_of(rounding.root(Fraction(2), 2)), "1.414213562373")
        self.assertEqual(rounding.text_of(rounding.root(Fraction(2), 3)), "1.259921049895")
        self.assertEqual(rounding.root(Fraction("1.331"), 3), Fraction("1.1"))
        # The square root of (1.5 units)^2 is a tie between 1 and 2 units: 2 is even.
        self.assertEqual(rounding.root(Fraction("0.0000000000015") ** 2, 2),
                         Fraction("0.000000000002"))

    def test_floats_are_refused(self):
        self.assertRaises(ValueError, rounding.parse, 0.1)

    def test_pushed_values_have_thirty_digits(self):
        self.assertEqual(rounding.parse_pushed("1e-30"), Fraction(1, 10**30))
        self.assertEqual(rounding.parse_pushed("1e-31"), 0)


class Periods(Base):
    def test_every_literal_is_read_and_written(self):
        for text in ("2021", "2021-S1", "2021-Q3", "2021-07", "2020-W53", "2021-07-15"):
            self.assertEqual(str(periods.parse(text)), text)

    def test_a_week_belongs_to_the_quarter_of_its_thursday(self):
        # Monday 30 December 2024, Thursday 2 January 2025.
        self.assertEqual(str(periods.belongs_to(periods.parse("2025-W01"), "Q")), "2025-Q1")
        # Monday 28 December 2026, Thursday 31 December.
        self.assertEqual(str(periods.belongs_to(periods.parse("2026-W53"), "Q")), "2026-Q4")
        weeks = periods.sub_periods(periods.parse("2026-Q4"), "W")
        # Thursdays 1 October to 31 December: 14.
        self.assertEqual((str(weeks[0]), str(weeks[-1]), len(weeks)), ("2026-W40", "2026-W53", 14))

    def test_sub_periods_of_a_quarter(self):
        quarter = periods.parse("2026-Q4")
        self.assertEqual([str(one) for one in periods.sub_periods(quarter, "M")],
                         ["2026-10", "2026-11", "2026-12"])
        self.assertEqual(len(periods.sub_periods(quarter, "D")), 92)

    def test_six_months_after_the_last_day_of_august(self):
        self.assertEqual(periods.months_later(datetime.date(2026, 8, 31), 6),
                         datetime.date(2027, 2, 28))


class Formulas(Base):
    def test_products_bind_before_sums_and_a_minus_needs_spaces(self):
        tree = formulas.parse('1 - a-b / coalesce(c{desk="MAIN"}, 0)')
        self.assertEqual(tree.sign, "-")
        self.assertEqual(tree.right.left, formulas.Operand("a-b", ()))
        self.assertEqual(tree.right.right.operand, formulas.Operand("c", (("desk", "MAIN"),)))


class EvaluationPeriod(Base):
    """Which period is evaluated."""

    def annual(self, date, quarter, observations, frequency="A", **more):
        return link_of(make(date, quarter, indicators=[level(frequency=frequency, **more)],
                            observations=observations))

    def test_an_annual_indicator_shows_its_latest_year_that_is_over(self):
        observations = cells(y2024="90", y2025="100")
        self.expect(self.annual("2026-11-29", "2026-Q3", observations), E="2025", value="100")
        self.expect(self.annual("2027-03-01", "2026-Q4", observations + cells(y2026="105")),
                    E="2026", value="105")

    def test_a_year_that_is_over_but_neither_there_nor_due_is_not_evaluated(self):
        # 2026 ends on 31 December; with 14 days of delay it is due from 15 January on.
        observations = cells(y2025="100")
        self.expect(self.annual("2027-01-14", "2026-Q4", observations), E="2025")
        self.expect(self.annual("2027-01-15", "2026-Q4", observations), E="2026",
                    reason="OVERDUE")

    def test_a_year_that_is_not_due_is_evaluated_when_its_value_is_there(self):
        self.expect(self.annual("2027-01-02", "2026-Q4", cells(y2026="100")), E="2026",
                    value="100")

    def test_a_running_year_is_shown_beside(self):
        observations = cells(y2025="100") + cells("k", "P", y2026="40")
        self.expect(self.annual("2026-11-29", "2026-Q4", observations), E="2025",
                    so_far={"period": "2026", "value": "40"})

    def test_semesters(self):
        observations = cells(s2026_S1="100")
        self.expect(self.annual("2026-11-29", "2026-Q4", observations, "S"), E="2026-S1")
        self.expect(self.annual("2026-11-29", "2026-Q2", observations, "S"), E="2026-S1")
        self.expect(self.annual("2026-11-29", "2026-Q1", observations, "S"), E="2025-S2")

    def test_a_quarter_outside_the_plan_is_refused(self):
        self.assertEqual(scoring.scored(make(quarter="2027-Q1")), {"error": "PERIOD_OUTSIDE_PLAN"})
        self.assertEqual(scoring.scored(make(quarter="2020-Q4")), {"error": "PERIOD_OUTSIDE_PLAN"})


class Outcomes(Base):
    """What an indicator link comes to, in order."""

    def test_1_a_quarter_that_has_not_begun(self):
        case = make("2026-09-30", observations=cells(q2026_Q3="100"))
        self.expect(link_of(case), status="NO_SCORE", reason="NOT_BEGUN", target="100")
        self.expect(element_of(case), status="NO_SCORE", reason="NOT_BEGUN")

    def test_a_delivery_is_not_scored_before_the_quarter_begins(self):
        milestone = {"due": "2026-08-01", "done_on": "2026-08-01"}
        elements = [{"code": "1", "milestones": [milestone]}]
        self.expect(element_of(make("2026-09-30", elements=elements)), delivery=None)
        # On its first day: 1 of 1.
        self.expect(element_of(make("2026-10-01", elements=elements)), score="83.333333333333")

    def test_2_a_cancelled_element_comes_before_an_unreadable_indicator(self):
        case = make(indicators=[level(readable=False)])
        case["plan"]["elements"][0]["cancelled_on"] = "2026-12-31"
        self.expect(link_of(case), status="NOT_APPLICABLE", reason="CANCELLED")

    def test_3_an_unreadable_indicator_shows_nothing_and_is_missing(self):
        case = make(indicators=[level(readable=False)], observations=cells(q2026_Q4="100"))
        self.assertEqual(link_of(case), {"link": "k", "status": "NO_SCORE", "score": None,
                                         "reason": "INDICATOR_NOT_READABLE"})
        self.expect(element_of(case), status="NO_SCORE", reason="COVERAGE", coverage="0")

    def test_4_no_target_shows_the_value_and_is_no_part(self):
        case = make(targets=[], observations=cells(q2026_Q4="7"))
        self.expect(link_of(case), status="NOT_APPLICABLE", reason="NO_TARGET", value="7")
        self.expect(element_of(case), status="NOT_APPLICABLE", reason="NOTHING_EXPECTED",
                    not_applicable={"NO_TARGET": 1})

    def test_4_an_ended_target_is_shown_against_the_original(self):
        versions = [{"set_on": "2020-12-01", "margin": "10",
                     "anchors": [{"period": "2021", "value": "100"}]},
                    {"set_on": "2024-01-01", "margin": "10",
                     "anchors": [{"period": "2021", "value": "80"}]},
                    {"set_on": "2026-10-01", "margin": "10", "ended_from": "2026-Q4",
                     "anchors": [{"period": "2021", "value": "80"}]}]
        case = make(targets=[target(versions=versions)], observations=cells(q2026_Q4="85"))
        link = link_of(case)
        self.expect(link, status="NOT_APPLICABLE", reason="TARGET_ENDED", value="85")
        # Against 100 and 90: worse than 90. raw = 100 (85 - 90 + 10) / 30 = 16.66...
        self.expect(link["ended_against"], version=1, status="RED", score="16.666666666667")
        # As it last stood: against version 2, 80 and 70: 100 (85 - 70 + 10) / 30 = 83.33...
        self.expect(link["as_last_stood"], status="GREEN", score="83.333333333333")
        self.expect(element_of(case)["as_last_stood"], score="83.333333333333")

    def test_4_without_an_original_the_last_version_that_had_a_target_is_shown(self):
        versions = [{"set_on": "2022-12-01", "margin": "10",
                     "anchors": [{"period": "2021", "value": "100"}]},
                    {"set_on": "2026-10-01", "margin": "10", "ended_from": "2026-Q1",
                     "anchors": [{"period": "2021", "value": "100"}]}]
        link = link_of(make(targets=[target(versions=versions)],
                            observations=cells(q2026_Q4="100")))
        self.expect(link, reason="TARGET_ENDED", added_after_activation=True, original=None)
        self.expect(link["ended_against"], version=1, status="GREEN")

    def test_5_a_value_is_scored(self):
        self.expect(link_of(make(observations=cells(q2026_Q4="100"))), status="GREEN",
                    score=GREEN_SCORE, reason=None)

    def test_6_nothing_is_expected(self):
        # The one series was declared ended before the quarter.
        case = make(observations=cells(q2026_Q2="100"),
                    ends=[{"indicator": "k", "codes": {}, "last_day": "2026-06-30"}])
        self.expect(link_of(case), status="NOT_APPLICABLE", reason="NO_DATA")

    def test_7_nothing_is_due(self):
        # The quarter ends on 31 December; with 14 days of delay it is due from 15 January on.
        self.expect(link_of(make("2027-01-14")), status="NOT_APPLICABLE", reason="NOT_DUE")

    def test_8_due_and_no_cell_has_answered(self):
        self.expect(link_of(make("2027-01-15")), status="NO_SCORE", reason="OVERDUE")

    def test_8_at_every_frequency(self):
        for frequency in "DWMQSA":
            case = make("2027-02-01", indicators=[level(frequency=frequency)])
            self.expect(link_of(case), status="NO_SCORE", reason="OVERDUE")

    def test_9_answered_as_missing_is_incomplete(self):
        for status in "OLQ":
            case = make("2027-01-02", observations=cells("k", status, q2026_Q4=None))
            self.expect(link_of(case), status="NO_SCORE", reason="INCOMPLETE")


class Cells(Base):
    """Cells, statuses, what is expected, coverage, missing policy."""

    def monthly(self, observations, date="2027-03-01", ends=(), targets=None, **more):
        return link_of(make(date, indicators=[level(frequency="M", time="MEAN", **more)],
                            observations=observations, ends=ends, targets=targets))

    def test_a_forecast_is_never_an_actual(self):
        self.expect(link_of(make(observations=cells("k", "F", q2026_Q4="100"))), reason="OVERDUE")

    def test_a_forecast_neither_starts_nor_prolongs_a_series(self):
        # MAIN reports; WEST has a forecast alone, so it is no series: one cell a month.
        main, west = {"desk": "MAIN"}, {"desk": "WEST"}
        observations = (cells(codes=main, m2026_10="90", m2026_11="90", m2026_12="90")
                        + cells("k", "F", west, m2026_10="50"))
        self.expect(self.monthly(observations, dimensions=["desk"]), expected=3, present=3)

    def test_estimated_and_provisional_values_are_values(self):
        observations = (cells("k", "E", m2026_10="90") + cells("k", "P", m2026_11="100")
                        + cells(m2026_12="110"))
        self.expect(self.monthly(observations), value="100", coverage="1")

    def test_m_is_not_expected_and_has_answered(self):
        observations = cells(m2026_10="90", m2026_11="100") + cells("k", "M", m2026_12=None)
        self.expect(self.monthly(observations, "2027-01-01"), value="95", expected=2, present=2)

    def test_o_l_and_q_are_missing_though_answered(self):
        for status in "OLQ":
            observations = cells(m2026_10="90", m2026_11="100") + cells("k", status, m2026_12=None)
            # Read on 1 January: December is over, not due, but has answered.
            self.expect(self.monthly(observations, "2027-01-01"), value="95", expected=3,
                        present=2, coverage="0.666666666667")

    def test_an_indicator_is_expected_from_its_first_period_with_a_target(self):
        late = [target(interpolation="STEP", anchors=[{"period": "2027-Q1", "value": "100"}])]
        self.expect(self.monthly([], targets=late), reason="NO_TARGET", value_reason="NO_DATA")
        # LINEAR: the quarter after the baseline's.
        since = [target(baseline={"period": "2026-Q3", "value": "90"},
                        anchors=[{"period": "2027-Q3", "value": "100"}])]
        self.expect(self.monthly([], targets=since), reason="OVERDUE", expected=3)

    def test_an_annual_flow_is_expected_from_its_first_year_with_a_target(self):
        # The only anchor is in Q2 of 2025, so 2025 has no target and 2026 is the first year.
        since = [target(anchors=[{"period": "2025-Q2", "value": "10"}])]
        for quarter, expected in (("2025-Q4", 0), ("2026-Q4", 1)):
            case = make(quarter=quarter, indicators=[flow(frequency="A")], targets=since)
            self.expect(link_of(case), expected=expected)

    def test_the_first_target_is_the_earliest_over_current_and_original(self):
        original = {"set_on": "2020-12-01", "interpolation": "STEP", "margin": "10",
                    "anchors": [{"period": "2021-Q1", "value": "100"}]}
        moved = original | {"set_on": "2022-01-01",
                            "anchors": [{"period": "2027-Q1", "value": "100"}]}
        moved_target = [target(versions=[original, moved])]
        self.expect(self.monthly([], targets=moved_target), reason="TARGET_ENDED",
                    value_reason="OVERDUE")

    def test_expected_from_is_an_answer_of_its_own(self):
        observations = cells(m2026_12="100")
        self.expect(self.monthly(observations, expected_from="2026-12"), expected=1, coverage="1")
        # Before its first observation, one cell a month.
        self.expect(self.monthly(observations, expected_from="2026-10", min_coverage="0"),
                    expected=3, present=1)

    def test_a_value_before_expected_from_is_present_and_expected(self):
        observations = cells(m2026_10="90", m2026_12="100")
        self.expect(self.monthly(observations, expected_from="2026-12"), expected=2, present=2,
                    value="95")

    def test_without_target_expected_from_the_first_observation(self):
        self.expect(self.monthly(cells(m2026_11="7", m2026_12="8"), targets=[]), expected=2,
                    present=2, value="7.5")

    def test_a_series_is_expected_from_its_first_observation(self):
        main, west = {"desk": "MAIN"}, {"desk": "WEST"}
        observations = (cells(codes=main, m2026_10="90", m2026_11="90", m2026_12="90")
                        + cells(codes=west, m2026_12="90"))
        self.expect(self.monthly(observations, dimensions=["desk"]), expected=4, present=4)

    def test_a_series_is_expected_through_its_declared_end(self):
        # Ended on 15 November: November is expected, December not, though it was sent.
        ended = [{"indicator": "k", "codes": {}, "last_day": "2026-11-15"}]
        observations = cells(m2026_10="90", m2026_11="100", m2026_12="1000")
        self.expect(self.monthly(observations, ends=ended), value="95", expected=2, present=2)

    def test_a_series_that_is_silent_longer_than_two_quarters_is_not_expected(self):
        main, west = {"desk": "MAIN"}, {"desk": "WEST"}
        full = cells(codes=main, m2026_10="90", m2026_11="90", m2026_12="90")
        # Last seen in April: expected through October (1 April + 6 months = 1 October).
        self.expect(self.monthly(full + cells(codes=west, m2026_04="90"), dimensions=["desk"]),
                    expected=4, present=3)
        # Last seen in March: silent since 2 September.
        self.expect(self.monthly(full + cells(codes=west, m2026_03="90"), dimensions=["desk"]),
                    expected=3, present=3)

    def test_silence_of_an_annual_series_lasts_two_of_its_periods(self):
        main, west = {"desk": "MAIN"}, {"desk": "WEST"}
        for last, expected in (("2024", 2), ("2023", 1)):
            observations = (cells(codes=main, y2026="100")
                            + cells(codes=west, **{f"y{last}": "100"}))
            case = make(indicators=[level(frequency="A", dimensions=["desk"])],
                        observations=observations)
            self.expect(link_of(case), E="2026", expected=expected)

    def test_series_that_have_all_gone_silent_expect_one_cell(self):
        self.expect(link_of(make(observations=cells(q2025_Q4="100"))), reason="OVERDUE",
                    expected=1)

    def test_without_series_one_cell_is_expected(self):
        self.expect(self.monthly([], dimensions=["desk"]), reason="OVERDUE", expected=3)

    def test_before_any_series_has_begun_one_cell_is_expected(self):
        self.expect(self.monthly(cells(m2026_12="100"), policy="STRICT"), expected=3, present=1,
                    reason="INCOMPLETE")

    def test_strict_is_the_default_where_an_axis_is_sum_or_count(self):
        observations = cells(m2026_10="90", m2026_11="90")
        for group, time in (("SUM", "LAST"), ("MEAN", "COUNT"), ("MEAN", "SUM")):
            case = make(indicators=[level(frequency="M", time=time, group=group)],
                        observations=observations)
            self.expect(link_of(case), reason="INCOMPLETE")

    def test_partial_needs_half_by_default(self):
        self.expect(self.monthly(cells(m2026_10="90", m2026_11="100")), value="95")
        self.expect(self.monthly(cells(m2026_10="90")), reason="INCOMPLETE",
                    coverage="0.333333333333")
        self.expect(self.monthly(cells(m2026_10="90"), min_coverage="0.3"), value="90")
        # 2/3 is compared as it is rounded.
        self.expect(self.monthly(cells(m2026_10="90", m2026_11="100"),
                                 min_coverage="0.666666666667"), value="95")

    def test_a_slice_takes_the_series_with_its_codes(self):
        observations = (cells(codes={"desk": "MAIN"}, q2026_Q4="90")
                        + cells(codes={"desk": "WEST"}, q2026_Q4="110"))
        case = make(elements=[{"code": "1", "links": [
                        {"indicator": "k", "slice": {"desk": "WEST"}}, {"indicator": "k"}]}],
                    indicators=[level(dimensions=["desk"])], observations=observations,
                    targets=[target(slice={"desk": "WEST"}), target()])
        self.expect(link_of(case, 0), link="k{desk=WEST}", value="110", expected=1)
        self.expect(link_of(case, 1), link="k", value="100", expected=2)


class Aggregation(Base):
    """Time first within a series, then across series."""

    def value(self, time, group):
        observations = (cells(codes={"desk": "MAIN"}, m2026_10="1", m2026_11="5", m2026_12="3")
                        + cells(codes={"desk": "WEST"}, m2026_10="10", m2026_11="20",
                                m2026_12="40"))
        case = make(indicators=[level(frequency="M", time=time, group=group,
                                      dimensions=["desk"])],
                    observations=observations)
        link = link_of(case)
        return link["value"] or link["value_reason"]

    def test_time_aggregations(self):
        # MAIN 1, 5, 3 and WEST 10, 20, 40, then the sum of both.
        self.assertEqual({time: self.value(time, "SUM") for time in
                          ("SUM", "MEAN", "MIN", "MAX", "FIRST", "LAST", "COUNT")},
                         {"SUM": "79", "MEAN": "26.333333333333", "MIN": "11", "MAX": "45",
                          "FIRST": "11", "LAST": "43", "COUNT": "6"})

    def test_group_aggregations(self):
        # LAST of MAIN is 3, of WEST 40.
        self.assertEqual({group: self.value("LAST", group) for group in
                          ("SUM", "MEAN", "MIN", "MAX", "NONE")},
                         {"SUM": "43", "MEAN": "21.5", "MIN": "3", "MAX": "40",
                          "NONE": "NOT_ADDITIVE"})

    def test_a_mean_over_time_is_rounded_before_the_group_is_taken(self):
        # Three series, each with the mean 1/3 = 0.333333333333, sum 0.999999999999.
        observations = []
        for desk in ("A", "B", "C"):
            observations += cells(codes={"desk": desk}, m2026_10="0", m2026_11="0", m2026_12="1")
        case = make(indicators=[level(frequency="M", time="MEAN", group="SUM",
                                      dimensions=["desk"])], observations=observations)
        self.expect(link_of(case), value="0.999999999999")

    def test_none_is_additive_within_one_series(self):
        observations = (cells(codes={"desk": "MAIN"}, q2026_Q4="90")
                        + cells(codes={"desk": "WEST"}, q2026_Q4="110"))
        case = make(elements=[{"code": "1", "links": [
                        {"indicator": "k", "slice": {"desk": "WEST"}}]}],
                    indicators=[level(group="NONE", dimensions=["desk"])],
                    observations=observations, targets=[target(slice={"desk": "WEST"})])
        self.expect(link_of(case), value="110")

    def test_last_takes_the_last_present_cell_and_a_hole_lowers_coverage(self):
        case = make(indicators=[level(frequency="M")],
                    observations=cells(m2026_10="90", m2026_11="100"))
        self.expect(link_of(case), value="100", coverage="0.666666666667")

    def test_headcount_by_hand(self):
        # LAST by unit, SUM over units: 420 + 613 + 420 = 1,453. Without BM it is incomplete under
        # STRICT, never 1,033.
        units = {"AS": "420", "BM": "420", "CF": "613"}
        indicator = level(frequency="Q", time="LAST", group="SUM", dimensions=["unit"])
        observations = []
        for unit, number in units.items():
            observations += cells(codes={"unit": unit}, q2020_Q3=number, q2020_Q4=number)
        case = make("2021-03-01", "2020-Q4", indicators=[indicator], observations=observations,
                    start="2020-01-01", targets=[target(anchors=[{"period": "2020",
                                                                 "value": "1400"}])])
        self.expect(link_of(case), value="1453")
        case["observations"] = [one for one in observations
                                if (one["codes"]["unit"], one["period"]) != ("BM", "2020-Q4")]
        self.expect(link_of(case), value=None, reason="INCOMPLETE", expected=3, present=2)


class RunningQuarter(Base):
    """Flows are judged on what is over; levels are read from what has answered."""

    def test_a_daily_flow_by_hand(self):
        # 66 weekdays of 10 in October to December 2026: 660. Read on 1 November: October's 31 days
        # are over and have all answered: 22 weekdays, 220. Target 660 x 31 / 92 = 222.391304347826,
        # red flag 600 x 31 / 92 = 202.173913043478.
        observations = []
        for number in range(31):
            day = datetime.date(2026, 10, 1) + datetime.timedelta(days=number)
            weekend = day.weekday() >= 5
            observations += cells("k", "H" if weekend else "A",
                                  **{f"d{day}".replace("-", "_"): None if weekend else "10"})
        case = make("2026-11-01", indicators=[flow(frequency="D")], observations=observations,
                    targets=[target(margin="60", anchors=[{"period": "2026-Q4",
                                                           "value": "660"}])])
        self.expect(link_of(case), value="220", target="222.391304347826", red="202.173913043478",
                    judged=31, sub_periods=92, status="AMBER", coverage="1", provisional=True)
        # d = 20.217391304348; raw = 100 (220 - 202.173913043478 + d) / (3 d)
        self.assertEqual(link_of(case)["score"], rounding.text_of(rounding.quotient(
            100 * (Fraction("220") - Fraction("202.173913043478") + Fraction("20.217391304348")),
            3 * Fraction("20.217391304348"))))

    def test_one_of_twenty_units_is_not_due(self):
        observations = []
        for unit in range(20):
            observations += cells(codes={"unit": str(unit)}, m2026_09="5")
        observations += cells(codes={"unit": "7"}, m2026_10="5")
        case = make("2026-11-02", indicators=[flow(dimensions=["unit"])],
                    observations=observations,
                    targets=[target(anchors=[{"period": "2026-Q1", "value": "300"}])])
        self.expect(link_of(case), status="NOT_APPLICABLE", reason="NOT_DUE", judged=0,
                    so_far={"period": "2026-Q4", "value": "5"})

    def test_a_sub_period_that_has_answered_is_judged_before_it_is_due(self):
        case = make("2026-11-02", indicators=[flow()], observations=cells(m2026_10="100"),
                    targets=[target(anchors=[{"period": "2026-Q4", "value": "300"}])])
        self.expect(link_of(case), value="100", target="100", red="96.666666666667", judged=1)

    def test_partial_flows_scale_their_thresholds_by_coverage(self):
        # October and November present, December missing and due: 300 x 3 x 2 / (3 x 3) = 200.
        case = make(indicators=[flow(policy="PARTIAL")],
                    observations=cells(m2026_10="100", m2026_11="90"),
                    targets=[target(margin="30", anchors=[{"period": "2026-Q4",
                                                           "value": "300"}])])
        self.expect(link_of(case), value="190", target="200", red="180", status="AMBER",
                    score="50", coverage="0.666666666667")

    def test_partial_and_running_are_one_quotient(self):
        # October judged, one of two desks: 100 x (1 x 1) / (3 x 2) = 16.666666666667.
        observations = (cells(codes={"desk": "MAIN"}, m2026_09="5", m2026_10="20")
                        + cells(codes={"desk": "WEST"}, m2026_09="5"))
        case = make("2026-11-29", indicators=[flow(policy="PARTIAL", dimensions=["desk"])],
                    observations=observations,
                    targets=[target(anchors=[{"period": "2026-Q4", "value": "100"}])])
        self.expect(link_of(case), value="20", target="16.666666666667", red="15")

    def test_a_level_is_read_from_running_sub_periods_too(self):
        observations = cells(m2026_10="90") + cells("k", "P", m2026_11="100")
        case = make("2026-11-20", indicators=[level(frequency="M", time="MEAN")],
                    observations=observations)
        self.expect(link_of(case), value="95", target="100", judged=2, provisional=True)

    def test_a_level_waits_until_every_series_has_answered_or_is_due(self):
        observations = (cells(codes={"desk": "MAIN"}, m2026_10="90", m2026_11="100")
                        + cells(codes={"desk": "WEST"}, m2026_10="80"))
        indicator = level(frequency="M", time="LAST", group="MEAN", dimensions=["desk"])
        # WEST's November is not due on 10 December: LAST is October's, (90 + 80) / 2.
        case = make("2026-12-10", indicators=[indicator], observations=observations)
        self.expect(link_of(case), value="85", judged=1)
        # On 15 December it is: MAIN's November and WEST's October, (100 + 80) / 2.
        case["date"] = "2026-12-15"
        self.expect(link_of(case), value="90", judged=2, present=3, expected=4)

    def test_a_complete_quarter_is_not_provisional(self):
        self.expect(link_of(make("2027-01-01", observations=cells(q2026_Q4="1"))),
                    provisional=False)
        self.expect(link_of(make("2026-12-31", observations=cells("k", "P", q2026_Q4="1"))),
                    provisional=True)

    def test_judged_sub_periods_that_expect_nothing_are_not_due(self):
        # Expected from December; October and November are over and expect nothing.
        case = make("2026-12-05", indicators=[flow(expected_from="2026-12")])
        self.expect(link_of(case), reason="NOT_DUE", status="NOT_APPLICABLE")


class FormulaValues(Base):
    def formula(self, text, bases, observations, date="2027-03-01", targets=None, **more):
        indicators = [{"id": "k", "formula": text} | more] + bases
        case = make(date, indicators=indicators, observations=observations,
                    targets=[target(margin="1")] if targets is None else targets)
        return link_of(case)

    def test_a_ratio_is_a_ratio_of_sums(self):
        # (1 + 2 + 3) / (10 + 10 + 20) = 0.15, not the mean of 0.1, 0.2 and 0.15.
        observations = (cells("a", m2026_10="1", m2026_11="2", m2026_12="3")
                        + cells("b", m2026_10="10", m2026_11="10", m2026_12="20"))
        self.expect(self.formula("1 - a / b", [flow("a"), flow("b")], observations), value="0.85",
                    coverage="1")

    def test_products_and_quotients_are_rounded_one_by_one(self):
        # 2 / 3 = 0.666666666667, times 3 = 2.000000000001.
        observations = cells("a", q2026_Q4="2") + cells("b", q2026_Q4="3")
        self.expect(self.formula("a / b * b", [level("a"), level("b")], observations),
                    value="2.000000000001")

    def test_only_common_cells_count(self):
        # December lacks b: a counts 1 + 2, of three expected cells.
        observations = (cells("a", m2026_10="1", m2026_11="2", m2026_12="30")
                        + cells("b", m2026_10="10", m2026_11="20"))
        partial = [flow("a", policy="PARTIAL"), flow("b", policy="PARTIAL")]
        self.expect(self.formula("a / b", partial, observations), value="0.1",
                    coverage="0.666666666667")
        # INDEPENDENT: (1 + 2 + 30) / (10 + 20)
        self.expect(self.formula("a / b", partial, observations, alignment="INDEPENDENT"),
                    value="1.1", coverage="0.666666666667")

    def test_m_in_one_is_not_expected_in_any(self):
        observations = (cells("a", m2026_10="1", m2026_11="2", m2026_12="30")
                        + cells("b", m2026_10="10", m2026_11="20") + cells("b", "M", m2026_12=None))
        self.expect(self.formula("a / b", [flow("a"), flow("b")], observations), value="0.1",
                    coverage="1", expected=2)

    def test_no_common_cells(self):
        observations = (cells("a", codes={"desk": "MAIN"}, q2026_Q4="1")
                        + cells("b", codes={"desk": "WEST"}, q2026_Q4="2"))
        bases = [level("a", dimensions=["desk"]), level("b", dimensions=["desk"])]
        self.expect(self.formula("a / b", bases, observations), value_reason="NO_COMMON_CELLS",
                    status="NO_SCORE")

    def test_operands_with_other_open_dimensions_are_not_restricted(self):
        # MAIN is 1 of 4.
        observations = (cells("a", codes={"desk": "MAIN"}, q2026_Q4="1")
                        + cells("a", codes={"desk": "WEST"}, q2026_Q4="3"))
        self.expect(self.formula('a{desk="MAIN"} / a', [level("a", group="SUM",
                                                               dimensions=["desk"])],
                                 observations), value="0.25")

    def test_division_by_zero(self):
        observations = cells("a", q2026_Q4="1") + cells("b", q2026_Q4="0")
        self.expect(self.formula("a / b", [level("a"), level("b")], observations),
                    value_reason="DIV0", reason="DIV0", status="NO_SCORE")

    def test_overflow(self):
        # 1e15 x 1e15 = 1e30 is beyond 1e24.
        self.expect(self.formula("a * a", [level("a")], cells("a", q2026_Q4="1e15")),
                    reason="OVERFLOW")
        self.expect(self.formula("a * a", [level("a")], cells("a", q2026_Q4="1e12")),
                    value="1" + 24 * "0")

    def test_overdue_before_not_due_before_no_data_before_operand(self):
        ends = [{"indicator": "gone", "codes": {}, "last_day": "2025-12-31"}]
        bases = [level("gone"), level("hole", policy="STRICT", frequency="M"),
                 level("late"), level("slow", delay_days=90)]
        observations = (cells("gone", q2025_Q4="1") + cells("late", q2026_Q3="1")
                        + cells("slow", q2026_Q3="1") + cells("hole", m2026_10="1"))
        for text, reason, blamed in (
                ("hole + gone + slow + late", "OVERDUE", "late"),
                ("hole + gone + slow", "NOT_DUE", "slow"),
                ("hole + gone", "NO_DATA", "gone"),
                ("1 + hole", "OPERAND", "hole")):
            case = make("2027-01-20", indicators=[{"id": "k", "formula": text,
                                                   "alignment": "INDEPENDENT"}] + bases,
                        observations=observations, ends=ends)
            link = link_of(case)
            self.expect(link, value_reason=reason)
            self.assertEqual(link["operand"]["indicator"], blamed)
        self.assertEqual(link["operand"]["reason"], "INCOMPLETE")

    def test_the_leftmost_of_that_kind_is_named(self):
        observations = cells("a", q2026_Q3="1") + cells("b", q2026_Q3="1")
        link = self.formula("1 / (b + a)", [level("a"), level("b")], observations)
        self.assertEqual(link["operand"], {"indicator": "b", "reason": "OVERDUE"})

    def test_an_operand_without_target_is_expected_from_the_formulas_expected_from(self):
        # b has no observation and no target; the formula is expected, so b is overdue.
        self.expect(self.formula("a / b", [level("a"), level("b")], cells("a", q2026_Q4="1")),
                    reason="OVERDUE", operand={"indicator": "b", "reason": "OVERDUE"})

    def test_coalesce_replaces_what_is_due_and_has_no_cell(self):
        observations = cells("applied", q2026_Q4="4")
        bases = [level("hired"), level("applied")]
        self.expect(self.formula("coalesce(hired, 0) / applied", bases, observations), value="0",
                    coverage="1")
        self.expect(self.formula("coalesce(hired, 0) / applied", bases,
                                 observations + cells("hired", q2026_Q4="1")), value="0.25")

    def test_coalesce_replaces_what_was_declared_missing(self):
        observations = cells("applied", q2026_Q4="4") + cells("hired", "O", q2026_Q4=None)
        self.expect(self.formula("coalesce(hired, 0) / applied", [level("hired"), level("applied")],
                                 observations), value="0")

    def test_coalesce_replaces_what_is_not_expected_at_all(self):
        # No target, so the formula is expected from nothing, and hired neither.
        self.expect(self.formula("coalesce(hired, 0) / applied", [level("hired"), level("applied")],
                                 cells("applied", q2026_Q4="4"), targets=[]),
                    value="0", reason="NO_TARGET")

    def test_coalesce_does_not_replace_what_is_not_due(self):
        self.expect(self.formula("coalesce(hired, 0) / applied", [level("hired"), level("applied")],
                                 cells("applied", q2026_Q4="4"), "2027-01-10"), reason="NOT_DUE")

    def test_operands_in_coalesce_restrict_no_cells(self):
        # c has October alone; a and b keep all three months.
        observations = (cells("a", m2026_10="1", m2026_11="2", m2026_12="3")
                        + cells("c", m2026_10="5"))
        self.expect(self.formula("a + coalesce(c, 0)",
                                 [flow("a"), flow("c", policy="PARTIAL", min_coverage="0")],
                                 observations), value="11", coverage="1")

    def test_a_level_formula_reads_flows_over_what_is_judged_in_all(self):
        # a answered October and November, b October alone; read on 5 December.
        observations = (cells("a", m2026_10="1", m2026_11="50") + cells("b", m2026_10="10"))
        self.expect(self.formula("a / b", [flow("a"), flow("b")], observations, "2026-12-05"),
                    value="0.1", provisional=True, target="100")
        self.expect(self.formula("a / b", [flow("a"), flow("b")], observations, "2026-12-05",
                                 alignment="INDEPENDENT"), value="0.1")

    def test_a_flow_formula_is_scaled(self):
        # Judged in both: October. (10 + 20) against 100 / 3.
        observations = (cells("a", m2026_10="10", m2026_11="50") + cells("b", m2026_10="20"))
        self.expect(self.formula("a + b", [flow("a"), flow("b")], observations, "2026-12-05",
                                 [target(anchors=[{"period": "2026-Q4", "value": "100"}])],
                                 nature="FLOW"),
                    value="30", target="33.333333333333", judged=1, sub_periods=3)

    def test_a_mixture_of_flow_and_level_waits_until_all_is_due(self):
        observations = (cells("a", m2026_10="1", m2026_11="2", m2026_12="3")
                        + cells("b", m2026_10="2", m2026_11="2", m2026_12="2"))
        bases = [flow("a"), level("b", frequency="M")]
        self.expect(self.formula("a / b", bases, observations, "2027-01-14"), reason="NOT_DUE")
        self.expect(self.formula("a / b", bases, observations, "2027-01-15"), value="3")
        # A formula takes its slowest operand's delay.
        slow = [flow("a", delay_days=30), level("b", frequency="M")]
        self.expect(self.formula("a / b", slow, observations, "2027-01-30"), reason="NOT_DUE")
        self.expect(self.formula("a / b", slow, observations, "2027-01-31"), value="3")

    def test_the_coarsest_operands_sub_periods_count(self):
        # Monthly a and quarterly b: one sub-period, judged when both are.
        observations = cells("a", m2026_10="1", m2026_11="2", m2026_12="3") + cells("b",
                                                                                 q2026_Q4="4")
        link = self.formula("a + b", [flow("a"), flow("b", "Q")], observations, nature="FLOW")
        self.expect(link, value="10", sub_periods=1, judged=1)

    def test_a_nested_formula(self):
        # share = 1 / 4, then 1 - 1/4.
        bases = [{"id": "share", "formula": "a / b"}, level("a"), level("b")]
        self.expect(self.formula("1 - share", bases,
                                 cells("a", q2026_Q4="1") + cells("b", q2026_Q4="4")),
                    value="0.75")

    def test_an_annual_operand_makes_the_formula_annual(self):
        observations = cells("a", m2025_12="3") + cells("b", y2025="6")
        bases = [level("a", frequency="M", min_coverage="0"), level("b", frequency="A")]
        self.expect(self.formula("a / b", bases, observations, "2026-11-29", min_coverage="0"),
                    E="2025", value="0.5")


class YearToDate(Base):
    def test_quarters_are_scaled_one_by_one(self):
        # Q3 complete: 300; of Q4 October: 300 x 1/3 = 100. Values 280 and 90. The target begins in
        # Q3, so earlier months do not count.
        observations = cells(m2026_05="999", m2026_07="90", m2026_08="90", m2026_09="100",
                             m2026_10="90")
        case = make("2026-11-05", indicators=[flow()], observations=observations,
                    targets=[target(margin="60", anchors=[{"period": "2026-Q3", "value": "300"}])],
                    score_basis="YEAR_TO_DATE")
        # Red flag 240 + 80 = 320; raw = 100 (370 - 320 + 80) / 240 = 54.166...
        self.expect(link_of(case), value="370", target="400", red="320", status="AMBER",
                    score="54.166666666667")
        case["plan"]["score_basis"] = "QUARTER"
        self.expect(link_of(case), value="90", target="100",
                    year_to_date={"value": "370", "reason": None, "coverage": "1",
                                  "target": "400", "red": "320"})

    def test_without_a_target_it_begins_with_the_year(self):
        # 5 in May and 90 + 90 + 100 in Q3: read in Q3, no target in the year.
        observations = cells(m2026_05="5", m2026_06="5", m2026_07="90", m2026_08="90",
                             m2026_09="100")
        case = make("2026-11-05", "2026-Q3", indicators=[flow(expected_from="2026-05")],
                    observations=observations, targets=[])
        self.expect(link_of(case), value="280", reason="NO_TARGET",
                    year_to_date={"value": "290", "reason": None, "coverage": "1",
                                  "target": None, "red": None})

    def test_outcomes_apply_to_the_cells_to_date(self):
        # Nothing of Q4 is due, but Q3 is there: a value.
        case = make("2026-10-20", indicators=[flow()],
                    observations=cells(m2026_07="90", m2026_08="90", m2026_09="100"),
                    targets=[target(anchors=[{"period": "2026-Q3", "value": "300"}])],
                    score_basis="YEAR_TO_DATE")
        self.expect(link_of(case), value="280", target="300", status="RED")

    def test_an_ended_target_is_shown_against_the_original_though_the_last_began_later(self):
        # The original, 12 a quarter (red flag 9), covers the year; the version held last, 8 (5),
        # its fourth quarter alone; the one in force begins in 2028. 40 against 48 (36):
        # raw = 100 (40 - 36 + 12) / 36; 10 against 8 (5): raw = 100 (10 - 5 + 3) / 9.
        def version(day, first, value):
            return {"set_on": day, "margin": "3", "anchors": [{"period": first, "value": value}]}
        case = make(indicators=[flow(frequency="Q")], score_basis="YEAR_TO_DATE",
                    observations=cells(q2026_Q1="10", q2026_Q2="10", q2026_Q3="10", q2026_Q4="10"),
                    targets=[target(versions=[version("2020-12-01", "2026-Q1", "12"),
                                              version("2026-05-01", "2026-Q4", "8"),
                                              version("2026-11-01", "2028-Q1", "6")])])
        link = link_of(case)
        self.expect(link, reason="TARGET_ENDED", value="40")
        self.expect(link["ended_against"], version=1, target="48", red="36", status="AMBER",
                    score="44.444444444444")
        self.expect(link["last_held"], value="10", target="8")
        self.expect(link["as_last_stood"], status="GREEN", score="88.888888888889")


class Targets(Base):
    def shown(self, quarter="2026-Q4", indicator=None, date="2027-03-01", **version):
        """Target and red flag at a quarter, of a level unless an indicator is given."""
        case = make(date, quarter, indicators=[indicator or level()], targets=[target(**version)])
        link = link_of(case)
        return [link[name] for name in ("target", "red", "low", "red_low", "high", "red_high")
                if name in link]

    ANCHORS = [{"period": "2023", "value": "100"}, {"period": "2025", "value": "180"}]

    def test_linear_puts_a_years_value_at_its_fourth_quarter(self):
        # From 2023-Q4 (100) to 2025-Q4 (180), 8 quarters: 10 a quarter.
        self.assertEqual(self.shown("2023-Q3", anchors=self.ANCHORS), [None, None])
        self.assertEqual(self.shown("2023-Q4", anchors=self.ANCHORS), ["100", "90"])
        self.assertEqual(self.shown("2024-Q1", anchors=self.ANCHORS), ["110", "100"])
        self.assertEqual(self.shown("2026-Q2", anchors=self.ANCHORS), ["180", "170"])

    def test_linear_starts_after_the_baseline(self):
        baseline = {"period": "2022", "value": "60"}
        self.assertEqual(self.shown("2022-Q4", anchors=self.ANCHORS, baseline=baseline),
                         [None, None])
        self.assertEqual(self.shown("2023-Q1", anchors=self.ANCHORS, baseline=baseline),
                         ["70", "60"])

    def test_interpolation_is_rounded(self):
        # 0 at 2023-Q4 to 1 at 2024-Q3: thirds.
        anchors = [{"period": "2023-Q4", "value": "0"}, {"period": "2024-Q3", "value": "1"}]
        self.assertEqual(self.shown("2024-Q2", anchors=anchors)[0], "0.666666666667")

    def test_step_holds_from_the_first_quarter_of_the_anchors_period(self):
        self.assertEqual(self.shown("2024-Q4", anchors=self.ANCHORS, interpolation="STEP"),
                         ["100", "90"])
        self.assertEqual(self.shown("2025-Q1", anchors=self.ANCHORS, interpolation="STEP"),
                         ["180", "170"])
        self.assertEqual(self.shown("2022-Q4", anchors=self.ANCHORS, interpolation="STEP"),
                         [None, None])

    def test_a_flows_year_total_is_shared_by_the_profile(self):
        # 2024: 140. Default a quarter of it; the margin likewise.
        self.assertEqual(self.shown("2024-Q2", flow(), anchors=self.ANCHORS, margin="8"),
                         ["35", "33"])
        profile = ["0.1", "0.2", "0.3", "0.4"]
        self.assertEqual(self.shown("2024-Q2", flow(), anchors=self.ANCHORS, margin="8",
                                    profile=profile), ["28", "26.4"])
        self.assertEqual(self.shown("2022-Q4", flow(), anchors=self.ANCHORS), [None, None])
        # LINEAR from a baseline of 2022 = 60: 2023 is the first year.
        self.assertEqual(self.shown("2023-Q1", flow(), anchors=self.ANCHORS,
                                    baseline={"period": "2022", "value": "60"}), ["25", "22.5"])

    def test_a_flows_year_and_semester(self):
        profile = ["0.1", "0.2", "0.3", "0.4"]
        # 2025: 180. S2 has 0.7 of it and of the margin.
        self.assertEqual(self.shown("2025-Q4", flow(frequency="S"), anchors=self.ANCHORS,
                                    profile=profile), ["126", "119"])
        self.assertEqual(self.shown("2025-Q4", flow(frequency="A"), anchors=self.ANCHORS,
                                    profile=profile), ["180", "170"])

    def test_a_flows_quarter_anchors_are_summed(self):
        anchors = [{"period": "2025-Q1", "value": "10"}, {"period": "2025-Q3", "value": "20"}]
        # STEP: 10 + 10 + 20 + 20; margin 1 each.
        self.assertEqual(self.shown("2025-Q4", flow(frequency="A"), anchors=anchors, margin="1",
                                    interpolation="STEP"), ["60", "56"])
        self.assertEqual(self.shown("2025-Q4", flow(frequency="S"), anchors=anchors, margin="1",
                                    interpolation="STEP"), ["40", "38"])

    def test_a_year_with_a_quarter_that_lacks_a_target_has_none(self):
        anchors = [{"period": "2025-Q2", "value": "10"}]
        self.assertEqual(self.shown("2025-Q4", flow(frequency="A"), anchors=anchors), [None, None])

    def test_a_levels_year_reads_its_fourth_quarter_and_s1_its_second(self):
        anchors = [{"period": "2025-Q1", "value": "10"}, {"period": "2025-Q4", "value": "40"}]
        self.assertEqual(self.shown("2025-Q4", level(frequency="A"), anchors=anchors), ["40", "30"])
        self.assertEqual(self.shown("2025-Q2", level(frequency="S"), anchors=anchors), ["20", "10"])

    def test_red_flags(self):
        lower = level(direction="LOWER")
        self.assertEqual(self.shown(margin="5"), ["100", "95"])
        self.assertEqual(self.shown(indicator=lower, margin="5"), ["100", "105"])
        self.assertEqual(self.shown(tolerance="0.2"), ["100", "80"])
        self.assertEqual(self.shown(indicator=lower, tolerance="0.2"), ["100", "120"])
        self.assertEqual(self.shown(anchors=[{"period": "2021", "value": "-50"}],
                                    tolerance="0.2"), ["-50", "-60"])

    def test_red_values_are_interpolated_like_the_target(self):
        anchors = [{"period": "2023", "value": "100", "red": "60"},
                   {"period": "2025", "value": "180", "red": "100"}]
        self.assertEqual(self.shown("2024-Q4", anchors=anchors), ["140", "80"])
        self.assertEqual(self.shown("2024-Q4", flow(), anchors=anchors), ["35", "20"])

    def test_ranges(self):
        both = level(direction="RANGE")
        anchors = [{"period": "2021", "low": "10", "high": "20"}]
        self.assertEqual(self.shown(indicator=both, anchors=anchors, margin="2"),
                         ["10", "8", "20", "22"])
        self.assertEqual(self.shown(indicator=both, anchors=anchors, tolerance="0.1"),
                         ["10", "9", "20", "22"])
        with_red = [anchors[0] | {"red_low": "5", "red_high": "30"}]
        self.assertEqual(self.shown(indicator=both, anchors=with_red), ["10", "5", "20", "30"])

    def test_an_ended_target(self):
        self.assertEqual(self.shown("2026-Q2", ended_from="2026-Q3")[0], "100")
        self.assertEqual(self.shown("2026-Q3", ended_from="2026-Q3")[0], None)
        # A flow's year lacks Q3.
        self.assertEqual(self.shown("2026-Q4", flow(frequency="A"), ended_from="2026-Q3"),
                         [None, None])


class Versions(Base):
    FIRST = {"set_on": "2020-12-01", "margin": "10", "anchors": [{"period": "2021",
                                                                 "value": "100"}]}
    SECOND = {"set_on": "2022-05-01", "margin": "10", "anchors": [{"period": "2021",
                                                                  "value": "80"}]}

    def link(self, versions, original=None, **plan):
        return link_of(make(targets=[target(versions=versions, original=original)],
                            observations=cells(q2026_Q4="85"), **plan))

    def test_original_is_what_was_in_force_at_the_end_of_the_activations_day(self):
        link = self.link([self.FIRST, self.SECOND])
        self.expect(link, target="80", status="GREEN")
        self.expect(link["original"], version=1, target="100", red="90", status="RED",
                    is_current=False)
        link = self.link([self.FIRST, self.SECOND], activated_on="2022-05-01")
        self.expect(link["original"], version=2, is_current=True)

    def test_a_draft_has_no_original(self):
        link = self.link([self.FIRST, self.SECOND], activated_on=None)
        self.expect(link, original=None, added_after_activation=False)

    def test_a_target_added_after_activation(self):
        self.expect(self.link([self.SECOND]), original=None, added_after_activation=True)

    def test_a_declared_original(self):
        link = self.link([self.SECOND], original=self.FIRST)
        self.expect(link, added_after_activation=False)
        self.expect(link["original"], version=0, target="100", is_current=False)


class Scores(Base):
    """Target 100, red flag 90: d = 10."""

    def scored(self, value, direction="HIGHER", **version):
        link = link_of(make(indicators=[level(direction=direction)],
                            targets=[target(**version)], observations=cells(q2026_Q4=value)))
        return link["score"], link["status"]

    def test_higher_is_better(self):
        # V = R - d: 0; V = R: 33.3; G: 66.7; G + d: 100.
        for value, expected in (("80", ("0", "RED")), ("70", ("0", "RED")),
                                ("90", (AMBER_SCORE, "AMBER")), ("95", ("50", "AMBER")),
                                ("100", (GREEN_SCORE, "GREEN")), ("110", ("100", "GREEN")),
                                ("500", ("100", "GREEN"))):
            self.assertEqual(self.scored(value), expected)

    def test_lower_is_better(self):
        # Red flag 110.
        for value, expected in (("120", ("0", "RED")), ("110", (AMBER_SCORE, "AMBER")),
                                ("100", (GREEN_SCORE, "GREEN")), ("90", ("100", "GREEN"))):
            self.assertEqual(self.scored(value, "LOWER"), expected)

    def test_the_status_compares_the_value_never_the_rounded_score(self):
        # A hair below: 100 (10 + 9.999999999999) / 30 rounds to 66.666666666663; with a margin of
        # 1000000 the score rounds to 66.666666666667 and the status is AMBER all the same.
        self.assertEqual(self.scored("99.999999999999", margin="1000000"), (GREEN_SCORE, "AMBER"))
        self.assertEqual(self.scored("89.999999999999")[1], "RED")

    def test_a_range_takes_the_lower_of_its_sides(self):
        anchors = [{"period": "2021", "low": "100", "high": "120"}]
        # Inside: 105 is 5 above low (d = 10: 83.3) and 15 below high (100).
        for value, expected in (("105", ("83.333333333333", "GREEN")),
                                ("120", (GREEN_SCORE, "GREEN")), ("90", (AMBER_SCORE, "AMBER")),
                                ("125", ("50", "AMBER")), ("131", ("30", "RED")),
                                ("80", ("0", "RED"))):
            self.assertEqual(self.scored(value, "RANGE", anchors=anchors), expected)

    def test_gap(self):
        def gap(value, direction="HIGHER", **version):
            return link_of(make(indicators=[level(direction=direction)],
                                targets=[target(**version)],
                                observations=cells(q2026_Q4=value)))["gap"]
        anchors = [{"period": "2021", "low": "100", "high": "120"}]
        self.assertEqual(gap("93"), "-7")
        self.assertEqual([gap(value, "RANGE", anchors=anchors) for value in ("95", "110", "125")],
                         ["-5", "0", "5"])


class ProgressAndGrowth(Base):
    def link(self, value, quarter="2024-Q4", date="2026-11-29", baseline="100", end="200",
             direction="HIGHER", **more):
        version = {"baseline": {"period": "2022", "value": baseline},
                   "anchors": [{"period": "2026", "value": end}]} | more
        return link_of(make(date, quarter, indicators=[level(frequency="A", direction=direction)],
                            targets=[target(**version)],
                            observations=cells(**{f"y{quarter[:4]}": value})))

    def test_progress_and_pace(self):
        # (150 - 100) / (200 - 100) = 0.5. On 31 December 2024 1461 of 2191 days of the plan are
        # over: 0.666818804199; 0.5 / 0.666818804199 = 0.749828885...
        link = self.link("150")
        self.expect(link, progress="0.5")
        self.assertEqual(link["pace"], rounding.text_of(rounding.quotient(
            Fraction("0.5"), Fraction("0.666818804199"))))

    def test_growth_not_whole_years_at_the_baselines_own_period(self):
        link = self.link("100", "2022-Q4")
        self.expect(link, progress="0", reason="NO_TARGET")
        self.assertEqual(link["growth"]["reason"], "NOT_WHOLE_YEARS")

    def test_growth_class(self):
        # Required: 1.4641 ^ (1/4) - 1 = 0.1 a year. Observed in two years:
        # 1.1025 ^ (1/2) - 1 = 0.05: p = 0.5, score 4.1667 x 0.5 - 2.5 = -0.41665.
        growth = self.link("110.25", end="146.41")["growth"]
        self.assertEqual(growth, {"class": "LIMITED", "p": "0.5", "score": "-0.41665",
                                  "reason": None})
        # 1.1664 ^ (1/2) - 1 = 0.08: p = 0.8, score 7.1429 x 0.8 - 4.2857 = 1.42862.
        growth = self.link("116.64", end="146.41")["growth"]
        self.assertEqual(growth, {"class": "ACCELERATE", "p": "0.8", "score": "1.42862",
                                  "reason": None})
        # 0.1 a year: p = 1, 2.8572.
        growth = self.link("121", end="146.41")["growth"]
        self.assertEqual(growth, {"class": "ON_TRACK", "p": "1", "score": "2.8572",
                                  "reason": None})
        # 0.9 ^ 2 = 0.81: -0.1, p = -1, max(-4.1667 - 2.5, -5).
        growth = self.link("81", end="146.41")["growth"]
        self.assertEqual(growth, {"class": "DETERIORATION", "p": "-1", "score": "-5",
                                  "reason": None})
        self.expect(self.link("150", end="146.41")["growth"], **{"class": "REACHED"}, score="5")

    def test_growth_where_lower_is_better(self):
        # Required 0.6561 ^ (1/4) - 1 = -0.1, observed 0.9025 ^ (1/2) - 1 = -0.05: p = 0.5.
        growth = self.link("90.25", end="65.61", direction="LOWER")["growth"]
        self.expect(growth, p="0.5", **{"class": "LIMITED"})

    def test_growth_of_negative_values(self):
        # From -100 to -90 in two years, to -81 in four: both are the square root of 0.9 a year.
        growth = self.link("-90", baseline="-100", end="-81")["growth"]
        self.expect(growth, p="1", **{"class": "ON_TRACK"})
        # -110 is further away than -100.
        self.expect(self.link("-110", baseline="-100", end="-81")["growth"],
                    **{"class": "DETERIORATION"})

    def test_growth_from_zero_has_no_score(self):
        self.expect(self.link("10", baseline="0")["growth"], reason="ZERO", score=None)

    def test_a_range_has_none(self):
        case = make(indicators=[level(direction="RANGE")], observations=cells(q2026_Q4="15"),
                    targets=[target(anchors=[{"period": "2021", "low": "10", "high": "20"}])])
        self.expect(link_of(case), progress=None, pace=None, growth=None)


class Deliveries(Base):
    def action(self, date="2026-11-29", quarter="2026-Q4", expected="2021-Q1", delay=14, **more):
        element = {"code": "1", "kind": "ACTION", "start": "2026-01-01", "end": "2027-12-31"}
        return element_of(make(date, quarter, elements=[element | more], indicators=[level()],
                               delay=delay, progress_expected_from=expected, end="2030-12-31"))

    @staticmethod
    def report(quarter, percent, state="VALIDATED"):
        return {"quarter": quarter, "percent": percent, "state": state}

    # States.

    def test_cancelled_and_deferred_elements_are_not_applicable(self):
        for name in ("cancelled", "deferred"):
            node = self.action(**{f"{name}_on": "2026-11-29"})
            self.expect(node, status="NOT_APPLICABLE", reason=name.upper(), delivery=None)
            self.assertNotEqual(self.action(**{f"{name}_on": "2026-11-30"})["reason"],
                                name.upper())

    def test_the_latest_event_gives_the_state(self):
        element = model.element_from({"code": "1", "deferred_on": "2026-03-01",
                                      "resumed_on": "2026-06-01", "completed_on": "2026-09-01"})
        for day, state in (("2026-02-28", "ACTIVE"), ("2026-03-01", "DEFERRED"),
                           ("2026-06-01", "ACTIVE"), ("2026-09-01", "COMPLETED")):
            self.assertEqual(delivery.state_on(element, datetime.date.fromisoformat(day)), state)

    def test_on_the_same_day_cancelled_deferred_completed_resumed(self):
        names = ["cancelled_on", "deferred_on", "completed_on", "resumed_on"]
        states = ["CANCELLED", "DEFERRED", "COMPLETED", "ACTIVE"]
        for number, state in enumerate(states):
            element = model.element_from({"code": "1"} | {name: "2026-03-01"
                                                          for name in names[number:]})
            self.assertEqual(delivery.state_on(element, datetime.date(2026, 3, 1)), state)

    def test_a_past_quarter_is_scored_with_the_state_it_had_then(self):
        self.expect(self.action(quarter="2026-Q2", cancelled_on="2026-08-01",
                                reports=[self.report("2026-Q2", "25")]), status="GREEN")

    def test_completed_is_100_until_the_plans_end(self):
        node = self.action(completed_on="2026-02-01")
        self.expect(node, status="GREEN", score="100", coverage="1")
        self.expect(node["delivery"], scored_by="COMPLETED")

    # Progress.

    def test_progress_against_the_elapsed_share(self):
        # 1 January 2026 to 31 December 2027: 730 days; until 29 November 2026: 333. 40 percent:
        # p = 40 x 730 / (100 x 333) = 0.876876876877; 100 (p - 0.5) / 0.6 = 62.812812812833.
        node = self.action(reports=[self.report("2026-Q4", "40")])
        self.expect(node["delivery"], p="0.876876876877", score="62.812812812833", status="AMBER",
                    scored_by="PROGRESS", carried=False, report_state="VALIDATED")

    def test_status_by_p(self):
        # 365 of 730 days on 31 December: percent / 50 is p.
        for percent, status, score in (("45", "GREEN", GREEN_SCORE), ("44", "AMBER",
                                                                      "63.333333333333"),
                                       ("35", "AMBER", AMBER_SCORE), ("34", "RED", "30"),
                                       ("20", "RED", "0"), ("60", "GREEN", "100")):
            node = self.action("2027-03-01", reports=[self.report("2026-Q4", percent)])
            self.expect(node["delivery"], status=status, score=score)

    def test_a_validated_report_comes_before_a_submitted_one_and_others_do_not_count(self):
        node = self.action("2027-01-02", reports=[
            self.report("2026-Q4", "50"), self.report("2026-Q4", "10", "SUBMITTED")])
        self.expect(node["delivery"], percent="50", report_state="VALIDATED")
        node = self.action("2027-01-02", reports=[self.report("2026-Q4", "10", "SUBMITTED")])
        self.expect(node["delivery"], percent="10", report_state="SUBMITTED")
        for state in ("DRAFT", "RETURNED"):
            node = self.action("2027-01-02", reports=[self.report("2026-Q4", "10", state)])
            self.expect(node["delivery"], status="NOT_APPLICABLE", reason="NOT_DUE")

    def test_until_the_report_is_due_the_previous_one_is_carried(self):
        # On 30 September 273 of 730 days were over: p = 37 x 730 / 27300 = 0.989377289377.
        reports = [self.report("2026-Q3", "37")]
        self.expect(self.action("2027-01-14", reports=reports)["delivery"], carried=True,
                    p="0.989377289377", percent="37")
        self.expect(self.action("2027-01-15", reports=reports)["delivery"], status="NO_SCORE",
                    reason="NO_REPORT")

    def test_only_the_previous_quarters_report_is_carried(self):
        node = self.action(reports=[self.report("2026-Q2", "37")])
        self.expect(node["delivery"], status="NOT_APPLICABLE", reason="NOT_DUE")
        self.expect(node, reason="NOTHING_EXPECTED", not_applicable={"NOT_DUE": 1})

    def test_the_institutions_delay(self):
        self.expect(self.action("2027-01-20", delay=30)["delivery"], reason="NOT_DUE")

    def test_due_and_absent_is_expected_and_missing(self):
        node = self.action("2027-01-15")
        self.expect(node["delivery"], status="NO_SCORE", reason="NO_REPORT")
        self.expect(node, status="NO_SCORE", reason="COVERAGE", coverage="0")

    def test_when_progress_is_not_expected(self):
        late = "2027-03-01"
        self.assertIsNone(self.action(late, expected=None)["delivery"])
        self.assertIsNone(self.action(late, expected="2027-Q1")["delivery"])
        self.expect(self.action(late, expected="2026-Q4")["delivery"], reason="NO_REPORT")
        self.assertIsNone(self.action(late, kind="OBJECTIVE")["delivery"])
        self.assertIsNone(self.action(late, end=None)["delivery"])
        # In the quarter in which it starts.
        self.assertIsNone(self.action(late, start="2026-10-01")["delivery"])

    # Milestones.

    def test_milestones_done_of_those_judged(self):
        # Done, done early, missed, not due: 2 of 3. p = 0.666666666667: 27.777777777833, RED.
        node = self.action(expected=None, milestones=[
            {"due": "2026-10-01", "done_on": "2026-11-01"}, {"due": "2027-05-01",
                                                             "done_on": "2026-11-29"},
            {"due": "2026-11-28"}, {"due": "2026-11-29"}])
        self.expect(node["delivery"], scored_by="MILESTONES", p="0.666666666667",
                    score="27.777777777833", status="RED")

    def test_a_milestone_due_after_the_quarter_is_not_judged_in_it(self):
        milestones = [{"due": "2026-06-30", "done_on": "2026-06-30"}, {"due": "2026-07-01"}]
        for quarter, p in (("2026-Q2", "1"), ("2026-Q3", "0.5")):
            node = self.action(quarter=quarter, expected=None, milestones=milestones)
            self.expect(node["delivery"], p=p)

    def test_milestones_of_any_element(self):
        node = self.action(kind="AXIS", milestones=[{"due": "2026-10-01", "done_on": "2026-11-01"}])
        self.expect(node["delivery"], score="83.333333333333", status="GREEN")

    def test_none_judged_is_no_part(self):
        node = self.action(expected=None, milestones=[{"due": "2026-12-01"}])
        self.expect(node, delivery=None, reason="NOTHING_EXPECTED", not_applicable={})

    def test_milestones_are_no_part_where_progress_is_expected(self):
        node = self.action(milestones=[{"due": "2026-10-01"}])
        self.expect(node["delivery"], reason="NOT_DUE")

    def test_a_withdrawn_milestone_counts_until_its_quarter(self):
        milestones = [{"due": "2026-05-01", "withdrawn_on": "2026-08-01"},
                      {"due": "2026-05-01", "done_on": "2026-05-01"}]
        for quarter, p in (("2026-Q2", "0.5"), ("2026-Q3", "0.5"), ("2026-Q4", "1")):
            node = self.action(quarter=quarter, expected=None, milestones=milestones)
            self.expect(node["delivery"], p=p)

    # Past the end.

    def test_past_its_end_at_most_66_and_amber(self):
        node = self.action(end="2026-11-28", reports=[self.report("2026-Q4", "100")])
        self.expect(node["delivery"], p="1", score="66", status="AMBER", past_end="PAST_END")
        # Its last day is not past.
        node = self.action(end="2026-11-29", reports=[self.report("2026-Q4", "100")])
        self.expect(node["delivery"], score="83.333333333333", status="GREEN", past_end=None)

    def test_long_past_its_end_at_most_33_and_red(self):
        reports = [self.report("2026-Q4", "100")]
        node = self.action(end="2026-07-01", reports=reports)
        self.expect(node["delivery"], score="66", status="AMBER")
        node = self.action(end="2026-06-30", reports=reports)
        self.expect(node["delivery"], score="33", status="RED", past_end="LONG_PAST_END")

    def test_long_past_its_end_without_report_0_and_red_at_once(self):
        node = self.action("2026-10-02", end="2026-06-30")
        self.expect(node["delivery"], score="0", status="RED", reason=None)
        node = self.action("2026-10-02", end="2026-06-30", reports=[self.report("2026-Q3", "90")])
        self.expect(node["delivery"], score="33", status="RED", carried=True)
        node = self.action("2026-10-02", end="2026-07-01")
        self.expect(node["delivery"], status="NOT_APPLICABLE", reason="NOT_DUE")

    def test_milestones_past_the_end(self):
        node = self.action(kind="OBJECTIVE", end="2026-11-01",
                           milestones=[{"due": "2026-10-01", "done_on": "2026-10-01"}])
        self.expect(node["delivery"], score="66", status="AMBER", scored_by="MILESTONES")


class RollUp(Base):
    """Links "a" to "d" with values that score 100, 50 and 0; "missing" is overdue."""

    VALUES = {"a": "110", "b": "95", "c": "80", "missing": None}

    def make(self, elements, **plan):
        observations = []
        for name, value in self.VALUES.items():
            if value:
                observations += cells(name, q2026_Q4=value)
        return make(elements=elements, indicators=[level(name) for name in self.VALUES],
                    targets=[target(name) for name in self.VALUES], observations=observations,
                    **plan)

    @staticmethod
    def element(code, *names, children=(), **more):
        return {"code": code, "links": [name if isinstance(name, dict) else {"indicator": name}
                                        for name in names],
                "children": list(children)} | more

    def test_a_weighted_mean_of_links(self):
        # (1 x 100 + 2 x 50) / 3
        case = self.make([self.element("1", "a", {"indicator": "b", "weight": "2"})])
        self.expect(element_of(case), score=GREEN_SCORE, status="GREEN", coverage="1")
        self.expect(score(case), score=GREEN_SCORE, status="GREEN")

    def test_the_thresholds_of_the_status(self):
        # (1 x 100 + 2 x 0) / 3 = 33.333333333333 is AMBER; a little more weight below is RED.
        for weight, status in (("2", "AMBER"), ("2.000001", "RED")):
            case = self.make([self.element("1", "a", {"indicator": "c", "weight": weight})])
            self.expect(element_of(case), status=status)

    def test_delivery_is_a_part_with_a_weight(self):
        # Completed 100 with weight 3, link 0 with weight 1.
        case = self.make([self.element("1", "c", completed_on="2026-01-01", delivery_weight="3")])
        self.expect(element_of(case), score="75")

    def test_children_are_parts(self):
        # 1.1: 100, 1.2: 0, own link 50, weights 2, 1, 1.
        case = self.make([self.element("1", "b", children=[
            self.element("1.1", "a", weight="2"), self.element("1.2", "c")])])
        self.expect(element_of(case), score="62.5")

    def test_coverage_counts_missing_parts_as_0(self):
        # a covered, missing with weight 2 not: 1/3, below 0.5.
        parts = ["a", {"indicator": "missing", "weight": "2"}]
        self.expect(element_of(self.make([self.element("1", *parts)])), status="NO_SCORE",
                    reason="COVERAGE", coverage="0.333333333333")
        self.expect(element_of(self.make([self.element("1", *parts)], min_coverage="0.3")),
                    score="100", coverage="0.333333333333")

    def test_coverage_of_parts_goes_up(self):
        # 1.1 has 1/2, 1.2 has 1: 3/4.
        case = self.make([self.element("1", children=[
            self.element("1.1", "a", "missing"), self.element("1.2", "a")])])
        self.expect(element_of(case), coverage="0.75", score="100")

    def test_policies_for_missing_parts(self):
        elements = [self.element("1", "a", "missing")]
        self.expect(element_of(self.make(elements)), score="100")
        self.expect(element_of(self.make(elements, missing_parts="STRICT")), status="NO_SCORE",
                    reason="STRICT")
        self.expect(element_of(self.make(elements, missing_parts="ZERO")), score="50",
                    coverage="0.5")

    def test_strict_precedes_coverage(self):
        case = self.make([self.element("1", "missing")], missing_parts="STRICT")
        self.expect(element_of(case), reason="STRICT", coverage="0")

    def test_weights_of_expected_parts_that_sum_to_0(self):
        zero = {"indicator": "c", "weight": "0", "critical": True}
        node = element_of(self.make([self.element("1", zero)]))
        self.expect(node, status="NOT_APPLICABLE", reason="NO_WEIGHT")
        self.assertEqual(node["caps"], [{"kind": "LINK", "name": "c", "reason": "RED",
                                         "changed": False}])

    def test_scored_weights_that_sum_to_0(self):
        case = self.make([self.element("1", {"indicator": "a", "weight": "0"}, "missing")],
                         min_coverage="0")
        self.expect(element_of(case), status="NO_SCORE", reason="COVERAGE", coverage="0")

    def test_a_not_applicable_element_is_no_part(self):
        case = self.make([self.element("1", children=[
            self.element("1.1", "a"), self.element("1.2", "c", cancelled_on="2026-01-01")])])
        self.expect(element_of(case), score="100", coverage="1",
                    not_applicable={"CANCELLED": 1})

    def test_nothing_expected(self):
        self.expect(element_of(self.make([self.element("1")])), status="NOT_APPLICABLE",
                    reason="NOTHING_EXPECTED", not_applicable={})

    # Caps.

    def test_a_critical_red_link_caps_the_status_never_the_score(self):
        critical = {"indicator": "c", "critical": True, "weight": "0.5"}
        # (2 x 100 + 0.5 x 0) / 2.5 = 80 would be GREEN.
        case = self.make([self.element("1", {"indicator": "a", "weight": "2"}, critical)])
        node = element_of(case)
        self.expect(node, score="80", status="AMBER")
        self.assertEqual(node["caps"], [{"kind": "LINK", "name": "c", "reason": "RED",
                                         "changed": True}])
        # One level: the plan is GREEN.
        self.expect(score(case), status="GREEN", caps=[])

    def test_a_critical_part_caps_at_weight_0(self):
        case = self.make([self.element("1", "a", {"indicator": "c", "critical": True,
                                                  "weight": "0"})])
        self.expect(element_of(case), score="100", status="AMBER")

    def test_a_critical_link_without_score_caps(self):
        case = self.make([self.element("1", "a", {"indicator": "missing", "critical": True})])
        node = element_of(case)
        self.expect(node, score="100", status="AMBER")
        self.assertEqual(node["caps"][0]["reason"], "NO_SCORE")

    def test_a_critical_element_caps_its_parent(self):
        for name, reason in (("c", "RED"), ("missing", "NO_SCORE")):
            case = self.make([self.element("1", {"indicator": "a", "weight": "9"}, children=[
                self.element("1.1", name, critical=True)])])
            node = element_of(case)
            self.expect(node, status="AMBER")
            self.assertEqual(node["caps"], [{"kind": "ELEMENT", "name": "1.1", "reason": reason,
                                             "changed": True}])

    def test_a_cap_that_changed_nothing_says_so(self):
        case = self.make([self.element("1", {"indicator": "c", "critical": True})])
        node = element_of(case)
        self.expect(node, status="RED")
        self.assertEqual(node["caps"][0]["changed"], False)

    def test_a_not_applicable_part_never_caps(self):
        case = self.make([self.element("1", "a", children=[
            self.element("1.1", "c", critical=True, cancelled_on="2026-01-01")])])
        self.expect(element_of(case), status="GREEN", caps=[])

    def test_a_critical_missed_milestone_caps_its_element(self):
        missed = [{"due": "2026-11-01", "critical": True}]
        late = [{"due": "2026-11-01", "critical": True, "done_on": "2026-12-01"}]
        element = self.element("1", {"indicator": "a", "weight": "9"}, milestones=missed)
        # (9 x 100 + 1 x 0) / 10 = 90.
        node = element_of(self.make([element]))
        self.expect(node, score="90", status="AMBER")
        self.assertEqual(node["caps"], [{"kind": "MILESTONE", "name": "0", "reason": "MISSED",
                                         "changed": True}])
        self.expect(element_of(self.make([element | {"milestones": late}])), status="GREEN",
                    caps=[])
        self.expect(element_of(self.make([element | {"completed_on": "2026-12-01"}])),
                    status="GREEN", caps=[])

    # Not applicable parts and the score as they last stood.

    def test_not_applicable_parts_are_counted_at_any_depth(self):
        case = self.make([self.element("1", children=[
            self.element("1.1", "a", "no-target"),
            self.element("1.2", "a", "no-target", deferred_on="2026-01-01", children=[
                self.element("1.2.1", "a", cancelled_on="2026-01-01")])])])
        case["indicators"].append(level("no-target"))
        # 1.2 counts once, with all below.
        self.expect(element_of(case), not_applicable={"DEFERRED": 1, "NO_TARGET": 1})
        self.expect(element_of(case, 0, 1), not_applicable={}, reason="DEFERRED")
        self.expect(element_of(case, 0, 1, 0), reason="DEFERRED")

    def test_a_cancelled_element_as_it_last_stood(self):
        case = self.make([self.element("1", children=[
            self.element("1.1", "a"), self.element("1.2", "c", cancelled_on="2026-01-01")])])
        node = element_of(case)
        self.expect(node, score="100")
        self.expect(node["as_last_stood"], score="50", status="AMBER")
        self.expect(element_of(case, 0, 1)["as_last_stood"], score="0", status="RED")

    def test_its_delivery_is_that_of_the_day_before(self):
        # Cancelled on 16 August 2026: the report of Q3, of 1 January to 15 August 227 of 730 days.
        # p = 20 x 730 / 22700 = 0.643171806167: 23.861967694500.
        action = {"code": "1", "kind": "ACTION", "start": "2026-01-01", "end": "2027-12-31",
                  "cancelled_on": "2026-08-16",
                  "reports": [{"quarter": "2026-Q3", "percent": "20", "state": "VALIDATED"}]}
        node = element_of(make(elements=[action], progress_expected_from="2021-Q1"))
        self.expect(node["as_last_stood"], score="23.8619676945", status="RED")

    def test_deferred_then_cancelled_goes_back_to_before_both(self):
        element = model.element_from({"code": "1", "deferred_on": "2026-03-01",
                                      "cancelled_on": "2026-08-01"})
        self.assertEqual(delivery.state_before(element, datetime.date(2026, 12, 31)),
                         datetime.date(2026, 2, 28))

    def test_children_are_taken_in_code_order(self):
        case = self.make([self.element(code, "a") for code in ("10", "9", "1")])
        self.assertEqual([node["code"] for node in score(case)["children"]], ["1", "9", "10"])


class Trends(Base):
    def trend(self, before, now, direction="HIGHER", targets=None, **more):
        case = make(indicators=[level(direction=direction)], targets=targets,
                    observations=cells(q2026_Q3=before, q2026_Q4=now), **more)
        return link_of(case)["trend"]

    def test_by_direction(self):
        self.assertEqual(self.trend("90", "95"), "IMPROVING")
        self.assertEqual(self.trend("95", "90"), "DECLINING")
        self.assertEqual(self.trend("90", "95", "LOWER"), "DECLINING")

    def test_stable_within_a_fiftieth_of_the_distance(self):
        # |G - R| = 10: 0.2.
        self.assertEqual(self.trend("90", "90.2"), "STABLE")
        self.assertEqual(self.trend("90", "90.200000000001"), "IMPROVING")

    def test_without_target_stable_when_equal(self):
        self.assertEqual(self.trend("90", "90", targets=[]), "STABLE")
        self.assertEqual(self.trend("90", "90.1", targets=[]), "IMPROVING")

    def test_a_range_by_the_distance_to_its_bounds(self):
        both = [target(anchors=[{"period": "2021", "low": "100", "high": "120"}])]
        self.assertEqual(self.trend("101", "119", "RANGE", both), "STABLE")
        self.assertEqual(self.trend("90", "125", "RANGE", both), "IMPROVING")
        self.assertEqual(self.trend("110", "121", "RANGE", both), "DECLINING")

    def test_against_the_same_quarter_of_last_year(self):
        case = make(observations=cells(q2025_Q4="100", q2026_Q3="90", q2026_Q4="95"))
        self.expect(link_of(case), trend="IMPROVING", trend_year="DECLINING")

    def test_a_provisional_value_has_no_trend(self):
        case = make("2026-12-31", observations=cells(q2026_Q3="90")
                    + cells("k", "P", q2026_Q4="95"))
        self.expect(link_of(case), trend=None, value="95")

    def test_an_annual_indicator_against_its_year_before(self):
        case = make(indicators=[level(frequency="A")], observations=cells(y2025="90", y2026="95"))
        self.expect(link_of(case), trend="IMPROVING", trend_year="IMPROVING")

    def test_a_node_by_its_score(self):
        # 90 scores 33.3, 95 50.
        case = make(observations=cells(q2025_Q4="95", q2026_Q3="90", q2026_Q4="95"))
        self.expect(element_of(case), trend="IMPROVING", trend_year="STABLE")

    def test_no_trend_in_a_plans_first_quarter(self):
        since = [target(anchors=[{"period": "2019", "value": "100"}])]
        case = make("2021-06-01", "2021-Q1", observations=cells(q2020_Q4="90", q2021_Q1="95"),
                    targets=since)
        self.expect(element_of(case), trend=None, score="50")
        case["plan"]["start"] = "2020-10-01"
        self.expect(element_of(case), trend="IMPROVING")

    def test_no_trend_against_a_quarter_scored_otherwise(self):
        element = {"code": "1", "kind": "ACTION", "start": "2026-01-01", "end": "2027-12-31",
                   "completed_on": "2026-12-01",
                   "reports": [{"quarter": "2026-Q3", "percent": "20", "state": "VALIDATED"}]}
        case = make(elements=[element], progress_expected_from="2021-Q1")
        self.expect(element_of(case), trend=None, score="100")


class CasesThatWentWrong(Base):
    """Inputs that were once answered wrongly, with the right answers."""

    def test_v1_sums_are_exact_and_rounded_once(self):
        def total(*values):
            observations = []
            for month, value in zip(("m2026_10", "m2026_11", "m2026_12"), values):
                observations += cells(**{month: value})
            return link_of(make(indicators=[flow(expected_from="2026-10")],
                                observations=observations + ([] if len(values) == 3 else
                                cells("k", "M", m2026_12=None))))["value"]
        # 0.12345678901283 is nearer to ...013 than to ...012.
        self.assertEqual(total("0.12345678901234", "0.00000000000049"), "0.123456789013")
        self.assertEqual(total(*["0.3333333333333333"] * 3),
                         total("0.6666666666666666", "0.3333333333333333"))

    def test_v2_the_operand_that_lacks_a_value_is_named(self):
        case = make(indicators=[{"id": "k", "formula": "num / den"}, level("num"), level("den")],
                    observations=cells("num", q2026_Q4="1"))
        self.assertEqual(link_of(case)["operand"]["indicator"], "den")

    def test_v5_weekends_are_not_owed(self):
        # October to December 2025 have 66 weekdays and 26 days of weekends.
        observations = []
        for number in range(92):
            day = datetime.date(2025, 10, 1) + datetime.timedelta(days=number)
            weekend = day.weekday() >= 5
            observations += cells("k", "H" if weekend else "A",
                                  **{f"d{day}".replace("-", "_"): None if weekend else "1"})
        case = make(quarter="2025-Q4", indicators=[flow(frequency="D")], observations=observations)
        self.expect(link_of(case), value="66", expected=66, present=66, coverage="1",
                    not_expected=26)

    def test_v6_a_running_month_is_not_judged(self):
        # 100 a month; October 100, November 40 so far; read on 29 November.
        case = make("2026-11-29", indicators=[flow()],
                    observations=cells(m2026_10="100") + cells("k", "P", m2026_11="40"),
                    targets=[target(anchors=[{"period": "2026-Q4", "value": "300"}])])
        self.expect(link_of(case), value="100", target="100", status="GREEN", score=GREEN_SCORE,
                    so_far={"period": "2026-Q4", "value": "140"})

    def test_v7_a_target_set_after_activation_has_no_original(self):
        case = make(targets=[target(set_on="2022-01-01")], observations=cells(q2026_Q4="100"))
        self.expect(link_of(case), original=None, added_after_activation=True)

    def test_v8_what_has_no_target_is_information(self):
        elements = [{"code": "1", "links": [{"indicator": name}
                                            for name in ("aim", "info1", "info2")]}]
        for informed in (False, True):
            observations = cells("aim", q2026_Q4="6")
            if informed:
                observations += cells("info1", q2026_Q4="1") + cells("info2", q2026_Q4="2")
            case = make(elements=elements, observations=observations,
                        indicators=[level(name) for name in ("aim", "info1", "info2")],
                        targets=[target("aim", margin="1",
                                        anchors=[{"period": "2021", "value": "5"}])])
            self.expect(element_of(case), status="GREEN", score="100", coverage="1",
                        not_applicable={"NO_TARGET": 2})

    def test_v9_before_its_first_target_it_is_not_applicable(self):
        case = make(quarter="2022-Q1", targets=[target(interpolation="STEP", anchors=[
            {"period": "2023", "value": "1"}])])
        self.expect(link_of(case), status="NOT_APPLICABLE", reason="NO_TARGET")

    def test_v10_overdue(self):
        self.expect(link_of(make("2027-01-15")), status="NO_SCORE", reason="OVERDUE")

    def test_v11_at_the_baselines_own_period(self):
        version = {"baseline": {"period": "2024", "value": "10"}, "margin": "1",
                   "anchors": [{"period": "2026", "value": "20"}]}
        case = make("2026-11-29", "2024-Q4", indicators=[level(frequency="A")],
                    targets=[target(**version)], observations=cells(y2024="10"))
        link = link_of(case)
        self.expect(link, E="2024", progress="0")
        self.assertEqual(link["growth"]["reason"], "NOT_WHOLE_YEARS")

    def test_v12_milestones_score_an_action(self):
        action = {"code": "1", "kind": "ACTION", "milestones": [
            {"due": "2026-10-15", "critical": True},
            {"due": "2026-10-15", "done_on": "2026-10-15"}]}
        case = make(elements=[action])
        # p = 1/2: 0, RED.
        self.expect(element_of(case), score="0", status="RED")
        self.expect(score(case), score="0", status="RED")

    def test_v13_a_cap_that_changed_nothing_is_told_apart(self):
        missed = [{"due": "2026-10-15", "critical": True}]
        for value, changed in (("200", True), ("80", False)):
            element = {"code": "1", "milestones": missed,
                       "links": [{"indicator": "k", "weight": "9"}]}
            node = element_of(make(elements=[element], observations=cells(q2026_Q4=value)))
            self.assertEqual(node["caps"][0]["changed"], changed)


class Properties(Base):
    """What holds of every plan, on random ones."""

    COUNT = 60

    def cases(self):
        return [generate.case("properties", number) for number in range(self.COUNT)]

    def test_the_order_of_the_input_changes_nothing(self):
        shuffle = random.Random(1).shuffle
        for case in self.cases():
            expected = scoring.scored(case)
            shuffled = copy.deepcopy(case)
            for name in ("indicators", "targets", "observations", "series_ends"):
                shuffle(shuffled[name])
            shuffle(shuffled["plan"]["elements"])
            self.assertEqual(scoring.scored(shuffled), expected)

    def test_a_bound_that_equals_its_red_flag_gives_all_or_nothing(self):
        # Above: 100 (103 - 110 - 5) / -15 = 80. Below: 100 from 95 up, else 0.
        bounds = links.targets.Thresholds(Fraction(95), Fraction(95), Fraction(105), Fraction(110))
        for value, score in (("103", 80), ("95", 100), ("94.9", 0), ("100", 100)):
            self.assertEqual(links.score_of(Fraction(value), bounds, "RANGE"), score)
        same = links.targets.Thresholds(Fraction(0), Fraction(0))
        for value, score in ((1, 0), (0, 100), (-1, 100)):
            self.assertEqual(links.score_of(Fraction(value), same, "LOWER"), score)

    def test_doubling_all_weights_changes_nothing(self):
        for case in self.cases():
            expected = scoring.scored(case)
            doubled = copy.deepcopy(case)
            for element in every_element(doubled):
                for item, name in ([(element, "weight"), (element, "delivery_weight")]
                                   + [(link, "weight") for link in element["links"]]):
                    item[name] = str(2 * Fraction(item.get(name, "1")))
                    item[name] = rounding.text_of(Fraction(item[name]))
            self.assertEqual(scoring.scored(doubled), expected)

    def test_a_score_never_falls_when_the_value_gets_better(self):
        rng = random.Random(2)
        for _ in range(500):
            good, distance = rng.randint(-50, 50), rng.randint(1, 20)
            for direction, sign in (("HIGHER", 1), ("LOWER", -1)):
                thresholds = links.targets.Thresholds(Fraction(good),
                                                      Fraction(good - sign * distance))
                values = sorted(Fraction(rng.randint(-10**4, 10**4), 100) for _ in range(6))
                scores = [links.score_of(value, thresholds, direction)
                          for value in values[::sign]]
                self.assertEqual(scores, sorted(scores))

    def test_a_parent_lies_between_its_scored_parts_under_ignore(self):
        seen = 0
        for case in self.cases():
            if case["plan"].get("missing_parts", "IGNORE") != "IGNORE":
                continue
            for node in scoring.every_node(scored_tree(case)):
                scores = [part.score for part in [child.result for child in node.children]
                          + [row.result for row in node.links] + [node.delivery]
                          if part and part.score is not None]
                if node.result.score is not None:
                    seen += 1
                    self.assertLessEqual(min(scores), node.result.score)
                    self.assertGreaterEqual(max(scores), node.result.score)
        self.assertGreater(seen, 20)

    def test_delivering_what_was_expected_never_lowers_coverage(self):
        # A month of a series that was due and missing arrives.
        rng = random.Random(3)
        for _ in range(100):
            desks = ("MAIN", "WEST", "EAST")[:rng.randint(1, 3)]
            rows = {(desk, month): rng.random() < 0.6
                    for desk in desks for month in ("07", "08", "09", "10", "11", "12")}
            for desk in desks:
                rows[desk, "07"] = True
            missing = [key for key, there in rows.items() if not there and key[1] > "09"]
            if not missing:
                continue
            coverages = []
            for extra in (None, rng.choice(missing)):
                observations = [row for (desk, month), there in rows.items()
                                if there or (desk, month) == extra
                                for row in cells(codes={"desk": desk},
                                                 **{f"m2026_{month}": "90"})]
                case = make(indicators=[level(frequency="M", dimensions=["desk"],
                                              min_coverage="0")], observations=observations)
                node = element_of(case)
                coverages.append((Fraction(node["links"][0]["coverage"]),
                                  Fraction(node["coverage"])))
            self.assertLess(coverages[0][0], coverages[1][0])
            self.assertLessEqual(coverages[0][1], coverages[1][1])

    def test_ending_a_target_or_cancelling_does_not_go_unshown(self):
        hidden = {"CANCELLED", "DEFERRED", "TARGET_ENDED"}
        seen = 0
        for case in self.cases():
            root = score(case)
            stack = [(child, [root]) for child in root["children"]]
            while stack:
                node, above = stack.pop()
                stack += [(child, above + [node]) for child in node["children"]]
                reasons = {node["reason"]} | {link["reason"] for link in node["links"]}
                for reason in reasons & hidden:
                    seen += 1
                    for one in above:
                        self.assertTrue(one["reason"] in hidden | {"NOT_BEGUN"}
                                        or hidden & set(one["not_applicable"]))
        self.assertGreater(seen, 20)

    def test_a_case_can_be_written_and_read(self):
        for case in self.cases()[:10]:
            self.assertEqual(scoring.scored(json.loads(json.dumps(case))), scoring.scored(case))

    def test_a_case_is_the_same_whenever_it_is_made(self):
        self.assertEqual(generate.case("1", 5), generate.case("1", 5))

    def test_numbers_of_targets_and_observations_are_those_of_doubles(self):
        # The contract carries them as doubles, which mean the shortest decimal that reads back.
        seen = 0
        for number in range(300):
            case = generate.case("2", number)
            versions = [version for target in case["targets"]
                        for version in target["versions"] + [target.get("declared_original") or {}]]
            points = [point for version in versions for point in
                      version.get("anchors", []) + [version.get("baseline") or {}]]
            texts = [row[field] for row in versions + points + case["observations"]
                     for field in ("margin", "value", "red", "low", "high", "red_low", "red_high")
                     if row.get(field) is not None]
            seen += len(texts)
            for text in texts:
                self.assertEqual(decimal.Decimal(repr(float(text))), decimal.Decimal(text))
        self.assertGreater(seen, 10_000)


class OwnerUnits(Base):
    """Actions of 1.1 (100, weight 1) and 1.2 (0, weight 3), whose deliveries count alone."""

    def units(self, owners, critical=False):
        done = {"milestones": [{"due": "2026-01-10", "done_on": "2026-01-05"}]}
        missed = {"milestones": [{"due": "2026-01-10"}]}
        actions = [{"code": "1.1", "kind": "ACTION", **done},
                   {"code": "1.2", "kind": "ACTION", "weight": "3", "critical": critical, **missed}]
        for action, owner in zip(actions, owners):
            action["owner"] = owner
        scorecard = scoring.scored(make(date="2026-12-01", elements=[
            {"code": "1", "owner": "u", "children": actions}]))
        return scorecard["plan"]["children"], scorecard["owner_units"]

    def test_an_owner_has_the_mean_of_its_actions(self):
        (top,), (unit,) = self.units(("u", "u"))
        first, second = top["children"]
        self.assertEqual((first["score"], second["score"]), ("83.333333333333", "0"))
        # 83.333333333333 x 1/4.
        self.assertEqual(unit["score"], "20.833333333333")
        self.assertEqual((unit["status"], unit["actions"]), ("RED", ["1.1", "1.2"]))
        self.assertEqual(unit["counts"], {"GREEN": 1, "RED": 1})

    def test_each_owner_has_its_own(self):
        _, units = self.units(("b", "a"))
        self.assertEqual([(one["unit"], one["actions"]) for one in units],
                         [("a", ["1.2"]), ("b", ["1.1"])])
        _, units = self.units((None, None))
        self.assertEqual(units, [])


class Budget(Base):
    """Element 1 with 1.1 and 1.2 below it; line A has shares of 1.1 and 1.2, line B of 1."""

    def budgets(self, lines, date="2027-03-01"):
        case = make(date=date, elements=[{"code": "1", "children": [{"code": "1.1"},
                                                                    {"code": "1.2"}]}])
        case["plan"]["budget_lines"] = lines
        plan = score(case)
        top = plan["children"][0]
        return [one["budget"] for one in (plan, top, *top["children"])]

    @staticmethod
    def line(shares, committed, paid, adjusted="1000"):
        amounts = {"commitment_initial": adjusted, "commitment_adjusted": adjusted,
                   "payment_initial": adjusted, "payment_adjusted": adjusted,
                   "committed": committed, "paid": paid}
        return {"shares": shares, "amounts": {name: text for name, text in amounts.items() if text}}

    def test_sums_of_shares(self):
        plan, top, first, second = self.budgets(
            [self.line({"1.1": "0.25", "1.2": "0.5"}, "800", "900"),
             self.line({"1": "1"}, "100", "0.5", "10")])
        self.assertEqual(first["paid"], "225")
        self.assertEqual(second["paid"], "450")
        self.assertEqual(top["paid"], "675.5")
        self.assertEqual(plan, top)
        self.assertEqual((top["lines"], first["lines"]), (2, 1))
        self.assertEqual(top["commitment_execution"], "0.921052631579")  # 700 / 760
        self.assertEqual(top["payment_execution"], "0.888815789474")  # 675.5 / 760
        self.assertEqual(top["timing"], "BEHIND")
        self.assertEqual(first["timing"], "IN_STEP")  # 0.9 of a whole year

    def test_missing_amounts(self):
        plan = self.budgets([self.line({"1": "1"}, "800", None),
                             {"shares": {"1": "1"}, "amounts": {}}])[0]
        self.assertEqual((plan["lines"], plan["incomplete"]), (2, 2))
        self.assertIsNone(plan["paid"])
        self.assertIsNone(plan["payment_execution"])
        self.assertEqual(plan["commitment_execution"], "0.8")
        self.assertEqual(self.budgets([]), [None] * 4)

    def test_nothing_appropriated(self):
        plan = self.budgets([self.line({"1": "1"}, "0", "0", "0")])[0]
        self.assertIsNone(plan["payment_execution"])
        self.assertIsNone(plan["timing"])

    def test_the_year_elapses_up_to_the_day_of_the_read(self):
        # 1 October is day 274 of 365: 0.7507.
        for paid, timing in (("850", "IN_STEP"), ("851", "AHEAD"), ("650", "BEHIND")):
            plan = self.budgets([self.line({"1": "1"}, "0", paid)], date="2026-10-01")[0]
            self.assertEqual(plan["timing"], timing)


def every_element(case):
    stack = list(case["plan"]["elements"])
    while stack:
        element = stack.pop()
        stack += element.get("children", [])
        yield element


def scored_tree(case):
    read = model.case_from(case)
    return scoring.Scorer(read, read.quarter, scoring.values.Reader(read)).plan_node()


if __name__ == "__main__":
    unittest.main()
