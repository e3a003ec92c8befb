#!/usr/bin/env python3
"""Scores: of an indicator link, of what an element had to deliver, and of the tree above them.

    scoring.py < cases.jsonl > scorecards.jsonl

reads one case a line and writes its scorecard; README.md has the fields.
"""
import json
import sys
from dataclasses import dataclass, field
from fractions import Fraction

import budget
import links
import model
import owners
import periods
import rounding
import values
from delivery import OFF, Delivery, delivery_of, missed_milestones, state_before, state_on
from links import AMBER, GREEN, NO_SCORE, NOT_APPLICABLE, RED

GREEN_FROM = rounding.quotient(200, 3)
AMBER_FROM = rounding.quotient(100, 3)
TREND_OF_SCORES = 1  # point within which two scores are STABLE


@dataclass
class Part:
    """What a node takes from a child, a link or its delivery."""
    kind: str  # ELEMENT, LINK or DELIVERY
    name: str
    weight: Fraction
    critical: bool
    status: str
    score: Fraction | None
    coverage: Fraction

    @property
    def is_expected(self):
        return self.status != NOT_APPLICABLE


@dataclass
class Score:
    """What a node's parts come to."""
    status: str
    score: Fraction | None
    reason: str | None
    coverage: Fraction | None
    caps: list = field(default_factory=list)


@dataclass
class Node:
    code: str
    result: Score
    last_stood: Score
    not_applicable: dict
    delivery: Delivery | None
    links: list
    children: list
    trend: str | None = None
    trend_year: str | None = None


# Roll-up.

def weighted_mean(pairs):
    """Sum of (weight x number) / sum of weights, rounded once; None where the weights sum to 0."""
    total = sum(weight for weight, _ in pairs)
    if total == 0:
        return None
    return rounding.quotient(sum(weight * number for weight, number in pairs), total)


def status_of(score):
    if score >= GREEN_FROM:
        return GREEN
    return AMBER if score >= AMBER_FROM else RED


def rolled_up(plan, parts, milestones):
    """Score, status and coverage of a node from its parts and its critical missed milestones."""
    expected = [part for part in parts if part.is_expected]
    caps = caps_of(expected, milestones)
    if not expected:
        return Score(NOT_APPLICABLE, None, "NOTHING_EXPECTED", None, caps)
    coverage = weighted_mean([(part.weight, part.coverage) for part in expected])
    if coverage is None:
        return Score(NOT_APPLICABLE, None, "NO_WEIGHT", None, caps)
    score, reason = score_of(plan, expected, coverage)
    if reason:
        return Score(NO_SCORE, None, reason, coverage, caps)
    status = status_of(score)
    if status == GREEN and caps:
        status = AMBER
        for cap in caps:
            cap["changed"] = True
    return Score(status, score, None, coverage, caps)


def score_of(plan, expected, coverage):
    """(score, None), or (None, reason) by the policy for expected parts without score."""
    scored = [(part.weight, part.score) for part in expected if part.score is not None]
    if plan.missing_parts == "STRICT" and len(scored) < len(expected):
        return None, "STRICT"
    if coverage < plan.min_coverage:
        return None, "COVERAGE"
    if plan.missing_parts == "ZERO":
        scored += [(part.weight, Fraction(0)) for part in expected if part.score is None]
    score = weighted_mean(scored)
    return (None, "COVERAGE") if score is None else (score, None)


def caps_of(expected, milestones):
    """A critical part that is RED or expected and without score; a critical missed milestone."""
    caps = []
    for part in expected:
        if part.critical and part.status in (RED, NO_SCORE):
            reason = "RED" if part.status == RED else "NO_SCORE"
            caps.append({"kind": part.kind, "name": part.name, "reason": reason, "changed": False})
    for number in milestones:
        caps.append({"kind": "MILESTONE", "name": str(number), "reason": "MISSED",
                     "changed": False})
    return caps


# The tree.

class Scorer:
    """Scores one case in one quarter. The reader is shared by the quarters that trends compare."""

    def __init__(self, case, quarter, reader, with_beside=True):
        self.case = case
        self.quarter = quarter
        self.reader = reader
        self.day = min(quarter.last, case.date)
        self.has_begun = quarter.first <= case.date
        self.link_scorer = links.LinkScorer(case, quarter, reader, with_beside)

    def plan_node(self):
        """The plan itself: the roll-up of its elements."""
        children = [self.node(element, None) for element in self.case.plan.elements]
        pairs = list(zip(self.case.plan.elements, children))
        result = self.roll_up(None, pairs, [], None)
        last_stood = self.roll_up_last_stood(None, pairs, [], None, None)
        return Node("", result, last_stood, counted([], None, children), None, [], children)

    def node(self, element, off_above):
        """`off_above`: CANCELLED or DEFERRED of an element above, with the day on which that last
        was neither; None where there is none."""
        off = self.off(element, off_above)
        stand = off and off[1]
        rows = [self.link_scorer.row(link, off and off[0]) for link in element.links]
        children = [self.node(child, off) for child in element.children]
        pairs = list(zip(element.children, children))
        if off:
            delivery = None
            result = Score(NOT_APPLICABLE, None, off[0], None)
            counts = {}
        else:
            delivery = delivery_of(self.case, element, self.quarter, self.case.date)
            result = self.roll_up(element, pairs, rows, delivery)
            counts = counted(rows, delivery, children)
        if not self.has_begun:
            result, counts, delivery = Score(NO_SCORE, None, "NOT_BEGUN", None), {}, None
        last_stood = self.roll_up_last_stood(element, pairs, rows, delivery, stand)
        return Node(element.code, result, last_stood, counts, delivery, rows, children)

    def off(self, element, off_above):
        """(state, last day on which it was neither) of an element that is CANCELLED or DEFERRED, or
        below one that is; None of others."""
        if off_above:
            return off_above[0], state_before(element, off_above[1])
        state = state_on(element, self.day)
        return (state, state_before(element, self.day)) if state in OFF else None

    def roll_up(self, element, children, rows, delivery):
        if not self.has_begun:
            return Score(NO_SCORE, None, "NOT_BEGUN", None)
        parts = [child_part(child, node.result) for child, node in children]
        parts += [link_part(row, row.result) for row in rows]
        if delivery:
            parts.append(delivery_part(element, delivery))
        milestones = missed_milestones(element, self.quarter, self.day, self.case.date, True)
        return rolled_up(self.case.plan, parts, milestones)

    def roll_up_last_stood(self, element, children, rows, delivery, stand):
        """The same with ended targets held, and cancelled and deferred elements as they stood on
        the day `stand`, the last on which they were neither."""
        if not self.has_begun:
            return Score(NO_SCORE, None, "NOT_BEGUN", None)
        day, date, quarter = self.day, self.case.date, self.quarter
        if stand:
            day = date = stand
            quarter = periods.quarter_of(stand)
            delivery = delivery_of(self.case, element, quarter, date)
        parts = [child_part(child, node.last_stood) for child, node in children]
        parts += [link_part(row, row.last_stood) for row in rows]
        if delivery:
            parts.append(delivery_part(element, delivery))
        milestones = missed_milestones(element, quarter, day, date, True)
        return rolled_up(self.case.plan, parts, milestones)


