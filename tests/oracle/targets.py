"""Targets: what a trajectory asks at an evaluation period, and which version of it counts."""
from dataclasses import dataclass
from fractions import Fraction

import periods
import rounding


@dataclass(frozen=True)
class Thresholds:
    """Target and red flag of one period. A RANGE has two of each; the others leave `high` None."""
    target: Fraction
    red: Fraction
    high: Fraction | None = None
    red_high: Fraction | None = None

    @property
    def is_range(self):
        return self.high is not None

    def changed(self, change):
        """Each number through `change`."""
        return Thresholds(*(None if one is None else change(one)
                            for one in (self.target, self.red, self.high, self.red_high)))

    def plus(self, other):
        return Thresholds(*(None if a is None else a + b for a, b in zip(
            (self.target, self.red, self.high, self.red_high),
            (other.target, other.red, other.high, other.red_high))))


# A curve through points (index, number), where the index counts quarters or years.

def interpolated(baseline, anchors, x):
    """LINEAR: from the baseline, which is no target itself; held after the last anchor."""
    points = ([baseline] if baseline else []) + anchors
    if x < points[0][0] or (baseline and x <= baseline[0]):
        return None
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x0 <= x < x1:
            return y0 + rounding.quotient((y1 - y0) * (x - x0), x1 - x0)
    return points[-1][1]


def stepped(anchors, x):
    """STEP: the last anchor that has begun."""
    begun = [y for at, y in anchors if at <= x]
    return begun[-1] if begun else None


def last_quarter_index(period):
    return periods.quarter_of(period.last).index


def first_quarter_index(period):
    return periods.quarter_of(period.first).index


class Curve:
    """One number of a trajectory (its value, low, red_high, ...) over the periods."""

    def __init__(self, trajectory, is_flow, name):
        self.trajectory = trajectory
        self.is_flow = is_flow
        self.by_year = trajectory.anchors[0].period.frequency == "A"
        self.anchors = [(self.index(one.period), getattr(one, name)) for one in trajectory.anchors]
        baseline = trajectory.baseline
        value = getattr(baseline, name) if baseline else None
        self.baseline = None if value is None else (self.index(baseline.period), value)

    def index(self, period):
        """Flows count years where their anchors are years. Levels always count quarters: LINEAR has
        a year's value at its Q4, STEP from its Q1 on."""
        if self.is_flow and self.by_year:
            return period.first.year
        if self.trajectory.interpolation == "STEP":
            return first_quarter_index(period)
        return last_quarter_index(period)

    def at_index(self, x):
        if self.trajectory.interpolation == "STEP":
            return stepped(self.anchors, x)
        return interpolated(self.baseline, self.anchors, x)

    def at(self, period):
        if not self.is_flow:
            return self.at_index(last_quarter_index(period))  # a year reads Q4, S1 reads Q2
        if not self.by_year:
            return self.sum_of_quarters(period)
        total = self.at_index(period.first.year)
        if total is None or period.frequency == "A":
            return total
        return sum(rounding.product(share, total) for share in shares(self.trajectory, period))

    def sum_of_quarters(self, period):
        values = [self.at_index(one.index) for one in periods.sub_periods(period, "Q")]
        return None if None in values else sum(values)


def shares(trajectory, period):
    """The profile's shares of the quarters of `period`."""
    return [trajectory.profile[one.index % 4] for one in periods.sub_periods(period, "Q")]


def has_ended(trajectory, is_flow, period):
    """Ended: none from a period on. A flow's year or semester needs each of its quarters."""
    ended_from = trajectory.ended_from
    if ended_from is None:
        return False
    return last_quarter_index(period) >= first_quarter_index(ended_from)


def margin_at(trajectory, is_flow, period):
    """A flow's margin is shared like its target: by the profile, or summed over the quarters."""
    if not is_flow:
        return trajectory.margin
    if trajectory.anchors[0].period.frequency == "Q":
        return trajectory.margin * len(periods.sub_periods(period, "Q"))
    if period.frequency == "A":
        return trajectory.margin
    return sum(rounding.product(share, trajectory.margin) for share in shares(trajectory, period))


def red_of(trajectory, is_flow, target, sign, red_name, period):
    """The red flag on the worse side: sign -1 is below the target, +1 above it."""
    if trajectory.margin is not None:
        return target + sign * margin_at(trajectory, is_flow, period)
    if trajectory.tolerance is not None:
        return target + sign * rounding.product(trajectory.tolerance, abs(target))
    return Curve(trajectory, is_flow, red_name).at(period)


def thresholds_at(trajectory, indicator, period, ignore_end=False):
    """Thresholds of a version of a target at `period`, None where it has none."""
    is_flow = indicator.is_flow
    if trajectory is None or not trajectory.anchors:
        return None
    if not ignore_end and has_ended(trajectory, is_flow, period):
        return None

    def curve(name):
        return Curve(trajectory, is_flow, name).at(period)

    if indicator.direction == "RANGE":
        low, high = curve("low"), curve("high")
        if low is None:
            return None
        return Thresholds(low, red_of(trajectory, is_flow, low, -1, "red_low", period),
                          high, red_of(trajectory, is_flow, high, 1, "red_high", period))
    target = curve("value")
    if target is None:
        return None
    sign = -1 if indicator.direction == "HIGHER" else 1
    return Thresholds(target, red_of(trajectory, is_flow, target, sign, "red", period))


def first_period_with_target(trajectory, indicator):
    """The first period at which an indicator of this frequency has a target; None: there is none.

    Frequencies finer than a quarter are asked by quarters.
    """
    if trajectory is None or not trajectory.anchors:
        return None
    frequency = indicator.frequency if indicator.frequency in "SA" else "Q"
    points = ([trajectory.baseline] if trajectory.baseline else []) + list(trajectory.anchors)
    begin = periods.containing(min(one.period.first for one in points), frequency)
    end = periods.containing(trajectory.anchors[-1].period.last, frequency)
    # One more: a flow's first full year can be the one after its only anchor's.
    for index in range(begin.index, end.index + 2):
        period = periods.Period(frequency, index)
        if thresholds_at(trajectory, indicator, period) is not None:
            return period
    return None


# Versions.

def current_of(target):
    return target.versions[-1] if target and target.versions else None


def original_of(target, activated_on):
    """ORIGINAL: what was declared original, else the version in force at the end of the day of the
    plan's activation. None for a draft, and where there was none then."""
    if target is None or activated_on is None:
        return None
    if target.declared_original is not None:
        return target.declared_original
    in_force = [one for one in target.versions if one.set_on <= activated_on]
    return in_force[-1] if in_force else None


def last_version_with_target(target, indicator, period):
    """The last version that has a target at `period`, None where no version has one."""
    for version in reversed(target.versions if target else ()):
        if thresholds_at(version, indicator, period) is not None:
            return version
    return None
