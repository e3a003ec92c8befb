"""What elements may spend and have spent in the scored quarter's year.

Amounts of lines are those of the scored quarter, in euros, cumulative since 1 January; a share of a
line is for an element. A node's budget is its shares and those of the nodes below it.
"""
from dataclasses import dataclass
from fractions import Fraction

import periods
import rounding

AMOUNTS = ("commitment_initial", "commitment_adjusted", "payment_initial", "payment_adjusted",
           "committed", "paid")
IN_STEP = Fraction(1, 10)  # between the execution of payments and the elapsed share of the year


@dataclass(frozen=True)
class Line:
    shares: tuple  # of (code, share)
    amounts: dict  # by name; what is missing is absent


def line_from(json):
    return Line(tuple((code, rounding.parse(share)) for code, share in json["shares"].items()),
                {name: rounding.parse(text) for name, text in json["amounts"].items()})


def elapsed(quarter, date):
    """The share of the year's days up to the quarter's end, or the date; None before the year."""
    year = periods.containing(quarter.first, "A")
    until = min(quarter.last, date)
    if until < year.first:
        return None
    return rounding.quotient((until - year.first).days + 1, (year.last - year.first).days + 1)


def budget_of(case, codes):
    """The budget of the node whose code and those below it are `codes`; None without a line."""
    parts = [(line, share) for line in case.plan.budget_lines
             for code, share in line.shares if code in codes]
    if not parts:
        return None
    sums = {name: total([line.amounts[name] * share for line, share in parts
                         if name in line.amounts]) for name in AMOUNTS}
    lines = {id(line): line for line, _ in parts}.values()
    payments = execution(sums, lines, "paid", "payment_adjusted")
    return {
        **sums,
        "lines": len(lines),
        "incomplete": sum(len(line.amounts) < len(AMOUNTS) for line in lines),
        "commitment_execution": execution(sums, lines, "committed", "commitment_adjusted"),
        "payment_execution": payments,
        "timing": timing(payments, elapsed(case.quarter, case.date)),
    }


def cost_per_unit(case, codes, output):
    """Paid to date for each unit of the output to date."""
    sums = budget_of(case, codes)
    lines = [line for line in case.plan.budget_lines
             if any(code in codes for code, _ in line.shares)]
    if sums is None or any("paid" not in line.amounts for line in lines):
        return {"cost": None, "reason": "NO_AMOUNT"}
    if output is None:
        return {"cost": None, "reason": "NO_OUTPUT"}
    if output == 0:
        return {"cost": None, "reason": "ZERO_OUTPUT"}
    return {"cost": rounding.quotient(sums["paid"], output), "reason": None}


def total(numbers):
    return sum(numbers, Fraction(0)) if numbers else None


def execution(sums, lines, used, adjusted):
    """None where nothing is appropriated, or a line has only one of both amounts."""
    if any((used in line.amounts) != (adjusted in line.amounts) for line in lines):
        return None
    return rounding.quotient(sums[used], sums[adjusted]) if sums[adjusted] else None


def timing(payments, share):
    if payments is None or share is None:
        return None
    if abs(payments - share) <= IN_STEP:
        return "IN_STEP"
    return "BEHIND" if payments < share else "AHEAD"
