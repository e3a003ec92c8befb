"""The plans whose scorecards are measured, and pushes that change them."""
import csv
import itertools
import json

from services import DEADLINE, EVERYTHING, ROOT  # first: it makes the stubs below
from athena.common.v1 import values_pb2
from athena.indicator.v1 import (indicator_pb2, indicator_service_pb2, observation_pb2, target_pb2)
from athena.plan.v1 import institution_pb2, plan_pb2, plan_service_pb2

OPTIONS = {"metadata": EVERYTHING, "timeout": DEADLINE}
PUSH_ROWS = 10_000
BATCH = 1000
FREQUENCIES = {"FREQUENCY_WEEKLY": "W", "FREQUENCY_MONTHLY": "M", "FREQUENCY_QUARTERLY": "Q",
               "FREQUENCY_SEMESTRIAL": "S", "FREQUENCY_ANNUAL": "A"}
PARTS = {"W": 52, "M": 12, "Q": 4, "S": 2, "A": 1}


def period_literal(frequency, year, part):
    return {"A": f"{year}", "M": f"{year}-{part:02}", "W": f"{year}-W{part:02}"}.get(
        frequency, f"{year}-{frequency}{part}")


def batches_of(items, size):
    return [items[first:first + size] for first in range(0, len(items), size)]


def text(english):
    return values_pb2.LocalizedText(text={"en": english})


