"""What is scored: a plan with everything that its score depends on, and its JSON form.

README.md describes the JSON. Numbers in it are texts or integers (never floats), days are
"2026-11-01", periods "2026-Q4". What may be left out has its default here.
"""
import datetime
import functools
from dataclasses import dataclass, field
from fractions import Fraction

import formulas
import budget
import periods
import rounding

FORECAST = "F"
NOT_EXPECTED = ("M", "H")  # cannot exist; holiday or weekend
DECLARED_MISSING = ("O", "L", "Q")  # expected, not there, but answered
DEFAULT_DELAY_DAYS = 14


@dataclass(frozen=True)
class Indicator:
    id: str
    kind: str  # BASE or FORMULA
    frequency: str  # of a FORMULA: that of its coarsest operand
    direction: str  # HIGHER, LOWER or RANGE
    time_aggregation: str | None
    group_aggregation: str | None
    dimensions: tuple
    formula: str | None
    nature: str  # of a FORMULA: LEVEL or FLOW
    alignment: str  # of a FORMULA: COMMON_CELLS or INDEPENDENT
    policy: str  # STRICT or PARTIAL
    min_coverage: Fraction
    delay_days: int | None
    expected_from: periods.Period | None
    readable: bool

    @functools.cached_property
    def is_flow(self):
        if self.kind == "FORMULA":
            return self.nature == "FLOW"
        return self.time_aggregation in ("SUM", "COUNT")

    @functools.cached_property
    def tree(self):
        return formulas.parse(self.formula)


@dataclass(frozen=True)
class Observation:
    indicator: str
    codes: tuple  # ((dimension, code), ...), sorted
    period: periods.Period
    value: Fraction | None
    status: str


@dataclass(frozen=True)
class Point:
    """A baseline or an anchor. A RANGE has low and high instead of value."""
    period: periods.Period
    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    red: Fraction | None = None
    red_low: Fraction | None = None
    red_high: Fraction | None = None


@dataclass(frozen=True)
class Trajectory:
    """One version of a target."""
    set_on: datetime.date | None
    interpolation: str  # LINEAR or STEP
    baseline: Point | None
    anchors: tuple
    margin: Fraction | None
    tolerance: Fraction | None  # neither: each point has its red value
    profile: tuple
    ended_from: periods.Period | None


@dataclass(frozen=True)
class Target:
    indicator: str
    slice: tuple
    versions: tuple  # in order of time
    declared_original: Trajectory | None


@dataclass(frozen=True)
class Link:
    indicator: str
    slice: tuple
    weight: Fraction
    critical: bool
    output: bool = False  # what the element's budget is divided by


@dataclass(frozen=True)
class Milestone:
    due: datetime.date
    done_on: datetime.date | None
    withdrawn_on: datetime.date | None
    critical: bool


@dataclass(frozen=True)
class Report:
    quarter: periods.Period
    state: str  # DRAFT, SUBMITTED, VALIDATED or RETURNED
    percent: Fraction


@dataclass(frozen=True)
class Element:
    code: str
    kind: str  # AXIS, OBJECTIVE or ACTION
    owner: str | None
    weight: Fraction
    delivery_weight: Fraction
    critical: bool
    start: datetime.date | None
    end: datetime.date | None
    completed_on: datetime.date | None
    deferred_on: datetime.date | None
    resumed_on: datetime.date | None
    cancelled_on: datetime.date | None
    milestones: tuple
    links: tuple
    reports: tuple
    children: tuple


@dataclass(frozen=True)
class Plan:
    start: datetime.date
    end: datetime.date
    activated_on: datetime.date | None  # None: a draft
    min_coverage: Fraction
    missing_parts: str  # IGNORE, STRICT or ZERO
    score_basis: str  # QUARTER or YEAR_TO_DATE
    progress_expected_from: periods.Period | None
    elements: tuple
    budget_lines: tuple = ()  # of the scored quarter's year


@dataclass(frozen=True)
class Case:
    date: datetime.date
    quarter: periods.Period
    report_delay_days: int
    plan: Plan
    indicators: dict
    targets: dict  # by (indicator, slice)
    observations: tuple
    series_ends: dict = field(default_factory=dict)  # by (indicator, codes): the last day


# From JSON.

def codes_from(json):
    return tuple(sorted((json or {}).items()))


def period_from(text):
    return None if text is None else periods.parse(text)


def number_from(json, name, default):
    return rounding.parse(json[name]) if json.get(name) is not None else default


def indicator_from(json, known):
    formula = json.get("formula")
    if formula:
        operands = formulas.operands(formulas.parse(formula))
        frequency = periods.coarsest(known[operand.indicator].frequency for operand in operands)
    else:
        frequency = json["frequency"]
    axes = (json.get("time"), json.get("group"))
    default_policy = "STRICT" if {"SUM", "COUNT"}.intersection(axes) else "PARTIAL"
    return Indicator(
        id=json["id"],
        kind="FORMULA" if formula else "BASE",
        frequency=frequency,
        direction=json.get("direction", "HIGHER"),
        time_aggregation=axes[0],
        group_aggregation=axes[1],
        dimensions=tuple(sorted(json.get("dimensions", []))),
        formula=formula,
        nature=json.get("nature", "LEVEL"),
        alignment=json.get("alignment", "COMMON_CELLS"),
        policy=json.get("policy", default_policy),
        min_coverage=number_from(json, "min_coverage", Fraction(1, 2)),
        delay_days=json.get("delay_days", None if formula else DEFAULT_DELAY_DAYS),
        expected_from=period_from(json.get("expected_from")),
        readable=json.get("readable", True))


