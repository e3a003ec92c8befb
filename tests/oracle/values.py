"""The value of an indicator's slice in an evaluation period: V(indicator, slice, E).

A Reader reads one case. It knows the cells of each sub-period, which of them are expected, which
have answered, and what they come to. FORMULA indicators are read by formula_values.py.
"""
import bisect
import datetime
from dataclasses import dataclass
from fractions import Fraction

import formulas
import model
import periods
import rounding
import targets

NO_DATA, NOT_DUE, OVERDUE = "NO_DATA", "NOT_DUE", "OVERDUE"  # outcomes 6, 7 and 8 of a link
INCOMPLETE, NOT_ADDITIVE, OVERFLOW = "INCOMPLETE", "NOT_ADDITIVE", "OVERFLOW"
TWO_QUARTERS = 6  # months


class Series:
    """The observations of one series. Forecasts are no part: they are never actuals, and neither
    start nor prolong a series."""

    def __init__(self, codes, last_day):
        self.codes = codes
        self.last_day = last_day
        self.cells = {}
        self.order = []

    def sort(self):
        self.order = sorted(period.index for period in self.cells)

    @property
    def first(self):
        return self.order[0]

    def has_begun(self, period):
        return self.first <= period.index

    def has_ended(self, period):
        """Declared ended: expected through the sub-period that contains the last day."""
        return (self.last_day is not None
                and period > periods.containing(self.last_day, period.frequency))

    def is_silent(self, period):
        """Silent for longer than two quarters and two of its own periods, counted from the last
        observation at or before `period`, first day to first day."""
        last = self.order[bisect.bisect_right(self.order, period.index) - 1]
        window = max(TWO_QUARTERS, 2 * periods.MONTHS.get(period.frequency, 0))
        observed = periods.Period(period.frequency, last)
        return period.first > periods.months_later(observed.first, window)


@dataclass
class Cells:
    """The cells of a slice in one sub-period. A key names a series by the codes that the slice
    leaves open; NO_SERIES is the one cell expected where there is no series to expect it of."""
    present: dict
    expected: set
    not_expected: set  # M and H
    answered: set

    @property
    def all_answered(self):
        return self.expected <= self.answered


NO_SERIES = "no series"


@dataclass(frozen=True)
class Value:
    number: Fraction | None
    reason: str | None  # None with a number
    every: tuple  # the sub-periods of E
    used: tuple  # those that are judged (flow) or read (level)
    parts: tuple  # per operand that counts in coverage: {sub-period: (present, expected)}
    provisional: bool
    policy: str
    not_expected: int = 0  # cells of a BASE indicator that are M or H, counted beside coverage
    operand: tuple | None = None  # (indicator, reason) of the operand that is to blame

    @property
    def is_value(self):
        return self.number is not None

    def counts(self, period=None):
        """(present, expected) of the part with the least coverage, in `period` or altogether.
        None where nothing is expected."""
        sums = [part_counts(part, period) for part in self.parts]
        expecting = [one for one in sums if one[1] > 0]
        return min(expecting, key=lambda one: Fraction(*one)) if expecting else None

    @property
    def coverage(self):
        counts = self.counts()
        if counts:
            return rounding.quotient(*counts)
        return Fraction(1) if self.is_value else None

    def share(self, period):
        """By how much the thresholds of a flow in `period` are scaled, as (numerator, denominator):
        judged / all, under PARTIAL times coverage."""
        judged = sum(lies_in(one, period) for one in self.used)
        every = sum(lies_in(one, period) for one in self.every)
        counts = self.counts(period) if self.policy == "PARTIAL" else None
        present, expected = counts or (1, 1)
        return judged * present, every * expected


def part_counts(part, period):
    pairs = [pair for at, pair in part.items() if period is None or lies_in(at, period)]
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def lies_in(sub_period, period):
    return periods.belongs_to(sub_period, period.frequency) == period


class Allowed:
    """Restricts a reading to the sub-periods that lie in some periods of one frequency."""

    def __init__(self, frequency, members):
        self.frequency = frequency
        self.members = frozenset(members)
        self.key = (frequency, self.members)

    def __contains__(self, sub_period):
        return periods.belongs_to(sub_period, self.frequency) in self.members


def first_of(days):
    return min((day for day in days if day is not None), default=None)