class GobPlan:
    """The strategic plan of seeds/gob, in the quarter that the demo shows."""

    depth = -1
    INSTITUTION = "institutions/gob"
    scorecard = f"{INSTITUTION}/plans/strategic-plan-2021-2026/scorecards/2026-Q3"
    ONE = "intranet-users"

    def __init__(self, running):
        loaded = running.athenactl("load", str(ROOT / "seeds"))
        if loaded.returncode != 0:
            raise RuntimeError(loaded.stderr)
        self.counter = itertools.count(1)
        self.rows = self._rows()

    def _rows(self):
        """Every series, as far back as makes 10,000 rows: the seeds' own cells first."""
        folder = ROOT / "seeds/gob"
        frequencies = {
            indicator["name"].rpartition("/")[2]: FREQUENCIES.get(indicator["frequency"])
            for indicator in json.loads((folder / "indicators.json").read_text(encoding="utf-8"))
            ["indicators"]}
        cells, series = {}, {}
        for path in sorted((folder / "observations").glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    if not row["value"] or row["status"] not in ("", "A"):
                        continue
                    codes = {key: value for key, value in row.items()
                             if key not in ("indicator", "period", "value", "status", "comment")}
                    key = (row["indicator"], tuple(codes.items()))
                    cells[key, row["period"]] = float(row["value"])
                    series[key] = float(row["value"])
        years = itertools.count(2018, -1)
        while len(cells) < PUSH_ROWS:
            year = next(years)
            for key, value in series.items():
                frequency = frequencies[key[0]]
                for part in range(1, PARTS.get(frequency, 0) + 1):
                    cells.setdefault((key, period_literal(frequency, year, part)), value)
        return list(cells.items())[:PUSH_ROWS]

    def _push(self, rows, number):
        """The rows with slightly smaller values, smaller with every push, and within the bounds."""
        return indicator_service_pb2.PushObservationsRequest(
            parent=self.INSTITUTION, push_id=f"push-{number}", observations=[
                observation_pb2.Observation(indicator=indicator, period=period,
                                            dimensions=dict(codes), value=value * (1 - number / 1e5))
                for ((indicator, codes), period), value in rows])

    def one_row(self):
        rows = [(cell, value) for cell, value in self.rows
                if cell[0][0] == self.ONE and cell[1] == "2026-09"]
        return self._push(rows[:1], next(self.counter))

    def many_rows(self):
        return self._push(self.rows, next(self.counter))


class SyntheticPlan:
    """A plan of so many monthly indicators, 100 to an objective, ten objectives to an axis, all with
    a target and so many years of values."""

    depth = 1  # axes: an answer of some kilobytes, made from all of it
    PER_ELEMENT = 100

    def __init__(self, running, institution, indicators, first_year, years):
        self.institution = f"institutions/{institution}"
        self.plan = f"{self.institution}/plans/p"
        self.last_year = first_year + years - 1
        self.scorecard = f"{self.plan}/scorecards/{self.last_year}-Q4"
        self.ids = [f"i-{number}" for number in range(indicators)]
        self.counter = itertools.count(1)
        self._create_indicators(running.indicators, first_year)
        self._create_plan(running.plans, institution, first_year)
        for rows in self._history(first_year, years):
            running.indicators.PushObservations(self._push(rows), **OPTIONS)

    def _create_plan(self, plans, institution, first_year):
        plans.CreateInstitution(plan_service_pb2.CreateInstitutionRequest(
            institution_id=institution,
            institution=institution_pb2.Institution(display_name=text(institution))), **OPTIONS)
        plans.CreatePlan(plan_service_pb2.CreatePlanRequest(
            parent=self.institution, plan_id="p", plan=plan_pb2.Plan(
                title=text("Plan"), first_quarter=f"{first_year}-Q1",
                last_quarter=f"{self.last_year}-Q4", languages=["en"])), **OPTIONS)
        element = plan_pb2.Element
        objectives = list(batches_of(self.ids, self.PER_ELEMENT))
        axes = list(batches_of(range(len(objectives)), 10))
        requests = []
        for number, share in enumerate(axes, 1):
            requests.append(plan_service_pb2.CreateElementRequest(
                element_id=f"a-{number}", element=element(
                    kind=element.KIND_AXIS, code=f"{number}", title=text(f"Axis {number}"))))
            for objective in share:
                requests.append(plan_service_pb2.CreateElementRequest(
                    element_id=f"o-{objective}", element=element(
                        kind=element.KIND_OBJECTIVE, code=f"{number}.{objective}",
                        title=text(f"Objective {objective}"),
                        parent_element=f"{self.plan}/elements/a-{number}",
                        indicators=[plan_pb2.IndicatorLink(
                            indicator=f"{self.institution}/indicators/{indicator}")
                                    for indicator in objectives[objective]])))
        for share in batches_of(requests, BATCH):
            plans.BatchCreateElements(plan_service_pb2.BatchCreateElementsRequest(
                parent=self.plan, requests=share), **OPTIONS)

    def _create_indicators(self, indicators, first_year):
        indicator = indicator_pb2.Indicator
        for share in batches_of(self.ids, BATCH):
            indicators.BatchCreateIndicators(indicator_service_pb2.BatchCreateIndicatorsRequest(
                parent=self.institution, requests=[
                    indicator_service_pb2.CreateIndicatorRequest(
                        indicator_id=id_, indicator=indicator(
                            display_name=text(f"Indicator {id_}"), kind=indicator.KIND_BASE,
                            unit="files", direction=indicator.DIRECTION_HIGHER,
                            frequency=indicator.FREQUENCY_MONTHLY,
                            time_aggregation=indicator.TIME_AGGREGATION_SUM)) for id_ in share]),
                                             **OPTIONS)
            indicators.BatchSetTargets(indicator_service_pb2.BatchSetTargetsRequest(
                parent=self.institution, requests=[
                    indicator_service_pb2.SetTargetRequest(target=target_pb2.Target(
                        indicator=f"{self.institution}/indicators/{id_}",
                        anchors=[target_pb2.Target.Anchor(period=f"{first_year}", value=1200)],
                        interpolation=target_pb2.Target.INTERPOLATION_STEP, margin=600))
                    for id_ in share]), **OPTIONS)

    def _history(self, first_year, years):
        rows = []
        for month in range(years * 12):
            period = period_literal("M", first_year + month // 12, month % 12 + 1)
            for place, id_ in enumerate(self.ids):
                rows.append((id_, period, 60 + (place * 7 + month * 3) % 60))
        return batches_of(rows, PUSH_ROWS)

    def _push(self, rows):
        return indicator_service_pb2.PushObservationsRequest(
            parent=self.institution, push_id=f"push-{next(self.counter)}", observations=[
                observation_pb2.Observation(indicator=id_, period=period, value=value)
                for id_, period, value in rows])

    def _last_month(self, ids):
        number = next(self.counter)
        return [(id_, f"{self.last_year}-12", 60 + number / 100) for id_ in ids]

    def one_row(self):
        return self._push(self._last_month(self.ids[:1]))

    def every_row(self):
        """At most one push's worth: 10,000."""
        return self._push(self._last_month(self.ids[:PUSH_ROWS]))