def child_part(element, score):
    return Part("ELEMENT", element.code, element.weight, element.critical, score.status,
                score.score, score.coverage if score.score is not None else Fraction(0))


def link_part(row, result):
    return Part("LINK", row.name, row.link.weight, row.link.critical, result.status, result.score,
                result.coverage)


def delivery_part(element, delivery):
    covered = Fraction(0 if delivery.score is None else 1)
    return Part("DELIVERY", "", element.delivery_weight, False, delivery.status, delivery.score,
                covered)


def counted(rows, delivery, children):
    """How many parts are NOT_APPLICABLE, by reason: links and deliveries at any depth, a cancelled
    or deferred element once."""
    counts = {}

    def add(reason, number=1):
        counts[reason] = counts.get(reason, 0) + number

    for row in rows:
        if row.result.status == NOT_APPLICABLE:
            add(row.result.reason)
    if delivery and delivery.status == NOT_APPLICABLE:
        add(delivery.reason)
    for child in children:
        if child.result.reason in OFF:
            add(child.result.reason)
        for reason, number in child.not_applicable.items():
            add(reason, number)
    return dict(sorted(counts.items()))


# Trend of nodes.

def every_node(node):
    yield node
    for child in node.children:
        yield from every_node(child)


def add_trends(case, reader, root):
    """Score against score: the quarter before, and the same quarter of the year before."""
    for shift, name in ((-1, "trend"), (-4, "trend_year")):
        quarter = case.quarter.shifted(shift)
        if quarter < periods.quarter_of(case.plan.start):
            continue
        scorer = Scorer(case, quarter, reader, with_beside=False)
        before = {one.code: one for one in every_node(scorer.plan_node())}
        for node in every_node(root):
            setattr(node, name, node_trend(node, before[node.code]))


def node_trend(node, before):
    """None: no trend; also where one of both is without score or was scored otherwise."""
    if node.result.score is None or before.result.score is None:
        return None
    if basis_of(node) != basis_of(before):
        return None
    change = node.result.score - before.result.score
    if abs(change) <= TREND_OF_SCORES:
        return "STABLE"
    return "IMPROVING" if change > 0 else "DECLINING"


def basis_of(node):
    return node.delivery.scored_by if node.delivery else None


# The scorecard.

def scorecard(case):
    first, last = (periods.quarter_of(day) for day in (case.plan.start, case.plan.end))
    if not first <= case.quarter <= last:
        return {"error": "PERIOD_OUTSIDE_PLAN"}
    reader = values.Reader(case)
    root = Scorer(case, case.quarter, reader).plan_node()
    add_trends(case, reader, root)
    return {"quarter": case.quarter, "date": case.date, "plan": node_json(case, root),
            "owner_units": owners.owner_units(case, root)}


def node_json(case, node):
    return {
        "code": node.code,
        **score_json(node.result),
        "coverage": node.result.coverage,
        "caps": node.result.caps,
        "not_applicable": node.not_applicable,
        "as_last_stood": score_json(node.last_stood),
        "trend": node.trend,
        "trend_year": node.trend_year,
        "delivery": node.delivery and vars(node.delivery),
        "links": [links.row_json(row) for row in node.links],
        "children": [node_json(case, child) for child in node.children],
        "budget": budget.budget_of(case, {one.code for one in every_node(node)}),
        "cost": cost_of(case, node),
    }


def cost_of(case, node):
    """Of the element's link that is marked as its output; None without one."""
    for row in node.links:
        if row.link.output:
            measured = links.row_json(row).get("year_to_date")
            return budget.cost_per_unit(case, {one.code for one in every_node(node)},
                                        measured and measured["value"])
    return None


def score_json(score):
    return {"status": score.status, "score": score.score, "reason": score.reason}


def scored(case_json):
    """JSON in, JSON out."""
    return model.to_json(scorecard(model.case_from(case_json)))


def main():
    for line in sys.stdin:
        json.dump(scored(json.loads(line)), sys.stdout, sort_keys=True)
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
