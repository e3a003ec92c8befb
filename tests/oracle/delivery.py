"""What an element had to deliver: its state, its progress, its milestones."""
import datetime
from dataclasses import dataclass
from fractions import Fraction

import periods
import rounding
from links import AMBER, GREEN, NO_SCORE, NOT_APPLICABLE, RED

TARGET, RED_FLAG = Fraction(9, 10), Fraction(7, 10)
HIGHEST_PAST_END, HIGHEST_LONG_PAST_END = Fraction(66), Fraction(33)


@dataclass
class Delivery:
    status: str
    score: Fraction | None
    reason: str | None
    scored_by: str | None  # COMPLETED, PROGRESS or MILESTONES
    p: Fraction | None = None
    percent: Fraction | None = None
    report_state: str | None = None
    carried: bool = False  # the report is the previous quarter's
    past_end: str | None = None  # PAST_END or LONG_PAST_END


# State.

OFF = ("CANCELLED", "DEFERRED")  # not applicable, with all below
# On the same day the first of these counts.
EVENTS = (("cancelled_on", "CANCELLED"), ("deferred_on", "DEFERRED"),
          ("completed_on", "COMPLETED"), ("resumed_on", "ACTIVE"))


def latest_event(element, day):
    """(day, state) of the latest dated event at or before `day`, None where there is none."""
    latest = None
    for name, state in EVENTS:
        at = getattr(element, name)
        if at is not None and at <= day and (latest is None or at > latest[0]):
            latest = (at, state)
    return latest


def state_on(element, day):
    event = latest_event(element, day)
    return event[1] if event else "ACTIVE"


def state_before(element, day):
    """The last day, at or before `day`, on which the element was neither cancelled nor deferred."""
    while state_on(element, day) in OFF:
        day = latest_event(element, day)[0] - datetime.timedelta(days=1)
    return day


# Delivery.

def delivery_of(case, element, quarter, date):
    """The element's own delivery in `quarter`, read on `date`; None where it is no part."""
    day = min(quarter.last, date)
    if state_on(element, day) == "COMPLETED":
        return Delivery(GREEN, Fraction(100), None, "COMPLETED")
    if progress_is_expected(case, element, quarter):
        return progress(case, element, quarter, date)
    return milestones(element, quarter, day, date)


def progress_is_expected(case, element, quarter):
    """Of an ACTION with start and end, from the plan's quarter on, in quarters after its start."""
    begin = case.plan.progress_expected_from
    return (element.kind == "ACTION" and element.start is not None and element.end is not None
            and begin is not None and quarter >= begin
            and quarter > periods.quarter_of(element.start))


def progress(case, element, quarter, date):
    day = min(quarter.last, date)
    is_due = quarter.last + datetime.timedelta(days=case.report_delay_days) < date
    report, carried = report_of(element, quarter), False
    if report is None and not is_due:
        report, carried = report_of(element, quarter.shifted(-1)), True
    if report is None:
        if lateness(element, quarter, day) == "LONG_PAST_END":
            return Delivery(RED, Fraction(0), None, "PROGRESS", past_end="LONG_PAST_END")
        if is_due:
            return Delivery(NO_SCORE, None, "NO_REPORT", None)
        return Delivery(NOT_APPLICABLE, None, "NOT_DUE", None)
    until = report.quarter.last if carried else day
    p = share_done(element, report.percent, until)
    delivery = delivered(element, quarter, day, p, "PROGRESS")
    delivery.percent, delivery.report_state = report.percent, report.state
    delivery.carried = carried
    return delivery


def report_of(element, quarter):
    """The quarter's VALIDATED report, else its SUBMITTED one."""
    for state in ("VALIDATED", "SUBMITTED"):
        for report in reversed(element.reports):
            if report.quarter == quarter and report.state == state:
                return report
    return None


def share_done(element, percent, day):
    """Percent complete against the elapsed share of the element's days, counted inclusively."""
    every = (element.end - element.start).days + 1
    elapsed = (min(day, element.end) - element.start).days + 1
    return rounding.quotient(percent * every, 100 * elapsed)


def milestones(element, quarter, day, date):
    """Those done, of those that are done or whose due day is over."""
    standing = [one for one in element.milestones if not is_withdrawn(one, quarter)]
    done = [one for one in standing if is_done(one, day)]
    missed = [one for one in standing if is_missed(one, quarter, day, date)]
    if not done and not missed:
        return None
    p = rounding.quotient(len(done), len(done) + len(missed))
    return delivered(element, quarter, day, p, "MILESTONES")


def is_withdrawn(milestone, quarter):
    """Withdrawn milestones count up to and in the quarter of their withdrawal, later not at all."""
    return (milestone.withdrawn_on is not None
            and quarter > periods.quarter_of(milestone.withdrawn_on))


def is_done(milestone, day):
    return milestone.done_on is not None and milestone.done_on <= day


def is_missed(milestone, quarter, day, date):
    return (milestone.due < date and milestone.due <= quarter.last
            and not is_done(milestone, day))


def missed_milestones(element, quarter, day, date, critical):
    """Indexes of the missed milestones that are `critical`; none of a COMPLETED element."""
    if element is None or state_on(element, day) == "COMPLETED":
        return []
    return [number for number, one in enumerate(element.milestones)
            if one.critical == critical and not is_withdrawn(one, quarter)
            and is_missed(one, quarter, day, date)]


# From p to a score.

def delivered(element, quarter, day, p, scored_by):
    score = rounding.clamp(rounding.quotient(100 * (p - Fraction(1, 2)), Fraction(6, 10)),
                           Fraction(0), Fraction(100))
    status = GREEN if p >= TARGET else RED if p < RED_FLAG else AMBER
    late = lateness(element, quarter, day)
    if late == "PAST_END":
        score = min(score, HIGHEST_PAST_END)
        status = AMBER if status == GREEN else status
    elif late == "LONG_PAST_END":
        score, status = min(score, HIGHEST_LONG_PAST_END), RED
    return Delivery(status, score, None, scored_by, p=p, past_end=late)


def lateness(element, quarter, day):
    """Past its end; long past it in quarters later than the one after the end's."""
    if element.end is None or element.end >= day:
        return None
    later = quarter > periods.quarter_of(element.end).shifted(1)
    return "LONG_PAST_END" if later else "PAST_END"