class Reader:
    """Values of one case. Remembers what it has computed."""

    def __init__(self, case):
        self.case = case
        self.series = {name: {} for name in case.indicators}
        for one in case.observations:
            if one.status != model.FORECAST:
                self.series_of(one).cells[one.period] = one
        for by_codes in self.series.values():
            for series in by_codes.values():
                series.sort()
        self.remembered_cells = {}
        self.remembered_values = {}
        self.remembered_starts = {}
        self.remembered_thresholds = {}

    def series_of(self, observation):
        by_codes = self.series[observation.indicator]
        key = observation.codes
        if key not in by_codes:
            by_codes[key] = Series(key, self.case.series_ends.get((observation.indicator, key)))
        return by_codes[key]

    # Over and due.

    def is_over(self, period):
        return period.last < self.case.date

    def is_due(self, indicator, period):
        return period.last + datetime.timedelta(days=self.delay_of(indicator)) < self.case.date

    def delay_of(self, indicator):
        """The reporting delay in days; a formula without one takes its slowest operand's."""
        if indicator.delay_days is not None:
            return indicator.delay_days
        return max(self.delay_of(one) for one in self.operands_of(indicator))

    def operands_of(self, indicator):
        return [self.case.indicators[one.indicator]
                for one in formulas.operands(indicator.tree)]

    # What is expected.

    def expected_from(self, indicator, inherited=None):
        """The day from which an indicator is expected: as defined, else the beginning of its first
        period with a target, else its first observation or, of an operand, what the formula passes
        on (`inherited`). None: never."""
        if indicator.expected_from is not None:
            return indicator.expected_from.first
        if indicator.id not in self.remembered_starts:
            self.remembered_starts[indicator.id] = (
                self.first_target_day(indicator), self.first_observed_day(indicator))
        first_target, first_observed = self.remembered_starts[indicator.id]
        return first_target or first_of([first_observed, inherited])

    def first_target_day(self, indicator):
        """The earliest over CURRENT and ORIGINAL, over all slices with a target."""
        firsts = []
        for target in self.case.targets.values():
            if target.indicator == indicator.id:
                for version in (targets.current_of(target),
                                targets.original_of(target, self.case.plan.activated_on)):
                    firsts.append(targets.first_period_with_target(version, indicator))
        return first_of(one and one.first for one in firsts)

    def first_observed_day(self, indicator):
        if indicator.kind == "FORMULA":
            return None
        return first_of(periods.Period(indicator.frequency, one.first).first
                        for one in self.series[indicator.id].values())

    def thresholds(self, version, indicator, period):
        """Thresholds of a version of a target, None where there is none."""
        key = (id(version), indicator.id, period)
        if key not in self.remembered_thresholds:
            self.remembered_thresholds[key] = targets.thresholds_at(version, indicator, period)
        return self.remembered_thresholds[key]

    # Cells.

    def cells(self, indicator, slice_, period, start):
        """The cells of a slice in a sub-period, of an indicator that is expected from `start`."""
        key = (indicator.id, slice_, period, start)
        if key not in self.remembered_cells:
            self.remembered_cells[key] = self.read_cells(indicator, slice_, period, start)
        return self.remembered_cells[key]

    def read_cells(self, indicator, slice_, period, start):
        cells = Cells({}, set(), set(), set())
        is_expected = start is not None and reaches(period, start)
        begun = live = silent = 0
        for series in self.series[indicator.id].values():
            if not matches(series.codes, slice_) or not series.has_begun(period):
                continue
            begun += 1
            if series.has_ended(period):
                continue
            key = tuple(code for code in series.codes if code not in slice_)
            observation = series.cells.get(period)
            if observation is None and series.is_silent(period):
                silent += 1
                continue
            live += 1
            self.enter(cells, key, observation, is_expected)
        # No series yet, or all gone silent: one cell. All declared ended: none.
        if is_expected and not live and (silent or not begun):
            cells.expected.add(self.key_without_series(indicator, slice_))
        return cells

    @staticmethod
    def key_without_series(indicator, slice_):
        """Where the slice leaves no dimension open, its one series has a key before it begins."""
        open_dimensions = set(indicator.dimensions) - {name for name, _ in slice_}
        return NO_SERIES if open_dimensions else ()

    @staticmethod
    def enter(cells, key, observation, is_expected):
        if observation is not None:
            cells.answered.add(key)
        if observation is not None and observation.status in model.NOT_EXPECTED:
            cells.not_expected.add(key)
        elif observation is not None and observation.status not in model.DECLARED_MISSING:
            # A value counts as present and expected, also before the indicator is expected.
            cells.present[key] = observation.value
            cells.expected.add(key)
        elif is_expected:
            cells.expected.add(key)

    # Values.

    def value(self, indicator, slice_, span, allowed=None, inherited=None):
        """V over a span of periods (one period, or the quarters of a year to date)."""
        key = (indicator.id, slice_, span, allowed and allowed.key, inherited)
        if key not in self.remembered_values:
            if indicator.kind == "FORMULA":
                import formula_values  # here, since it imports this module
                read = formula_values.value
            else:
                read = base_value
            self.remembered_values[key] = read(self, indicator, slice_, span, allowed, inherited)
        return self.remembered_values[key]

    def evaluation_period(self, indicator, slice_, quarter):
        """E: the scored quarter. Of semi-annual and annual indicators the latest period of their
        own that is over, ends not after the quarter, and has a value or is due."""
        if indicator.frequency not in "SA":
            return quarter
        period = periods.containing(quarter.last, indicator.frequency)
        if period.last > quarter.last:
            period = period.shifted(-1)
        while not (self.is_over(period) and (
                self.is_due(indicator, period)
                or self.value(indicator, slice_, (period,)).is_value)):
            period = period.shifted(-1)
        return period

    def value_so_far(self, indicator, slice_, evaluated):
        """(period, number): what a BASE indicator holds beyond what is judged or read, in E or,
        where E is a semester or year, in the running one. None where it holds no more."""
        if indicator.kind == "FORMULA":
            return None
        start = self.expected_from(indicator)
        period = evaluated
        used = set(self.value(indicator, slice_, (evaluated,)).used)
        if indicator.frequency in "SA":
            day = min(self.case.quarter.last, self.case.date)
            period = periods.containing(day, indicator.frequency)
            used = set()
            if self.is_over(period):
                return None
        cells = {one: self.cells(indicator, slice_, one, start)
                 for one in periods.sub_periods(period, indicator.frequency)}
        if not any(one.present for at, one in cells.items() if at not in used):
            return None
        if crosses_series(indicator, cells.values()):
            return None
        try:
            return period, aggregated(indicator, [one.present for one in cells.values()])
        except rounding.Overflow:
            return None


