"""What an indicator link comes to: its outcome, value, target, score and what is shown beside."""
from dataclasses import dataclass
from fractions import Fraction

import periods
import rounding
import targets
import values

GREEN, AMBER, RED = "GREEN", "AMBER", "RED"
NO_SCORE, NOT_APPLICABLE = "NO_SCORE", "NOT_APPLICABLE"
NOT_EXPECTED_REASONS = (values.NO_DATA, values.NOT_DUE)
ZERO, HUNDRED = Fraction(0), Fraction(100)
PART_OF_DISTANCE = 50  # a change within 1/50 of |target - red flag| is STABLE


@dataclass
class LinkResult:
    status: str
    score: Fraction | None
    reason: str | None
    coverage: Fraction = ZERO  # what it brings to its element's coverage: none without a score


@dataclass
class Row:
    """A link with everything that is shown of it."""
    link: object
    name: str
    indicator: object
    evaluated: periods.Period
    value: values.Value
    result: LinkResult
    last_stood: LinkResult
    current: targets.Thresholds | None
    original: dict | None
    added_after_activation: bool
    ended_against: dict | None
    last_held: dict | None
    beside: dict


# Score and status of a value.

def side_score(value, target, red, sign):
    """0 at R - d, 33.3 at R, 66.7 at G, 100 at G + d, where d = G - R. `sign` -1: lower is better."""
    distance = target - red
    if distance == 0:
        # The scaled thresholds of a tiny margin can round to the same number.
        return HUNDRED if sign * value >= sign * target else ZERO
    raw = rounding.quotient(100 * (value - red + distance), 3 * distance)
    return rounding.clamp(raw, ZERO, HUNDRED)


def score_of(value, thresholds, direction):
    if thresholds.is_range:
        return min(side_score(value, thresholds.target, thresholds.red, 1),
                   side_score(value, thresholds.high, thresholds.red_high, -1))
    return side_score(value, thresholds.target, thresholds.red, 1 if direction == "HIGHER" else -1)


def status_of(value, thresholds, direction):
    """Compares the value with the thresholds, never the rounded score. Equal to R is AMBER."""
    if thresholds.is_range:
        if thresholds.target <= value <= thresholds.high:
            return GREEN
        return RED if value < thresholds.red or value > thresholds.red_high else AMBER
    sign = 1 if direction == "HIGHER" else -1
    if sign * value >= sign * thresholds.target:
        return GREEN
    return RED if sign * value < sign * thresholds.red else AMBER


def result_of(value, thresholds, direction):
    """Outcomes 5 to 9: a value is scored; what expects nothing or is not due is no part; what is
    overdue, incomplete or cannot be computed is missing."""
    if value.is_value:
        return LinkResult(status_of(value.number, thresholds, direction),
                          score_of(value.number, thresholds, direction), None, value.coverage)
    if value.reason in NOT_EXPECTED_REASONS:
        return LinkResult(NOT_APPLICABLE, None, value.reason)
    return LinkResult(NO_SCORE, None, value.reason)


def gap_of(value, thresholds):
    """Value - target; of a RANGE 0 inside, else the signed distance to the nearer bound."""
    if not thresholds.is_range:
        return value - thresholds.target
    if value < thresholds.target:
        return value - thresholds.target
    return max(value - thresholds.high, ZERO)


# Links.

