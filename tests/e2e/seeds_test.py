"""The seeds, loaded by the command line through the public RPCs."""
import csv
import json
import random
import subprocess
import unittest

from athena.indicator.v1 import (indicator_service_pb2, observation_pb2, period_value_pb2, target_pb2)
from athena.common.v1 import values_pb2
from athena.plan.v1 import plan_pb2, plan_service_pb2
from athena.reporting.v1 import reporting_service_pb2, scorecard_pb2

import setting
from services import BUILD, ROOT, Services

GOB_PLAN = "institutions/gob/plans/strategic-plan-2021-2026"
NEWEST = "2026-Q3"  # the newest quarter that the seeds cover
HEADCOUNT = "headcount"
# Strategic plan 2021-2026: people on the payroll on 31-12-2020, by administration.
PEOPLE = {"SYN-RFA": 341, "BCIT": 33, "BIT": 60, "BEE": 237, "BFB": 135, "BL": 123, "BM": 420,
          "BPL": 104}


class SeedsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = Services().__enter__()
        cls.addClassCleanup(cls.services.__exit__)
        loaded = cls.services.athenactl("load", str(ROOT / "seeds"))
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        # By somebody who has not written the reports.
        reviewed = cls.services.athenactl("load", str(ROOT / "seeds"), "--only", "reviews",
                                          "--token=validator@gob")
        assert reviewed.returncode == 0, reviewed.stdout + reviewed.stderr

    def scorecard(self, quarter):
        return self.services.reports.GetScorecard(reporting_service_pb2.GetScorecardRequest(
            name=f"{GOB_PLAN}/scorecards/{quarter}", view=2), **setting.options())

    def headcount(self):
        parts = self.services.indicators.QueryPeriodValues(
            indicator_service_pb2.QueryPeriodValuesRequest(
                selections=[period_value_pb2.Selection(
                    indicator=f"institutions/gob/indicators/{HEADCOUNT}")],
                periods=["2020-Q4"], basis_date=values_pb2.Date(year=2021, month=3, day=1)),
            **setting.options())
        return [value for part in parts for value in part.values][0].own

    def test_1_the_plan_is_whole(self):
        elements, token = [], ""
        while True:
            page = self.services.plans.ListElements(plan_service_pb2.ListElementsRequest(
                parent=GOB_PLAN, page_token=token), **setting.options())
            elements += page.elements
            token = page.next_page_token
            if not token:
                break
        kinds = [element.kind for element in elements]
        self.assertEqual(kinds.count(plan_pb2.Element.KIND_AXIS), 4)
        self.assertEqual(kinds.count(plan_pb2.Element.KIND_OBJECTIVE), 20)
        self.assertEqual(kinds.count(plan_pb2.Element.KIND_ACTION), 101)

    def test_1_people_are_counted_by_administration(self):
        printed = self.services.athenactl("values", f"gob/{HEADCOUNT}", "2020", "--by", "unit")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        rows = [line.split() for line in printed.stdout.splitlines()]
        self.assertEqual({row[1]: int(row[2]) for row in rows if row[0] == "2020"}, PEOPLE)

    def test_1_a_filter_finds_the_daily_indicator(self):
        printed = self.services.athenactl("indicators", "gob", "--filter", "frequency = DAILY")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertEqual([line.split()[0] for line in printed.stdout.splitlines()[1:]],
                         ["direct-debt"])

    def test_2_loading_again_changes_nothing_and_says_so(self):
        before = self.scorecard("2022-Q4")
        again = self.services.athenactl("load", str(ROOT / "seeds"))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("nothing to change", again.stdout + again.stderr)
        after = self.scorecard("2022-Q4")
        self.assertEqual(after.basis.plan_revision, before.basis.plan_revision)
        self.assertEqual(dict(after.basis.indicator_revisions),
                         dict(before.basis.indicator_revisions))

    def test_3_most_objectives_are_scored_and_every_status_is_to_be_seen(self):
        for quarter in ("2022-Q4", NEWEST):
            nodes = setting.nodes(self.scorecard(quarter).result.root)
            objectives = [node for node in nodes.values()
                          if node.kind == plan_pb2.Element.KIND_OBJECTIVE]
            scored = [node for node in objectives if node.HasField("score")]
            self.assertGreaterEqual(len(scored), 17, quarter)
            self.assertLessEqual(
                {scorecard_pb2.SCORECARD_STATUS_GREEN, scorecard_pb2.SCORECARD_STATUS_AMBER,
                 scorecard_pb2.SCORECARD_STATUS_RED},
                {node.status for node in nodes.values()}, quarter)

    def test_3_the_newest_quarter_has_every_reason_that_seeds_can_have(self):
        reasons = set()
        for node in setting.nodes(self.scorecard(NEWEST).result.root).values():
            reasons.add(scorecard_pb2.ScorecardReason.Name(node.reason))
            reasons.add(scorecard_pb2.ScorecardReason.Name(node.delivery.reason))
            reasons |= {scorecard_pb2.ScorecardReason.Name(link.reason) for link in node.indicators}
        self.assertLessEqual({f"SCORECARD_REASON_{name}" for name in (
            "OVERDUE", "NO_REPORT", "INCOMPLETE", "OPERAND", "COVERAGE", "NO_TARGET", "TARGET_ENDED",
            "CANCELLED", "DEFERRED")}, reasons)

    def test_3_the_drift_since_the_plan_came_in_force_shows(self):
        nodes = setting.nodes(self.scorecard(NEWEST).result.root)
        crm = nodes["e1-3-1"]
        self.assertTrue(crm.end_date_declared)
        self.assertEqual((crm.end_date_at_activation.year, crm.end_date.year), (2024, 2026))
        self.assertEqual([milestone.id for milestone in crm.milestones
                          if milestone.due_date_declared], ["all-units"])
        [kiosks] = nodes["e4-2-1"].indicators
        self.assertEqual(kiosks.period_result.current.status, scorecard_pb2.SCORECARD_STATUS_GREEN)
        self.assertEqual(kiosks.period_result.original.status, scorecard_pb2.SCORECARD_STATUS_RED)

    def test_3_reports_stand_as_the_files_say(self):
        due = self.services.athenactl("progress", "gob", NEWEST)
        self.assertEqual(due.returncode, 0, due.stderr)
        self.assertIn("5 missing, 2 draft, 1 returned, 7 submitted, 38 validated", due.stdout)

    def test_3_operational_plans_stand_as_the_files_say(self):
        listed = self.services.athenactl("list", "operational-plans",
                                         "gob/plans/strategic-plan-2021-2026", "--json")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertEqual([listed.stdout.count(f'"STATE_{state}"') for state in (
            "APPROVED", "SUBMITTED", "RETURNED")], [6, 1, 1])

    def test_3_what_belongs_to_the_plan_is_there(self):
        for kind, count in {"risks": 12, "processes": 5, "budget-lines": 16, "decisions": 10}.items():
            listed = self.services.athenactl("list", kind, "gob", "--json")
            self.assertEqual(listed.returncode, 0, listed.stderr)
            self.assertEqual(listed.stdout.count('"name": "institutions/gob/'), count, kind)

    def test_4_every_figure_says_where_it_comes_from(self):
        card = self.scorecard(NEWEST)
        for node in setting.nodes(card.result.root).values():
            for link in node.indicators:
                self.assertTrue(link.detail.source_system, link.indicator)

    def test_5_the_staff_of_2020_is_the_published_number(self):
        self.assertEqual(sum(PEOPLE.values()), 1453)
        measured = self.headcount()
        self.assertEqual(measured.value.decimal, "1453")
        self.assertEqual((measured.present, measured.expected), (8, 8))

    def test_6_without_one_unit_it_is_incomplete_and_never_a_smaller_number(self):
        setting.push(self.services, "without-bm", [observation_pb2.Observation(
            indicator=HEADCOUNT, period="2020-Q4", dimensions={"unit": "BM"}, retract=True)])
        measured = self.headcount()
        self.assertFalse(measured.HasField("value"))
        self.assertEqual(measured.reason, period_value_pb2.NO_VALUE_REASON_INCOMPLETE)
        self.assertEqual((measured.present, measured.expected), (7, 8))

    def test_7_a_scorecard_made_of_what_changed_is_that_made_of_everything(self):
        """A scorecard that is updated from the one before equals the same scorecard asked for by its
        basis, which is computed from nothing but the stored data."""
        rows = []
        for path in sorted((ROOT / "seeds/gob/observations").glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    if row["value"] and row["period"].startswith("2022") and not row["status"]:
                        rows.append(row)
        chance = random.Random(2022)
        different = set()
        for step in range(25):
            several = [rows[0], *chance.sample(rows, chance.choice([1, 2, 40]))]
            observations = {}
            for row in several:
                codes = {key: value for key, value in row.items()
                         if key not in ("indicator", "period", "value", "status", "comment")}
                cell = (row["indicator"], row["period"], *codes.items())
                value = float(row["value"]) * (1 - step / 1000)
                observations[cell] = setting.observation(row["indicator"], row["period"], value, codes)
            setting.push(self.services, f"step-{step}", observations.values())
            if step % 6 == 5:
                self.services.indicators.SetTarget(indicator_service_pb2.SetTargetRequest(
                    target=target_pb2.Target(
                        indicator=f"institutions/gob/indicators/{rows[-1]['indicator']}",
                        anchors=[target_pb2.Target.Anchor(period="2022", value=100 + step)],
                        margin=10), reason="a test"), **setting.options())
            card = self.scorecard("2022-Q4")
            again = self.services.reports.GetScorecard(reporting_service_pb2.GetScorecardRequest(
                name=card.name, view=2, as_of=reporting_service_pb2.ScorecardAsOf(basis=card.basis)),
                                                       **setting.options())
            self.assertEqual(card.SerializeToString(deterministic=True),
                             again.SerializeToString(deterministic=True), f"step {step}")
            different.add(card.result.SerializeToString(deterministic=True))
        self.assertGreater(len(different), 15)

    def elements(self, plan):
        """Those of a plan by id, without what the service sets and without the plan's name."""
        listed = self.services.athenactl("list", "elements", plan, "--json")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        elements = {}
        for element in json.loads(listed.stdout)["elements"]:
            id_ = element.pop("name").rpartition("/")[2]
            for field in ("etag", "revision", "createTime", "updateTime", "endDateAtActivation"):
                element.pop(field, None)
            if "parentElement" in element:
                element["parentElement"] = element["parentElement"].rpartition("/")[2]
            for milestone in element.get("milestones", []):
                milestone.pop("dueDateAtActivation", None)
            elements[id_] = element
        return elements

    def test_8_the_plan_goes_out_as_stratml_and_comes_back(self):
        folder = self.services.folder / "stratml"
        plan, copy = (f"gob/{id_}" for id_ in ("strategic-plan-2021-2026", "copy"))
        exported = self.services.athenactl("export-plan", plan, str(folder))
        self.assertEqual(exported.returncode, 0, exported.stderr)
        files = sorted(str(path) for path in folder.iterdir())
        self.assertEqual(exported.stdout.splitlines()[len(files)].split(", ")[0],
                         f"{len(files)} documents of {GOB_PLAN}")
        checked = subprocess.run([str(BUILD / "bin/stratml-check"), *files],
                                 capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))

        dry = self.services.athenactl("import-plan", copy, str(folder), "--dry-run")
        self.assertEqual(dry.returncode, 0, dry.stderr)
        self.assertIn(f"125 elements of {len(files)} files, 0 remarks", dry.stdout)
        self.assertNotEqual(self.services.athenactl("get", "gob/plans/copy").returncode, 0)
        imported = self.services.athenactl("import-plan", copy, str(folder))
        self.assertEqual(imported.returncode, 0, imported.stderr)
        self.assertEqual(self.elements("gob/plans/copy"),
                         self.elements("gob/plans/strategic-plan-2021-2026"))


if __name__ == "__main__":
    unittest.main()
