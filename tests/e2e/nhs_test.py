"""Real data: the four-hour performance of England's emergency departments, 2016-04 to 2019-03.

The data (NHS England, "A&E waiting times and activity", Open Government Licence v3.0) is not part
of this repository; ATHENA_NHS_AE names the file, or the folder that holds ae_attendances.csv. What
the scorecards must say is computed here, from the file, by another road: exact fractions of sums.
"""
import collections
import csv
import fractions
import os
import pathlib
import random
import threading
import unittest

from athena.indicator.v1 import indicator_pb2, indicator_service_pb2, target_pb2
from athena.plan.v1 import institution_pb2, plan_pb2, plan_service_pb2
from athena.reporting.v1 import scorecard_pb2

import setting
from services import EVERYTHING, ROOT, Services
from setting import observation, text

SENDERS = 4
ROWS_PER_PUSH = 1000
MEASURES = ("attendances", "breaches", "admissions")
STANDARD = fractions.Fraction(95, 100)


def data_file():
    named = os.environ.get("ATHENA_NHS_AE")
    places = [pathlib.Path(named)] if named else [ROOT.parent / "shared" / "data" / "nhs_ae"]
    for place in places:
        file = place / "ae_attendances.csv" if place.is_dir() else place
        if file.is_file():
            return file
    return None


def read(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def quarter_of(period):
    year, month = int(period[:4]), int(period[5:7])
    return f"{year}-Q{(month - 1) // 3 + 1}"


@unittest.skipIf(data_file() is None, "the data is not here: set ATHENA_NHS_AE")
class NhsTest(unittest.TestCase):
    def test_every_quarter_is_the_ratio_of_sums(self):
        rows = read(data_file())
        self.assertEqual(len(rows), 12_765)
        sums = collections.defaultdict(lambda: dict.fromkeys(MEASURES, 0))
        for row in rows:
            for measure in MEASURES:
                sums[quarter_of(row["period"])][measure] += int(float(row[measure]))
        self.assertEqual(len(sums), 12)

        with Services() as services:
            self.define(services, rows)
            counts = self.push_all(services, rows)
            self.assertEqual(counts, {"inserted": 12_765 * 3})
            for quarter, sum_of in sorted(sums.items()):
                expected = 1 - fractions.Fraction(sum_of["breaches"], sum_of["attendances"])
                card = setting.scorecard(services, quarter)
                links = {link.indicator.rpartition("/")[2]: link
                         for link in setting.nodes(card.result.root)["e1"].indicators}
                found = fractions.Fraction(links["four-hours"].period_result.value.decimal)
                self.assertLess(abs(found - expected), fractions.Fraction(1, 10**9), quarter)
                self.assertEqual(
                    links["four-hours"].status,
                    scorecard_pb2.SCORECARD_STATUS_GREEN if expected >= STANDARD
                    else scorecard_pb2.SCORECARD_STATUS_RED if expected < STANDARD - self.MARGIN
                    else scorecard_pb2.SCORECARD_STATUS_AMBER, quarter)
                for measure in ("attendances", "admissions"):
                    self.assertEqual(links[measure].period_result.value.decimal,
                                     str(sum_of[measure]), quarter)
                coverage = fractions.Fraction(
                    links["four-hours"].period_result.coverage.share.decimal)
                self.assertTrue(fractions.Fraction(95, 100) <= coverage <= 1, (quarter, coverage))

    MARGIN = fractions.Fraction(10, 100)

    def define(self, services, rows):
        kinds = indicator_pb2.Indicator
        codes = {name: sorted({row[column] for row in rows})
                 for name, column in (("organisation", "org_code"), ("type", "type"))}
        dimensions = [indicator_pb2.Dimension(id=name, codes=[
            indicator_pb2.Dimension.Code(id=code) for code in codes[name]])
            for name in ("organisation", "type")]
        requests = [indicator_service_pb2.CreateIndicatorRequest(
            indicator_id=measure, indicator=kinds(
                display_name=text(measure.capitalize()), kind=kinds.KIND_BASE, unit="patients",
                direction=kinds.DIRECTION_HIGHER, frequency=kinds.FREQUENCY_MONTHLY,
                time_aggregation=kinds.TIME_AGGREGATION_SUM,
                group_aggregation=kinds.GROUP_AGGREGATION_SUM, dimensions=dimensions,
                missing_policy=kinds.MISSING_POLICY_PARTIAL))
            for measure in MEASURES]
        requests.append(indicator_service_pb2.CreateIndicatorRequest(
            indicator_id="four-hours", indicator=kinds(
                display_name=text("Seen within four hours"), kind=kinds.KIND_FORMULA,
                formula="1 - breaches / attendances", decimals=3, unit="share",
                direction=kinds.DIRECTION_HIGHER, frequency=kinds.FREQUENCY_QUARTERLY)))
        services.indicators.BatchCreateIndicators(
            indicator_service_pb2.BatchCreateIndicatorsRequest(
                parent=setting.INSTITUTION, requests=requests), **setting.options())
        services.indicators.SetTarget(indicator_service_pb2.SetTargetRequest(
            target=target_pb2.Target(
                indicator=f"{setting.INSTITUTION}/indicators/four-hours",
                anchors=[target_pb2.Target.Anchor(period="2016-Q1", value=float(STANDARD))],
                interpolation=target_pb2.Target.INTERPOLATION_STEP, margin=float(self.MARGIN))),
            **setting.options())
        services.plans.CreateInstitution(plan_service_pb2.CreateInstitutionRequest(
            institution_id="gob", institution=institution_pb2.Institution(
                display_name=text("Emergency departments"), time_zone="Europe/London")),
            **setting.options())
        services.plans.CreatePlan(plan_service_pb2.CreatePlanRequest(
            parent=setting.INSTITUTION, plan_id="p", plan=plan_pb2.Plan(
                title=text("Waiting times"), first_quarter="2016-Q2", last_quarter="2019-Q1",
                languages=["en"])), **setting.options())
        services.plans.CreateElement(plan_service_pb2.CreateElementRequest(
            parent=setting.PLAN, element_id="e1", element=plan_pb2.Element(
                kind=plan_pb2.Element.KIND_OBJECTIVE, code="1", title=text("Seen in time"),
                indicators=[plan_pb2.IndicatorLink(
                    indicator=f"{setting.INSTITUTION}/indicators/{name}")
                    for name in ("four-hours", "attendances", "admissions")])),
            **setting.options())

    def push_all(self, services, rows):
        """Pushes the rows through several senders, shuffled. Returns the sum of their counts."""
        observations = [observation(measure, row["period"][:7], float(row[measure]),
                                    {"organisation": row["org_code"], "type": row["type"]})
                        for row in rows for measure in MEASURES]
        random.Random(20160401).shuffle(observations)
        counts, failures, lock = collections.Counter(), [], threading.Lock()

        def send(sender):
            mine = observations[sender::SENDERS]
            try:
                for start in range(0, len(mine), ROWS_PER_PUSH):
                    answer = services.indicators.PushObservations(
                        indicator_service_pb2.PushObservationsRequest(
                            parent=setting.INSTITUTION, push_id=f"{sender}-{start}",
                            observations=mine[start:start + ROWS_PER_PUSH]),
                        metadata=EVERYTHING, timeout=60)
                    with lock:
                        for field, count in answer.counts.ListFields():
                            counts[field.name] += count
            except Exception as error:  # reported by the test, which a thread cannot fail
                failures.append(error)

        threads = [threading.Thread(target=send, args=(i,)) for i in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        return dict(counts)


if __name__ == "__main__":
    unittest.main()