class LinkScorer:
    """Scores the links of one case in one quarter, with or without what is shown beside."""

    def __init__(self, case, quarter, reader, with_beside):
        self.with_beside = with_beside
        self.case = case
        self.quarter = quarter
        self.reader = reader
        self.day = min(quarter.last, case.date)
        self.has_begun = quarter.first <= case.date

    def row(self, link, off):
        """`off`: CANCELLED or DEFERRED where the element, or one above it, is; else None."""
        indicator = self.case.indicators[link.indicator]
        evaluated = self.reader.evaluation_period(indicator, link.slice, self.quarter)
        target = self.case.targets.get((link.indicator, link.slice))
        current = targets.current_of(target)
        original = targets.original_of(target, self.case.plan.activated_on)
        has_current = self.reader.thresholds(current, indicator, evaluated) is not None
        has_original = self.reader.thresholds(original, indicator, evaluated) is not None
        last = (targets.last_version_with_target(target, indicator, evaluated)
                or (original if has_original else None))
        shown = current if has_current else original if has_original else last
        reading = Reading(self, link, indicator, evaluated, shown)
        held = reading if shown is last else Reading(self, link, indicator, evaluated, last)
        thresholds = reading.thresholds(current) if has_current else None
        return Row(
            link=link,
            name=name_of(link),
            indicator=indicator,
            evaluated=evaluated,
            value=reading.value,
            result=self.result(indicator, off, reading, thresholds, last),
            last_stood=self.result(indicator, None, held, last and held.thresholds(last), last),
            current=thresholds,
            original=self.against(reading, original, target),
            added_after_activation=(self.case.plan.activated_on is not None
                                    and original is None and current is not None),
            ended_against=None if has_current else self.against(reading, shown, target),
            last_held=None if has_current or last is None else held_json(held, last),
            beside=self.beside(reading, current, thresholds) if self.with_beside else {})

    def result(self, indicator, off, reading, thresholds, last):
        """The first outcome that applies."""
        if not self.has_begun:
            return LinkResult(NO_SCORE, None, "NOT_BEGUN")
        if off:
            return LinkResult(NOT_APPLICABLE, None, off)
        if not indicator.readable:
            return LinkResult(NO_SCORE, None, "INDICATOR_NOT_READABLE")
        if thresholds is None:
            return LinkResult(NOT_APPLICABLE, None, "TARGET_ENDED" if last else "NO_TARGET")
        return result_of(reading.value, thresholds, indicator.direction)

    def against(self, reading, version, target):
        """Target, score and status against another version than the current one; None without."""
        thresholds = reading.thresholds(version)
        if version is None:
            return None
        shown = {"version": version_number(target, version),
                 "is_current": version is targets.current_of(target),
                 **thresholds_json(thresholds), "score": None, "status": None}
        if thresholds and reading.value.is_value:
            direction = reading.indicator.direction
            shown["score"] = score_of(reading.value.number, thresholds, direction)
            shown["status"] = status_of(reading.value.number, thresholds, direction)
        return shown

    def beside(self, reading, current, thresholds):
        """Numbers that are shown and not scored."""
        value = reading.value
        gap = gap_of(value.number, thresholds) if thresholds and value.is_value else None
        progress = reading.progress(current)
        return {
            "gap": gap,
            "progress": progress,
            "pace": pace_of(progress, self.elapsed_share()),
            "growth": reading.growth(current),
            "so_far": self.reader.value_so_far(reading.indicator, reading.slice,
                                               reading.evaluated),
            "year_to_date": reading.year_to_date(),
            "trend": reading.trend(current, -1),
            "trend_year": reading.trend(current, -PERIODS_OF_YEAR[reading.evaluated.frequency]),
        }

    def elapsed_share(self):
        """Of the plan, in days, counted inclusively."""
        plan = self.case.plan
        every = (plan.end - plan.start).days + 1
        return rounding.quotient((min(self.day, plan.end) - plan.start).days + 1, every)


PERIODS_OF_YEAR = {"Q": 4, "S": 2, "A": 1}


def pace_of(progress, share):
    if progress is None or share <= 0:
        return None
    return rounding.quotient(progress, share)


def name_of(link):
    codes = ",".join(f"{dimension}={code}" for dimension, code in link.slice)
    return link.indicator + (f"{{{codes}}}" if codes else "")


def version_number(target, version):
    """Versions count from 1; one that was declared original, not recorded, is 0."""
    if version is target.declared_original:
        return 0
    return target.versions.index(version) + 1