def matches(codes, slice_):
    return set(slice_) <= set(codes)


def reaches(period, start):
    """Whether a sub-period is expected of an indicator that is expected from the day `start`."""
    if period.frequency == "W":
        return period.first + datetime.timedelta(days=3) >= start
    return period.last >= start


def base_value(reader, indicator, slice_, span, allowed, inherited):
    start = reader.expected_from(indicator, inherited)
    every = tuple(one for period in span
                  for one in periods.sub_periods(period, indicator.frequency)
                  if allowed is None or one in allowed)
    cells = {one: reader.cells(indicator, slice_, one, start) for one in every}
    used = tuple(one for one in every if is_used(reader, indicator, one, cells[one]))
    provisional = any(one not in used or not reader.is_over(one) for one in every)
    part = {one: (len(cells[one].present), len(cells[one].expected)) for one in used}
    number, reason = None, base_reason(indicator, every, used, cells)
    if reason is None:
        try:
            number = aggregated(indicator, [cells[one].present for one in used])
        except rounding.Overflow:
            reason = OVERFLOW
    not_expected = sum(len(cells[one].not_expected) for one in used)
    return Value(number, reason, every, used, (part,), provisional, indicator.policy, not_expected)


def is_used(reader, indicator, period, cells):
    """A flow is judged on sub-periods that are over and whose cells are due or have all answered. A
    level is read from sub-periods, running ones too, whose cells are due or have all answered."""
    if indicator.is_flow and not reader.is_over(period):
        return False
    return cells.all_answered or reader.is_due(indicator, period)


def base_reason(indicator, every, used, cells):
    """Why there is no value, None if there is one."""
    if not any(cells[one].expected for one in every):
        return NO_DATA
    judged = [cells[one] for one in used]
    expected = sum(len(one.expected) for one in judged)
    present = sum(len(one.present) for one in judged)
    if expected == 0:
        return NOT_DUE
    if not any(one.answered for one in judged):
        return OVERDUE
    if crosses_series(indicator, judged):
        return NOT_ADDITIVE
    if present == 0 or is_incomplete(indicator, present, expected):
        return INCOMPLETE
    return None


def is_incomplete(indicator, present, expected):
    """STRICT: any expected cell is missing. PARTIAL: coverage, as rounded, is below its minimum."""
    if indicator.policy == "STRICT":
        return present < expected
    return rounding.quotient(present, expected) < indicator.min_coverage


def crosses_series(indicator, cells):
    """Group NONE is not additive: no value across series."""
    if indicator.group_aggregation != "NONE":
        return False
    series = set().union(*(one.expected | set(one.present) for one in cells))
    return len(series - {NO_SERIES}) > 1


def aggregated(indicator, presents):
    """First over time within each series, then across series. `presents` is in order of time, each
    a {series: value}. Sums are exact; a mean over time is rounded before the group is taken."""
    by_series = {}
    for present in presents:
        for key, number in present.items():
            by_series.setdefault(key, []).append(number)
    over_time = [TIME[indicator.time_aggregation](numbers) for numbers in by_series.values()]
    return rounding.result(GROUP[indicator.group_aggregation](over_time))


def mean(numbers):
    return rounding.exact_sum(numbers) / len(numbers)


TIME = {
    "SUM": rounding.exact_sum,
    "MEAN": lambda numbers: rounding.rounded(mean(numbers)),
    "MIN": min,
    "MAX": max,
    "FIRST": lambda numbers: numbers[0],
    "LAST": lambda numbers: numbers[-1],
    "COUNT": lambda numbers: Fraction(len(numbers)),
}
GROUP = {
    "SUM": rounding.exact_sum,
    "MEAN": mean,
    "MIN": min,
    "MAX": max,
    "NONE": lambda numbers: numbers[0],
}