def indicators_from(json):
    """Definitions in any order: a formula is read after its operands."""
    waiting = {one["id"]: one for one in json}
    known = {}

    def read(name):
        if name in known:
            return
        definition = waiting[name]
        if definition.get("formula"):
            for operand in formulas.operands(formulas.parse(definition["formula"])):
                read(operand.indicator)
        known[name] = indicator_from(definition, known)

    for name in waiting:
        read(name)
    return known


def observation_from(json):
    return Observation(json["indicator"], codes_from(json.get("codes")),
                       periods.parse(json["period"]), rounding.parse_pushed(json.get("value")),
                       json.get("status", "A"))


def point_from(json):
    if json is None:
        return None
    numbers = {name: rounding.parse(json[name]) for name in json if name != "period"}
    return Point(period=periods.parse(json["period"]), **numbers)


def trajectory_from(json):
    if json is None:
        return None
    quarters = json.get("profile", ["0.25"] * 4)
    return Trajectory(
        set_on=periods.parse_day(json.get("set_on")),
        interpolation=json.get("interpolation", "LINEAR"),
        baseline=point_from(json.get("baseline")),
        anchors=tuple(point_from(one) for one in json.get("anchors", [])),
        margin=rounding.parse(json.get("margin")),
        tolerance=rounding.parse(json.get("tolerance")),
        profile=tuple(rounding.parse(one) for one in quarters),
        ended_from=period_from(json.get("ended_from")))


def target_from(json):
    return Target(json["indicator"], codes_from(json.get("slice")),
                  tuple(trajectory_from(one) for one in json["versions"]),
                  trajectory_from(json.get("declared_original")))


def link_from(json):
    return Link(json["indicator"], codes_from(json.get("slice")),
                number_from(json, "weight", Fraction(1)), json.get("critical", False),
                json.get("output", False))


def milestone_from(json):
    day = periods.parse_day
    return Milestone(day(json["due"]), day(json.get("done_on")), day(json.get("withdrawn_on")),
                     json.get("critical", False))


def report_from(json):
    return Report(periods.parse(json["quarter"]), json["state"], rounding.parse(json["percent"]))


def element_from(json):
    days = {name: periods.parse_day(json.get(name))
            for name in ("start", "end", "completed_on", "deferred_on", "resumed_on",
                         "cancelled_on")}
    return Element(
        code=json["code"],
        kind=json.get("kind", "OBJECTIVE"),
        owner=json.get("owner"),
        weight=number_from(json, "weight", Fraction(1)),
        delivery_weight=number_from(json, "delivery_weight", Fraction(1)),
        critical=json.get("critical", False),
        milestones=tuple(milestone_from(one) for one in json.get("milestones", [])),
        links=tuple(link_from(one) for one in json.get("links", [])),
        reports=tuple(report_from(one) for one in json.get("reports", [])),
        children=elements_from(json.get("children", [])),
        **days)


def natural_order(code):
    return [int(part) if part.isdigit() else part for part in code.split(".")]


def elements_from(json):
    """Children are taken in code order."""
    return tuple(sorted((element_from(one) for one in json),
                        key=lambda one: natural_order(one.code)))


def plan_from(json):
    return Plan(
        start=periods.parse_day(json["start"]),
        end=periods.parse_day(json["end"]),
        activated_on=periods.parse_day(json.get("activated_on")),
        min_coverage=number_from(json, "min_coverage", Fraction(1, 2)),
        missing_parts=json.get("missing_parts", "IGNORE"),
        score_basis=json.get("score_basis", "QUARTER"),
        progress_expected_from=period_from(json.get("progress_expected_from")),
        elements=elements_from(json.get("elements", [])),
        budget_lines=tuple(budget.line_from(one) for one in json.get("budget_lines", [])))


def case_from(json):
    targets = [target_from(one) for one in json.get("targets", [])]
    ends = json.get("series_ends", [])
    return Case(
        date=periods.parse_day(json["date"]),
        quarter=periods.parse(json["quarter"]),
        report_delay_days=json.get("institution", {}).get("report_delay_days", DEFAULT_DELAY_DAYS),
        plan=plan_from(json["plan"]),
        indicators=indicators_from(json.get("indicators", [])),
        targets={(one.indicator, one.slice): one for one in targets},
        observations=tuple(observation_from(one) for one in json.get("observations", [])),
        series_ends={(one["indicator"], codes_from(one.get("codes"))):
                     periods.parse_day(one["last_day"]) for one in ends})


# To JSON.

def to_json(item):
    """Numbers become decimal texts, periods and days their texts, None null."""
    if isinstance(item, Fraction):
        return rounding.text_of(item)
    if isinstance(item, periods.Period):
        return str(item)
    if isinstance(item, datetime.date):
        return item.isoformat()
    if isinstance(item, dict):
        return {name: to_json(value) for name, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [to_json(one) for one in item]
    return item