class Reading:
    """A link's value over the periods that the score basis chooses, and thresholds scaled to it."""

    def __init__(self, scorer, link, indicator, evaluated, version):
        self.scorer = scorer
        self.reader = scorer.reader
        self.indicator = indicator
        self.slice = link.slice
        self.evaluated = evaluated
        self.version = version
        self.is_to_date = (scorer.case.plan.score_basis == "YEAR_TO_DATE"
                           and self.has_year_to_date())
        self.span = self.quarters_to_date() if self.is_to_date else (evaluated,)
        self.value = self.value_over(self.span)

    def value_over(self, span):
        return self.reader.value(self.indicator, self.slice, span)

    def has_year_to_date(self):
        return self.indicator.is_flow and self.evaluated.frequency == "Q"

    def quarters_to_date(self):
        """From the year's first quarter with a target to the scored one; where none has a target,
        from the year's first."""
        year = periods.belongs_to(self.evaluated, "A")
        quarters = [one for one in periods.sub_periods(year, "Q") if one <= self.evaluated]
        with_target = [one for one in quarters
                       if self.plain_thresholds(self.version, one) is not None]
        first = with_target[0] if with_target else quarters[0]
        return tuple(one for one in quarters if one >= first)

    def plain_thresholds(self, version, period):
        return self.reader.thresholds(version, self.indicator, period)

    def thresholds(self, version):
        return self.thresholds_over(version, self.span, self.value)

    def thresholds_over(self, version, span, value):
        """The thresholds of a version over a span. A flow's are scaled, period by period, to what
        is judged and, under PARTIAL, to its coverage. Without a value they are not scaled."""
        total = None
        for period in span:
            plain = self.plain_thresholds(version, period)
            if plain is None:
                return None
            if self.indicator.is_flow and value.is_value:
                plain = plain.changed(scaling(value.share(period)))
            total = plain if total is None else total.plus(plain)
        return total

    def year_to_date(self):
        if not self.has_year_to_date():
            return None
        span = self.quarters_to_date()
        value = self.value_over(span)
        thresholds = self.thresholds_over(self.version, span, value)
        return {"value": value.number, "reason": value.reason, "coverage": value.coverage,
                **thresholds_json(thresholds)}

    # Progress and growth from the baseline to the end target.

    def ends(self, version):
        """(baseline, last anchor) where progress can be told, else None: it needs a value, both
        ends, and a direction; a flow also a whole period of the anchors' kind."""
        if not self.value.is_value or self.indicator.direction == "RANGE" or version is None:
            return None
        if version.baseline is None or not version.anchors:
            return None
        if self.indicator.is_flow and not self.is_comparable(version):
            return None
        return version.baseline, version.anchors[-1]

    def is_comparable(self, version):
        judged, every = self.value.share(self.evaluated)
        return (not self.is_to_date and judged == every
                and self.evaluated.frequency == version.anchors[0].period.frequency)

    def progress(self, version):
        ends = self.ends(version)
        if ends is None or ends[0].value == ends[1].value:
            return None
        begin, end = ends[0].value, ends[1].value
        return rounding.quotient(self.value.number - begin, end - begin)

    def growth(self, version):
        ends = self.ends(version)
        if ends is None:
            return None
        return growth_class(self.value.number, self.evaluated, *ends, self.indicator.direction)

    # Trend.

    def trend(self, version, shift):
        """Against the value of the period `shift` away: IMPROVING, STABLE, DECLINING or None.
        The year to date is compared with last year's alone."""
        if self.is_to_date and shift == -1:
            return None
        before = self.value_over(tuple(one.shifted(shift) for one in self.span))
        if not (self.value.is_value and before.is_value):
            return None
        if self.value.provisional or before.provisional:
            return None
        return self.change(self.value.number, before.number, self.plain_sum(version))

    def plain_sum(self, version):
        total = None
        for period in self.span:
            plain = self.plain_thresholds(version, period)
            if plain is None:
                return None
            total = plain if total is None else total.plus(plain)
        return total

    def change(self, now, before, thresholds):
        if now == before:
            return "STABLE"
        if self.indicator.direction == "RANGE":
            if thresholds is None:
                return None
            better = abs(gap_of(before, thresholds)) - abs(gap_of(now, thresholds))
            distance = distance_of_nearer(now, thresholds)
        else:
            better = now - before if self.indicator.direction == "HIGHER" else before - now
            distance = abs(thresholds.target - thresholds.red) if thresholds else ZERO
        if abs(better) * PART_OF_DISTANCE <= distance:
            return "STABLE"
        return "IMPROVING" if better > 0 else "DECLINING"


def distance_of_nearer(value, thresholds):
    """From the bound that is nearer to the value to its red flag."""
    if abs(value - thresholds.target) <= abs(value - thresholds.high):
        return thresholds.target - thresholds.red
    return thresholds.red_high - thresholds.high


