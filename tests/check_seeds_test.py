#!/usr/bin/env python3
"""Plants a fault in a copy of the seeds and sees it found."""
import json
import pathlib
import shutil
import tempfile
import unittest

import check_seeds

ROOT = pathlib.Path(__file__).resolve().parent.parent
ELEMENTS = check_seeds.PLAN + "/elements.json"


class CheckSeeds(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.seeds = pathlib.Path(folder.name) / "seeds"
        shutil.copytree(ROOT / "seeds", self.seeds)

    def found(self):
        return list(check_seeds.check(self.seeds, ROOT / "proto"))

    def assert_finds(self, part):
        found = self.found()
        self.assertTrue(any(part in fault for fault in found), f"{part!r} is not in {found[:5]}")

    def change(self, name, edit):
        path = self.seeds / name
        content = json.loads(path.read_text(encoding="utf-8"))
        edit(content)
        path.write_text(json.dumps(content), encoding="utf-8")

    def element(self, code, edit):
        self.change(ELEMENTS, lambda content: edit(next(
            e for e in content["elements"] if e["code"] == code)))

    def indicator(self, id_, edit, institution="gob"):
        self.change(f"{institution}/indicators.json", lambda content: edit(next(
            i for i in content["indicators"] if i["name"].endswith("/" + id_))))

    def target(self, id_, edit):
        self.change("gob/targets.json", lambda content: edit(next(
            t for t in content["targets"] if t["indicator"].endswith("/" + id_))))

    def add_row(self, file, row):
        with (self.seeds / "gob/observations" / file).open("a", encoding="utf-8") as out:
            out.write(row + "\n")

    def test_the_seeds_are_fine(self):
        self.assertEqual(self.found(), [])

    def test_an_action_is_missing(self):
        self.change(ELEMENTS, lambda content: content["elements"].pop())
        self.assert_finds("'KIND_ACTION': 100")

    def test_the_order_of_codes_is_natural(self):
        self.change(ELEMENTS, lambda c: c["elements"].sort(key=lambda e: e["code"]))
        self.assert_finds("natural order")
        self.assertLess(check_seeds.natural("1.3.9"), check_seeds.natural("1.3.10"))

    def test_a_parent_that_is_another_objective(self):
        self.element("3.1.1", lambda e: e.update(parentElement=e["parentElement"][:-1] + "2"))
        self.assert_finds("element 3.1.1: its parent is not 3.1")

    def test_a_title_without_french(self):
        self.element("1.2.1", lambda e: e["title"]["text"].pop("fr"))
        self.assert_finds("element 1.2.1.title: no text in fr")

    def test_a_title_that_is_too_long(self):
        self.element("1.2.1", lambda e: e["title"]["text"].update(fr="é" * 151))
        self.assert_finds("302 bytes, allowed are 300")

    def test_a_field_that_no_contract_has(self):
        self.element("1.2.1", lambda e: e.update(ownerunit="institutions/gob/units/bee"))
        self.assert_finds("Element has no field ownerunit")

    def test_a_field_of_a_link_that_no_contract_has(self):
        self.element("1.2.1", lambda e: e["indicators"][0].update(wheight=2))
        self.assert_finds("IndicatorLink has no field wheight")

    def test_a_state_that_no_contract_has(self):
        self.element("1.2.1", lambda e: e.update(state="STATE_FINISHED"))
        self.assert_finds("no contract knows STATE_FINISHED")

    def test_completed_without_its_date(self):
        self.element("1.1.1", lambda e: e.pop("completedOn"))
        self.assert_finds("STATE_COMPLETED needs completedOn")

    def test_a_link_to_nothing(self):
        self.element("1.2.1", lambda e: e["indicators"][0].update(
            indicator="institutions/gob/indicators/nothing"))
        self.assert_finds("element 1.2.1: links institutions/gob/indicators/nothing")

    def test_a_link_to_a_series_that_does_not_exist(self):
        self.element("1.2.2", lambda e: e["indicators"][0]["slice"].update(network="NONE"))
        self.assert_finds("no series network=NONE")

    def test_a_link_to_what_is_not_shared(self):
        self.indicator("training-days", lambda i: i.pop("sharedWith"), "talent-brussels")
        self.assert_finds("not shared with institutions/gob")

    def test_an_objective_with_one_indicator(self):
        self.element("3.7.1", lambda e: e.pop("indicators"))
        self.element("3.7.2", lambda e: e.pop("indicators"))
        self.assert_finds("element 3.7: an objective is measured by two")

    def test_no_source(self):
        self.indicator("headcount", lambda i: i.pop("sourceSystem"))
        self.assert_finds("headcount: no sourceSystem")

    def test_real_and_illustrative_figures_in_one_indicator(self):
        self.indicator("headcount", lambda i: i.update(sourceSystem="plan; then illustrative"))
        self.assert_finds("headcount: real and illustrative")

    def test_a_total_as_a_code(self):
        self.indicator("headcount", lambda i: i["dimensions"][0]["codes"][0].update(id="_T"))
        self.assert_finds("_T is no code")

    def test_a_formula_that_reads_nothing(self):
        self.indicator("payment-days", lambda i: i.update(formula="invoice-days / invoices"))
        self.assert_finds("reads invoices, which does not exist")

    def test_a_formula_with_a_minus_that_is_part_of_a_name(self):
        self.indicator("payment-days", lambda i: i.update(formula="invoice-days -invoices-paid"))
        self.assert_finds("a binary minus needs a space")

    def test_formulas_in_a_cycle(self):
        self.indicator("payment-days", lambda i: i.update(formula="1 + online-share"))
        self.indicator("online-share", lambda i: i.update(formula="2 * payment-days"))
        self.assert_finds("formulas in a cycle")

    def test_operands_are_told_from_functions_and_codes(self):
        self.assertEqual(
            check_seeds.operands_of('max(a-b, 2) - abs(c{x="d-e"}) / coalesce(f, 0)'),
            [("a-b", ""), ("c", '{x="d-e"}'), ("f", "")])

    def test_a_red_flag_on_the_better_side(self):
        self.target("absenteeism", lambda t: t["anchors"][0].update(red=7))
        self.assert_finds("not on the worse side")

    def test_a_range_whose_red_values_lie_inside(self):
        self.target("telework-share", lambda t: t["anchors"][0].update(redLow=45))
        self.assert_finds("redLow < low <= high < redHigh does not hold")

    def test_a_tolerance_round_zero(self):
        self.target("recommendations-late", lambda t: t["anchors"][1].update(value=0))
        self.assert_finds("keeps away from 0")

    def test_anchors_of_two_lengths(self):
        self.target("absenteeism", lambda t: t["anchors"][0].update(period="2022-Q4"))
        self.assert_finds("all quarters or all years")

    def test_a_profile_that_is_no_whole(self):
        self.target("energy-use", lambda t: t.update(quarterProfile=[0.3, 0.2, 0.2, 0.2]))
        self.assert_finds("in all 1")

    def test_a_month_for_a_quarterly_indicator(self):
        self.add_row("quarterly.csv", "followup-days,2021-07,3,,")
        self.assert_finds("2021-07 is no period of FREQUENCY_QUARTERLY")

    def test_a_week_that_the_year_does_not_have(self):
        self.assertIsNone(check_seeds.frequency_of("2022-W53"))
        self.assertEqual(check_seeds.frequency_of("2020-W53"), "FREQUENCY_WEEKLY")

    def test_a_cell_twice_in_two_files(self):
        (self.seeds / "gob/observations/late.csv").write_text(
            "indicator,period,unit,value,status,comment\nheadcount,2020-Q4,BM,419,,\n")
        self.assert_finds("the same cell as gob/late.csv:2")

    def test_an_unknown_code(self):
        self.add_row("plan-headcount.csv", "headcount,2020-Q4,BX,1,,")
        self.assert_finds("unit has no code 'BX'")

    def test_a_value_that_is_no_number(self):
        self.add_row("quarterly.csv", 'followup-days,2023-Q1,"1,5",,')
        self.assert_finds("'1,5' is no number")

    def test_a_value_out_of_bounds(self):
        self.add_row("quarterly.csv", "followup-days,2023-Q1,-1,,")
        self.assert_finds("-1 is outside the bounds")

    def test_a_missing_status_with_a_value(self):
        self.add_row("quarterly.csv", "followup-days,2023-Q1,1,M,")
        self.assert_finds("status 'M' with value '1'")

    def test_a_headcount_that_is_not_the_plan_s(self):
        path = self.seeds / "gob/observations/plan-headcount.csv"
        path.write_text(path.read_text().replace(",420,", ",421,"))
        self.assert_finds("headcount: 1454 in 8 units")

    def test_a_target_that_stops_before_the_plan(self):
        self.target("absenteeism", lambda t: t["anchors"].pop())
        self.assert_finds("its last anchor is 2024; the plan goes on to 2026")

    def test_a_target_of_the_plan_that_was_extended(self):
        self.target("own-emissions", lambda t: t["anchors"].append({"period": "2026", "value": 1}))
        self.assert_finds("the plan states ('2025', 0)")

    def test_a_declared_original_twice(self):
        self.change("gob/targets.json", lambda c: c["targets"].append(next(
            t for t in c["targets"] if t.get("declaredOriginal"))))
        self.assert_finds("set twice")

    def test_a_figure_of_the_plan_that_was_invented(self):
        self.add_row("plan-figures.csv", "net-financing-balance,2021,-1,,")
        self.assert_finds("periods ['2020', '2021'], the plan states ['2020']")

    def test_figures_that_stop_before_the_newest_quarter(self):
        path = self.seeds / "gob/observations/weekly.csv"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
        self.assert_finds("its last period is 2026-W38, the seeds go on to 2026-W39")

    def test_a_figure_after_the_newest_quarter(self):
        self.add_row("quarterly.csv", "followup-days,2026-Q4,12,,")
        self.assert_finds("followup-days: 2026-Q4 lies after 2026-Q3")

    def test_the_newest_periods(self):
        self.assertEqual([check_seeds.newest_of(f"FREQUENCY_{name}") for name in (
            "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "SEMESTRIAL", "ANNUAL")],
                         ["2026-09-30", "2026-W39", "2026-09", "2026-Q3", "2026-S1", "2025"])
        self.assertEqual([check_seeds.last_month(period) for period in (
            "2026-09-30", "2026-W39", "2026-09", "2026-Q3", "2026-S1", "2025")],
                         ["2026-09", "2026-09", "2026-09", "2026-09", "2026-06", "2025-12"])

    def test_a_day_that_is_still_to_come(self):
        self.element("1.1.3", lambda e: e["completedOn"].update(year=2027))
        self.assert_finds("element 1.1.3.completedOn: 2027-12-15 lies after 2026-Q3")

    def test_a_milestone_both_done_and_withdrawn(self):
        self.element("1.1.6", lambda e: e["milestones"][1].update(
            doneDate=e["milestones"][0]["doneDate"]))
        self.assert_finds("milestone pilot: both done and withdrawn")

    def test_a_withdrawal_without_a_reason(self):
        self.element("1.1.6", lambda e: e["milestones"][1].pop("withdrawnReason"))
        self.assert_finds("withdrawn on a day and for a reason, or neither")

    def test_a_declared_end_that_never_moved(self):
        self.element("1.1.2", lambda e: e.update(declaredEndDate=e["endDate"]))
        self.assert_finds("element 1.1.2: declares 2026-06-30, which is what it still is")

    def test_a_declared_end_of_a_plan_without_effective_date(self):
        self.change(check_seeds.PLAN + "/plan.json", lambda plan: plan.pop("effectiveDate"))
        self.assert_finds("plan.json has no effectiveDate")

    def risk(self, id_, edit):
        self.change("gob/risks.json", lambda content: edit(next(
            r for r in content["risks"] if r["name"].endswith("/" + id_))))

    def test_a_residual_risk_above_the_inherent_one(self):
        self.risk("cyber", lambda r: r.update(residualLikelihood=5, residualImpact=5))
        self.assert_finds("risks/cyber: a justification where the residual score is higher")

    def test_a_risk_of_no_element(self):
        self.risk("cyber", lambda r: r["elements"].append("institutions/gob/plans/p/elements/e1"))
        self.assert_finds("there is no element institutions/gob/plans/p/elements/e1")

    def test_a_risk_code_twice(self):
        self.risk("cyber", lambda r: r.update(code="R-1"))
        self.assert_finds("risks/cyber: its name or its code stands there twice")

    def test_personal_data_without_a_retention(self):
        self.change("gob/processes.json", lambda c: c["processes"][1]["data"][0].pop("retention"))
        self.assert_finds("data files: PERSONAL data has a legal basis and a retention")

    def test_shares_of_more_than_a_line(self):
        self.change("gob/budget-lines.json",
                    lambda c: c["budgetLines"][1]["shares"][0].update(share=0.9))
        self.assert_finds("budgetLines/it-platforms-2025: its shares are more than 1")

    def test_amounts_that_shrink(self):
        path = self.seeds / "gob/budget-amounts/2026.csv"
        lines = path.read_text().splitlines()
        lines[3] = ",".join(lines[3].split(",")[:-1] + ["0.50"])
        path.write_text("\n".join(lines) + "\n")
        self.assert_finds("staff-2026 2026-Q3: amounts are cumulative")

    def test_amounts_of_another_year(self):
        path = self.seeds / "gob/budget-amounts/2026.csv"
        path.write_text(path.read_text().replace("staff-2026,2026-Q1", "staff-2026,2025-Q1"))
        self.assert_finds("staff-2026 2025-Q1: no line of that year")

    def test_a_decision_done_without_a_day(self):
        self.change("gob/decisions.json", lambda c: next(
            d for d in c["decisions"] if "doneOn" in d).pop("doneOn"))
        self.assert_finds("doneOn where STATE_DONE, and only there")

    def test_an_operational_plan_of_what_others_do(self):
        self.change(check_seeds.PLAN + "/operational-plans.json",
                    lambda c: c["operationalPlans"][6]["items"][0].update(
                        element="institutions/gob/plans/strategic-plan-2021-2026/elements/e3-4-1"))
        self.assert_finds("e3-4-1: neither owned nor contributed to")

    def test_a_unit_without_an_operational_plan(self):
        self.change(check_seeds.PLAN + "/operational-plans.json",
                    lambda c: c["operationalPlans"].pop())
        self.assert_finds("one for each unit in 2026")

    def report(self, edit):
        self.change(check_seeds.PLAN + "/progress-reports.json",
                    lambda c: edit(c["progressReports"]))

    def test_a_report_of_a_quarter_that_is_still_to_come(self):
        self.report(lambda reports: reports[0].update(
            name=reports[0]["name"].replace("2026-Q1", "2026-Q4")))
        self.assert_finds("no quarter from progressExpectedFrom to 2026-Q3")

    def test_a_report_of_what_is_completed(self):
        self.report(lambda reports: reports[0].update(
            name=reports[0]["name"].replace("e1-1-2", "e1-1-3")))
        self.assert_finds("the action was completed by then")

    def test_a_note_about_an_indicator_that_is_not_linked(self):
        self.report(lambda reports: next(r for r in reports if "indicatorNotes" in r)[
            "indicatorNotes"][0].update(indicator="institutions/gob/indicators/purchases"))
        self.assert_finds("institutions/gob/indicators/purchases is no link of the element")

    def test_an_action_that_nobody_reports_on(self):
        self.element("1.2.1", lambda e: e.pop("reporters"))
        self.assert_finds("element 1.2.1: reporters None, its unit's is reporter-bee")


if __name__ == "__main__":
    unittest.main()
