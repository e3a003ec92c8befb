"""Periods: days, ISO weeks, months, quarters, semesters and years.

A period is (frequency, index). Indexes of one frequency are consecutive, so "the period before" is
index - 1. An ISO week lies in the quarter, and in every other period, of its Thursday.
"""
import calendar
import datetime
import functools
import re
from typing import NamedTuple

FINE_TO_COARSE = "DWMQSA"
MONTHS = {"M": 1, "Q": 3, "S": 6, "A": 12}


class Period(NamedTuple):
    frequency: str
    index: int

    def shifted(self, by):
        return Period(self.frequency, self.index + by)

    @property
    def first(self):
        return first_day(self)

    @property
    def last(self):
        return last_day(self)

    def __str__(self):
        return text_of(self)


PATTERNS = [
    ("A", re.compile(r"(\d{4})")),
    ("S", re.compile(r"(\d{4})-S([12])")),
    ("Q", re.compile(r"(\d{4})-Q([1-4])")),
    ("W", re.compile(r"(\d{4})-W(\d{2})")),
    ("M", re.compile(r"(\d{4})-(\d{2})")),
    ("D", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
]


@functools.lru_cache(maxsize=None)
def parse(text):
    """2021, 2021-S1, 2021-Q3, 2021-W30, 2021-07 or 2021-07-15."""
    for frequency, pattern in PATTERNS:
        match = pattern.fullmatch(text)
        if not match:
            continue
        numbers = [int(group) for group in match.groups()]
        if frequency == "D":
            return Period("D", datetime.date(*numbers).toordinal())
        if frequency == "W":
            monday = datetime.date.fromisocalendar(numbers[0], numbers[1], 1)
            return Period("W", monday.toordinal() // 7)
        if frequency == "A":
            return Period("A", numbers[0])
        return Period(frequency, numbers[0] * (12 // MONTHS[frequency]) + numbers[1] - 1)
    raise ValueError(f"{text!r} is no period")


def parse_day(text):
    return None if text is None else datetime.date.fromisoformat(text)


@functools.lru_cache(maxsize=None)
def first_day(period):
    frequency, index = period
    if frequency == "D":
        return datetime.date.fromordinal(index)
    if frequency == "W":
        # Day 1 of the calendar is a Monday, so Mondays have ordinals 7 n + 1.
        return datetime.date.fromordinal(index * 7 + 1)
    month = index * MONTHS[frequency]
    return datetime.date(month // 12, month % 12 + 1, 1)


@functools.lru_cache(maxsize=None)
def last_day(period):
    return first_day(period.shifted(1)) - datetime.timedelta(days=1)


def text_of(period):
    day = first_day(period)
    if period.frequency == "D":
        return day.isoformat()
    if period.frequency == "W":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if period.frequency == "M":
        return f"{day.year}-{day.month:02}"
    if period.frequency == "A":
        return f"{day.year}"
    return f"{day.year}-{period.frequency}{(day.month - 1) // MONTHS[period.frequency] + 1}"


def containing(day, frequency):
    """The period of `frequency` that contains `day`."""
    if frequency == "D":
        return Period("D", day.toordinal())
    if frequency == "W":
        return Period("W", (day.toordinal() - 1) // 7)
    return Period(frequency, (day.year * 12 + day.month - 1) // MONTHS[frequency])


@functools.lru_cache(maxsize=None)
def belongs_to(period, frequency):
    """The period of an equal or coarser frequency in which `period` lies; a week: its Thursday."""
    if frequency == period.frequency:
        return period
    day = first_day(period)
    if period.frequency == "W":
        day += datetime.timedelta(days=3)
    return containing(day, frequency)


@functools.lru_cache(maxsize=None)
def sub_periods(period, frequency):
    """The periods of an equal or finer frequency that lie in `period`, in order."""
    if frequency == period.frequency:
        return (period,)
    if frequency == "W":
        first = containing(period.first, "W")
        last = containing(period.last, "W")
    else:
        first = containing(period.first, frequency)
        last = containing(period.last, frequency)
    every = (Period(frequency, index) for index in range(first.index, last.index + 1))
    return tuple(one for one in every if belongs_to(one, period.frequency) == period)


def months_later(day, months):
    """The same day of the month `months` later, or that month's last day."""
    month = day.year * 12 + day.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def coarsest(frequencies):
    return max(frequencies, key=FINE_TO_COARSE.index)


def quarter_of(day):
    return containing(day, "Q")