def scaling(share):
    numerator, denominator = share
    return lambda number: rounding.quotient(number * numerator, denominator)


# Compound growth, as in national SDG reports.

REACHED = Fraction(5)
BANDS = ((Fraction(95, 100), "ON_TRACK"), (Fraction(6, 10), "ACCELERATE"), (ZERO, "LIMITED"))


def growth_class(value, evaluated, begin, end, direction):
    """Observed against required compound annual growth, from the baseline to the end target."""
    years = whole_years(begin.period, evaluated)
    years_required = whole_years(begin.period, end.period)
    if years is None or years_required is None:
        return no_growth("NOT_WHOLE_YEARS")
    if begin.value == 0 or end.value == 0:
        return no_growth("ZERO")
    sign = 1 if direction == "HIGHER" else -1
    if sign * value >= sign * end.value:
        return {"class": "REACHED", "score": REACHED, "p": None, "reason": None}
    observed = annual_growth(begin.value, value, years)
    required = annual_growth(begin.value, end.value, years_required)
    if observed is None or required is None:
        return no_growth("NEGATIVE")
    if required == 0:
        return no_growth("NO_GROWTH_REQUIRED")
    if begin.value < 0:
        sign = -sign  # the quotient of two negative values falls while they rise
    p = sign * rounding.quotient(observed, abs(required))
    name = next((name for bound, name in BANDS if p >= bound), "DETERIORATION")
    return {"class": name, "score": growth_score(p), "p": p, "reason": None}


def no_growth(reason):
    return {"class": None, "score": None, "p": None, "reason": reason}


def growth_score(p):
    if p >= Fraction(6, 10):
        return min(rounding.product(Fraction("7.1429"), p) - Fraction("4.2857"), REACHED)
    return max(rounding.product(Fraction("4.1667"), p) - Fraction("2.5"), -REACHED)


def whole_years(begin, end):
    """Years from one period to another where they are whole and at least one, else None."""
    quarters = targets.last_quarter_index(end) - targets.last_quarter_index(begin)
    return quarters // 4 if quarters > 0 and quarters % 4 == 0 else None


def annual_growth(begin, end, years):
    ratio = rounding.quotient(end, begin)
    return None if ratio < 0 else rounding.root(ratio, years) - 1


# JSON.

def thresholds_json(thresholds):
    if thresholds is None:
        return {"target": None, "red": None}
    if not thresholds.is_range:
        return {"target": thresholds.target, "red": thresholds.red}
    return {"low": thresholds.target, "red_low": thresholds.red,
            "high": thresholds.high, "red_high": thresholds.red_high}


def held_json(held, version):
    """What an ended target was last: the value over its periods, and its thresholds."""
    present, expected = held.value.counts() or (0, 0)
    return {"value": held.value.number, "value_reason": held.value.reason, "present": present,
            "expected": expected, **thresholds_json(held.thresholds(version))}


def row_json(row):
    """What cannot be read is not shown."""
    shown = {"link": row.name, "status": row.result.status, "score": row.result.score,
             "reason": row.result.reason}
    if not row.indicator.readable:
        return shown
    present, expected = row.value.counts() or (0, 0)
    so_far = row.beside["so_far"]
    return shown | {
        "E": row.evaluated,
        "value": row.value.number,
        "value_reason": row.value.reason,
        "operand": row.value.operand and
                   {"indicator": row.value.operand[0], "reason": row.value.operand[1]},
        "provisional": row.value.provisional,
        "judged": len(row.value.used),
        "sub_periods": len(row.value.every),
        "present": present,
        "expected": expected,
        "not_expected": row.value.not_expected,
        "coverage": row.value.coverage,
        **thresholds_json(row.current),
        "original": row.original,
        "added_after_activation": row.added_after_activation,
        "ended_against": row.ended_against,
        "last_held": row.last_held,
        "as_last_stood": {"status": row.last_stood.status, "score": row.last_stood.score,
                          "reason": row.last_stood.reason},
        **row.beside,
        "so_far": so_far and {"period": so_far[0], "value": so_far[1]},
    }
