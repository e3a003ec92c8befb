#!/usr/bin/env python3
"""Random small plans for comparing two implementations of the scoring rules.

    generate.py --count 10000                the cases, one JSON object a line
    generate.py --count 10000 --scored       {"case": ..., "scorecard": ...} a line
    generate.py --count 10000 --statistics   how often each reason, cap and status occurs

Case number n of a seed is the same whatever --count and --first are. The cases are made so that
each reason and each cap occurs at least a hundred times among ten thousand.
"""
import argparse
import collections
import datetime
import json
import random
import sys

import budget
import periods
import scoring

DESKS = ("MAIN", "WEST", "EAST")
KINDS = ("IN", "OUT")
MANY = "many"  # as many digits as every double of 15 significant digits keeps
REQUIRED_OCCURRENCES = 100


def chance(rng, share):
    return rng.random() < share


def pick(rng, weighted):
    """One of {choice: weight}."""
    return rng.choices(list(weighted), list(weighted.values()))[0]


def decimal(rng, low, high, digits):
    """A decimal text between two integers."""
    scaled = rng.randint(low * 10**digits, high * 10**digits)
    return decimal_text(scaled, digits)


def decimal_text(scaled, digits):
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10**digits)
    return f"{sign}{whole}" + (f".{part:0{digits}d}" if digits else "")


def iso(day):
    return day.isoformat()


class Generator:
    """One case."""

    def __init__(self, seed, number):
        self.rng = random.Random(f"{seed}/{number}")
        self.budget_rng = random.Random(f"{seed}/{number}/budget")
        self.owner_rng = random.Random(f"{seed}/{number}/owners")
        rng = self.rng
        self.plan_start = datetime.date(rng.choice((2021, 2023)), 1, 1)
        self.plan_end = datetime.date(2026, 12, 31)
        first = periods.quarter_of(self.plan_start)
        year = rng.randint(0, self.plan_end.year - self.plan_start.year)
        # Growth needs whole years, which mostly end with the fourth quarter.
        self.quarter = first.shifted(4 * year + rng.choice((0, 1, 2, 3, 3)))
        self.date = self.any_date()
        self.indicators = {}
        self.levels = {}
        self.targets = []
        self.observations = []
        self.ends = []
        self.elements = 0

    def any_date(self):
        """Before, in, shortly after or long after the scored quarter."""
        days = {"before": (-80, -1), "in": (0, 91), "soon": (92, 112), "late": (113, 300)}
        low, high = days[pick(self.rng, {"before": 3, "in": 32, "soon": 25, "late": 40})]
        return self.quarter.first + datetime.timedelta(days=self.rng.randint(low, high))

    def case(self):
        self.make_indicators()
        plan = self.plan()  # adds targets for what its elements link
        return {
            "date": iso(self.date), "quarter": str(self.quarter),
            "institution": {"report_delay_days": self.rng.choice((14, 14, 14, 0, 30))},
            "plan": plan, "indicators": list(self.indicators.values()), "targets": self.targets,
            "observations": self.observations, "series_ends": self.ends,
        }

    # Indicators.

    def make_indicators(self):
        rng = self.rng
        shared = pick(rng, {"M": 6, "Q": 2, "W": 1, "D": 1})
        dimensions = pick(rng, {(): 4, ("desk",): 4, ("desk", "kind"): 1})
        for number in range(rng.randint(2, 4)):
            # Most share frequency and dimensions, so that formulas have common cells.
            if chance(rng, 0.6):
                self.make_base(f"base{number}", shared, dimensions)
            else:
                self.make_base(f"base{number}", pick(rng, {"D": 1, "W": 1, "M": 3, "Q": 3, "S": 2,
                                                          "A": 4}),
                               pick(rng, {(): 3, ("desk",): 2}))
        if chance(rng, 0.65):
            for number in range(rng.randint(1, 3)):
                self.make_formula(f"formula{number}")
        if chance(rng, 0.05):
            self.make_formula_without_common_cells()

    def make_formula_without_common_cells(self):
        """A ratio of two indicators, one reported by a desk, the other by another desk."""
        for name, desk in (("left", "MAIN"), ("right", "WEST")):
            definition = {"id": name, "frequency": "Q", "time": "MEAN", "group": "MEAN",
                          "dimensions": ["desk"], "direction": "HIGHER"}
            self.indicators[name] = definition
            self.levels[name] = 100
            begin = periods.containing(self.quarter.shifted(-5).first, "Q")
            self.observe_series(definition, {"desk": desk}, begin, self.last_begun("Q"), 1, 1)
        definition = {"id": "apart", "formula": "left / right"}
        self.add_common(definition)
        definition["dimensions"] = []
        self.indicators["apart"] = definition
        self.levels["apart"] = 1

    def make_base(self, name, frequency, dimensions):
        rng = self.rng
        time = pick(rng, {"SUM": 8, "COUNT": 1, "MEAN": 2, "MIN": 1, "MAX": 1, "FIRST": 1,
                          "LAST": 3})
        group = pick(rng, {"SUM": 7, "MEAN": 3, "MIN": 1, "MAX": 1, "NONE": 1})
        definition = {"id": name, "frequency": frequency, "time": time, "group": group,
                      "dimensions": list(dimensions)}
        self.add_common(definition)
        self.indicators[name] = definition
        self.levels[name] = pick(rng, {100: 6, 7: 2, 0: 1, 10**14: 1})
        if not chance(rng, 0.06):
            self.observe(definition)

    def add_common(self, definition):
        rng = self.rng
        definition["direction"] = pick(rng, {"HIGHER": 5, "LOWER": 3, "RANGE": 2})
        if chance(rng, 0.3):
            definition["policy"] = rng.choice(("STRICT", "PARTIAL"))
        if chance(rng, 0.2):
            definition["min_coverage"] = rng.choice(("0", "0.25", "0.8", "1"))
        if chance(rng, 0.2):
            definition["delay_days"] = rng.choice((0, 5, 30, 45, 100))
        if chance(rng, 0.12):
            definition["expected_from"] = str(self.quarter.shifted(rng.randint(-4, 1)))
        if chance(rng, 0.03):
            definition["readable"] = False

    def make_formula(self, name):
        rng = self.rng
        names = list(self.indicators)
        a, b = self.operand(rng.choice(names)), self.operand(rng.choice(names))
        huge = next((one for one in names if self.levels[one] > 10**12), None)
        shape = pick(rng, {
            f"{a} / {b}": 4, f"1 - {a} / {b}": 3, f"{a} + {b}": 4, f"{a} - {b}": 1,
            f"{a} * {b}": 2, f"{huge} * {huge}": 2 if huge else 0,
            f"coalesce({a}, 0) / {b}": 2, f"coalesce({a}, {b}) + {b}": 1,
            f"100 * {a} / ({a} + {b})": 1, f"{a} / ({b} - {b})": 0.6, f"0.125 * {a}": 1})
        definition = {"id": name, "formula": shape}
        if chance(rng, 0.6 if "/" not in shape else 0.05):
            definition["nature"] = "FLOW"
        if chance(rng, 0.25):
            definition["alignment"] = "INDEPENDENT"
        self.add_common(definition)
        definition["dimensions"] = []
        self.indicators[name] = definition
        self.levels[name] = 1 if "/" in shape else 100

    def operand(self, name):
        dimensions = self.indicators[name]["dimensions"]
        if "desk" in dimensions and chance(self.rng, 0.25):
            return f'{name}{{desk="{self.rng.choice(DESKS[:2])}"}}'
        return name

    # Observations.

    def observe(self, definition):
        rng = self.rng
        frequency, dimensions = definition["frequency"], definition["dimensions"]
        desks = (None,)
        if "desk" in dimensions:
            desks = rng.sample(DESKS, k=pick(rng, {1: 3, 2: 4, 3: 4}))
        kinds = KINDS if "kind" in dimensions else (None,)
        if frequency == "D":
            desks, kinds = desks[:1], kinds[:1]
        history = {"D": 1, "W": 2, "M": 5, "Q": 6, "S": 10, "A": 16}[frequency]
        begin = periods.containing(self.quarter.shifted(-history).first, frequency)
        end = self.last_begun(frequency)
        reliability = pick(rng, {1: 10, 0.95: 3, 0.8: 2, 0.4: 1, 0.05: 1})
        promptness = rng.random()
        for desk in desks:
            for kind in kinds:
                codes = {name: code for name, code in (("desk", desk), ("kind", kind)) if code}
                self.observe_series(definition, codes, begin, end, reliability, promptness)

    def last_begun(self, frequency):
        return periods.containing(min(self.quarter.last, self.date), frequency)

    def observe_series(self, definition, codes, begin, end, reliability, promptness):
        rng = self.rng
        length = end.index - begin.index + 1
        starts = begin.index + (rng.randint(0, length) if chance(rng, 0.15) else 0)
        stops = end.index - (rng.randint(0, length) if chance(rng, 0.15) else 0)
        digits = pick(rng, {0: 5, 2: 4, MANY: 1})
        for index in range(starts, stops + 1):
            period = periods.Period(begin.frequency, index)
            late = period.last + datetime.timedelta(days=14) >= self.date
            if chance(rng, promptness if late else reliability):
                self.observe_cell(definition, codes, period, digits)
        if chance(rng, 0.12 if stops == end.index else 0.4):
            last = periods.Period(begin.frequency, stops)
            self.ends.append({"indicator": definition["id"], "codes": codes,
                              "last_day": iso(last.first)})
        if chance(rng, 0.1):
            ahead = periods.Period(begin.frequency, end.index + 1)
            self.observations.append({"indicator": definition["id"], "codes": codes,
                                      "period": str(ahead), "value": "50", "status": "F"})

    def observe_cell(self, definition, codes, period, digits):
        rng = self.rng
        row = {"indicator": definition["id"], "codes": codes, "period": str(period)}
        is_weekend = period.frequency == "D" and period.first.weekday() >= 5
        if period.last >= self.date:  # running: only estimates, provisional values and forecasts
            row["status"] = pick(rng, {"P": 6, "E": 3, "F": 1})
        elif is_weekend:
            row["status"] = "H"
        else:
            row["status"] = pick(rng, {"A": 90, "P": 3, "M": 2, "O": 2, "L": 1, "Q": 1, "F": 1})
        if row["status"] not in "MHOLQ":
            row["value"] = self.cell_value(definition, period.frequency, digits)
        self.observations.append(row)

    def cell_value(self, definition, frequency, digits):
        level = self.levels[definition["id"]]
        if level == 0:
            return "0"
        if definition["time"] == "SUM":
            level = max(1, level // {"D": 65, "W": 13, "M": 3}.get(frequency, 1))
        high = level * 3 // 2 + 1
        if digits == MANY:
            digits = max(0, 15 - len(str(high)))
        return decimal(self.rng, level // 2, high, digits if level < 10**9 else 0)

    # Targets.

    def add_target(self, name, slice_):
        if any(one["indicator"] == name and one["slice"] == slice_ for one in self.targets):
            return
        rng = self.rng
        if chance(rng, 0.1):
            return
        definition = self.indicators[name]
        versions = []
        by_year = chance(rng, 0.5)
        set_on = self.plan_start - datetime.timedelta(days=60)
        for _ in range(pick(rng, {1: 5, 2: 3, 3: 1})):
            if set_on > self.date:
                break
            versions.append(self.version(definition, by_year, set_on))
            set_on += datetime.timedelta(days=rng.randint(1, 700))
        if len(versions) > 1 and chance(rng, 0.35):
            # The last version ends the one before it.
            at = versions[-1]["set_on"]
            versions[-1] = dict(versions[-2], set_on=at,
                                ended_from=str(self.quarter.shifted(rng.randint(-3, 2))))
        if chance(rng, 0.08):
            late = iso(self.plan_start + datetime.timedelta(days=rng.randint(100, 600)))
            for version in versions:
                version["set_on"] = max(version["set_on"], late)
            versions = [one for one in versions if one["set_on"] <= iso(self.date)]
        if not versions:
            return
        target = {"indicator": name, "slice": slice_, "versions": versions}
        if self.activated_on and chance(rng, 0.1):
            target["declared_original"] = self.version(definition, by_year, self.plan_start)
        self.targets.append(target)

    def version(self, definition, by_year, set_on):
        rng = self.rng
        level = 100 if self.levels[definition["id"]] == 0 else self.levels[definition["id"]]
        interpolation = rng.choice(("LINEAR", "STEP"))
        first = pick(rng, {self.plan_start.year: 12, 2024: 1, 2026: 1})
        later = range(first + 1, 2028)
        years = [first] + sorted(rng.sample(later, k=min(len(later), rng.randint(0, 2))))
        digits = pick(rng, {0: 2, 2: 2, 3: 1})
        # The contract's targets are doubles, which hold 15 digits; the largest is below 13 levels.
        digits = max(0, min(digits, 15 - len(str(13 * level))))
        margin = decimal_text(max(1, level * 10**digits // rng.choice((5, 10, 40))), digits)
        red = pick(rng, {"margin": 3, "tolerance": 2, "values": 1})
        factor = 4 if by_year and definition.get("time") == "SUM" else 1
        version = {"set_on": iso(set_on), "interpolation": interpolation}
        level *= factor
        # An ambitious target is mostly still ahead of the value, and its baseline behind.
        ambition = pick(rng, {1: 5, 1.6: 3})
        if definition["direction"] == "LOWER":
            ambition = 1 / ambition
        version["anchors"] = [
            self.point(definition, self.anchor_period(year, by_year), int(level * ambition), digits,
                       margin, red)
            for year in years]
        if chance(rng, 0.75) and definition["direction"] != "RANGE":
            before = self.anchor_period(years[0] - rng.randint(1, 2), by_year)
            version["baseline"] = self.point(definition, before, int(level / ambition), digits,
                                             margin, red)
            if red == "margin" and chance(rng, 0.1):
                version["baseline"]["value"] = "0"
        if red == "margin":
            version["margin"] = margin
        elif red == "tolerance":
            version["tolerance"] = rng.choice(("0.05", "0.1", "0.333333", "0.5"))
        if by_year and chance(rng, 0.25):
            version["profile"] = rng.choice((["0.1", "0.2", "0.3", "0.4"],
                                             ["0.25", "0.3", "0.2", "0.25"],
                                             ["0.333333", "0.333333", "0.333333", "0.000001"]))
        return version

    def anchor_period(self, year, by_year):
        return f"{year}" if by_year else f"{year}-Q{self.rng.choice((1, 2, 4, 4))}"

    def point(self, definition, period, level, digits, margin, red):
        rng = self.rng
        scale = 10**digits
        scaled_margin = int(margin.replace(".", ""))
        value = rng.randint(max(1, level * scale * 6 // 10), level * scale * 13 // 10 + 1)
        if definition["direction"] == "RANGE":
            width = rng.randint(0, level * scale // 2)
            point = {"period": period, "low": decimal_text(value, digits),
                     "high": decimal_text(value + width, digits)}
            if red == "values":
                point["red_low"] = decimal_text(value - scaled_margin, digits)
                point["red_high"] = decimal_text(value + width + scaled_margin, digits)
            return point
        point = {"period": period, "value": decimal_text(value, digits)}
        if red == "values":
            sign = -1 if definition["direction"] == "HIGHER" else 1
            point["red"] = decimal_text(value + sign * scaled_margin, digits)
        return point

    # The plan.

    def plan(self):
        rng = self.rng
        self.activated_on = None
        if not chance(rng, 0.12):
            self.activated_on = self.plan_start + datetime.timedelta(days=rng.randint(0, 90))
            if self.activated_on > self.date:
                self.activated_on = None
        plan = {"start": iso(self.plan_start), "end": iso(self.plan_end),
                "activated_on": self.activated_on and iso(self.activated_on)}
        if chance(rng, 0.3):
            plan["missing_parts"] = rng.choice(("STRICT", "ZERO"))
        if chance(rng, 0.25):
            plan["min_coverage"] = rng.choice(("0", "0.3", "0.75", "1"))
        if chance(rng, 0.3):
            plan["score_basis"] = "YEAR_TO_DATE"
        if chance(rng, 0.75):
            begin = periods.quarter_of(self.plan_start).shifted(rng.choice((0, 0, 0, 4, 8)))
            plan["progress_expected_from"] = str(begin)
        plan["elements"] = [self.element(f"{number}", 1) for number in
                            range(1, rng.randint(1, 3) + 1)]
        plan["budget_lines"] = self.budget_lines(plan["elements"])
        self.add_owners(plan["elements"])
        return plan

    def add_owners(self, elements):
        """Owner units, and links that are marked as output."""
        rng = self.owner_rng
        for element in elements:
            if chance(rng, 0.8):
                element["owner"] = rng.choice(("u1",) * 6 + ("u2",))
            if element["links"] and chance(rng, 0.5):
                rng.choice(element["links"])["output"] = True
            self.add_owners(element.get("children", []))

    def budget_lines(self, elements):
        rng = self.budget_rng
        codes = []
        stack = list(elements)
        while stack:
            element = stack.pop()
            codes.append(element["code"])
            stack.extend(element.get("children", []))
        return [self.budget_line(sorted(codes)) for _ in range(pick(rng, {0: 2, 1: 2, 2: 2, 4: 1}))]

    def budget_line(self, codes):
        rng = self.budget_rng
        chosen = rng.sample(codes, k=min(len(codes), rng.randint(1, 3)))
        shares = {code: rng.choice(("0.25", "0.1", "0.333333", "0.000001")) for code in chosen}
        if len(chosen) == 1 and chance(rng, 0.5):
            shares = {chosen[0]: "1"}
        amounts = {}
        if not chance(rng, 0.1):
            level = pick(rng, {1000: 4, 10**7: 2, 10**12: 1, 0: 1})
            for name in budget.AMOUNTS:
                if not chance(rng, 0.03):
                    high = level if name in ("committed", "paid") else level * 6 // 5
                    low = level // 10 if name in ("committed", "paid") else level
                    amounts[name] = decimal(rng, low, high, 2)
        return {"shares": shares, "amounts": amounts}

    def element(self, code, depth):
        rng = self.rng
        is_action = chance(rng, (0.2, 0.6, 1)[depth - 1])
        element = {"code": code, "kind": "ACTION" if is_action else
                   "AXIS" if depth == 1 else "OBJECTIVE"}
        self.add_weight(element, "weight")
        self.add_weight(element, "delivery_weight")
        if chance(rng, 0.4):
            element["critical"] = True
        if is_action or chance(rng, 0.3):
            self.add_days(element)
        self.add_events(element)
        element["links"] = self.links()
        if is_action and "start" in element:
            element["reports"] = self.reports(element)
        if chance(rng, 0.35):
            element["milestones"] = [self.milestone() for _ in range(rng.randint(1, 4))]
        if not is_action and depth < 3:
            element["children"] = [self.element(f"{code}.{number}", depth + 1)
                                   for number in range(1, rng.randint(0, 3) + 1)]
        return element

    def add_weight(self, item, name):
        weight = pick(self.rng, {None: 6, "0": 1, "1": 1, "2": 1, "0.5": 1, "0.333333": 1})
        if weight is not None:
            item[name] = weight

    def near(self, low, high):
        """A day, some days from the beginning of the scored quarter."""
        return self.quarter.first + datetime.timedelta(days=self.rng.randint(low, high))

    def add_days(self, element):
        start = self.near(-500, 30)
        element["start"] = iso(start)
        element["end"] = iso(max(start, self.near(*self.rng.choice(((-250, 90), (0, 400),
                                                                    (91, 900))))))

    def add_events(self, element):
        rng = self.rng
        for name, share in (("cancelled_on", 0.04), ("deferred_on", 0.07),
                            ("completed_on", 0.07)):
            if chance(rng, share):
                element[name] = iso(min(self.date, self.near(-200, 91)))
        if "deferred_on" in element and chance(rng, 0.4):
            deferred = datetime.date.fromisoformat(element["deferred_on"])
            resumed = deferred + datetime.timedelta(days=rng.randint(0, 120))
            if resumed <= self.date:
                element["resumed_on"] = iso(resumed)

    def links(self):
        rng = self.rng
        names = rng.sample(list(self.indicators),
                           k=min(len(self.indicators), pick(rng, {0: 2, 1: 4, 2: 3, 3: 1})))
        links = []
        for name in names:
            link = {"indicator": name}
            slice_ = {}
            if "desk" in self.indicators[name]["dimensions"] and chance(rng, 0.25):
                slice_ = {"desk": rng.choice(DESKS[:2])}
                link["slice"] = slice_
            self.add_weight(link, "weight")
            if chance(rng, 0.4):
                link["critical"] = True
            self.add_target(name, slice_)
            links.append(link)
        return links

    def reports(self, element):
        rng = self.rng
        start = datetime.date.fromisoformat(element["start"])
        end = datetime.date.fromisoformat(element["end"])
        reports = []
        reliability = pick(rng, {0.95: 5, 0.5: 2, 0: 1})
        for back in range(5, -1, -1):
            quarter = self.quarter.shifted(-back)
            if quarter.last < start or quarter.first > self.date or not chance(rng, reliability):
                continue
            elapsed = (min(quarter.last, end, self.date) - start).days + 1
            share = 100 * elapsed / ((end - start).days + 1)
            percent = max(0, min(100, round(share * rng.choice((0.5, 0.72, 0.85, 0.95, 1, 1.1)))))
            reports.append({"quarter": str(quarter), "percent": str(percent),
                            "state": pick(rng, {"VALIDATED": 5, "SUBMITTED": 3, "DRAFT": 1,
                                                "RETURNED": 1})})
        return reports

    def milestone(self):
        rng = self.rng
        due = self.near(-300, 200)
        milestone = {"due": iso(due)}
        done = due + datetime.timedelta(days=rng.randint(-60, 90))
        if chance(rng, 0.65) and done <= self.date:
            milestone["done_on"] = iso(done)
        elif due < self.date and chance(rng, 0.2):
            withdrawn = due + datetime.timedelta(days=rng.randint(1, 150))
            if withdrawn <= self.date:
                milestone["withdrawn_on"] = iso(withdrawn)
        if chance(rng, 0.4):
            milestone["critical"] = True
        return milestone


def case(seed, number):
    return Generator(seed, number).case()


# Statistics.

EXPECTED_KINDS = (
    [f"link {reason}" for reason in (
        "GREEN", "AMBER", "RED", "NOT_BEGUN", "CANCELLED", "DEFERRED", "INDICATOR_NOT_READABLE",
        "NO_TARGET", "TARGET_ENDED", "NO_DATA", "NOT_DUE", "OVERDUE", "INCOMPLETE", "NOT_ADDITIVE",
        "DIV0", "OVERFLOW", "OPERAND", "NO_COMMON_CELLS")]
    + [f"node {reason}" for reason in (
        "GREEN", "AMBER", "RED", "NOT_BEGUN", "CANCELLED", "DEFERRED", "NOTHING_EXPECTED",
        "NO_WEIGHT", "COVERAGE", "STRICT")]
    + [f"delivery {reason}" for reason in (
        "COMPLETED", "PROGRESS", "MILESTONES", "NOT_DUE", "NO_REPORT", "carried", "SUBMITTED",
        "PAST_END", "LONG_PAST_END", "LONG_PAST_END without report")]
    + [f"cap {kind} {changed}" for kind in ("LINK RED", "LINK NO_SCORE", "ELEMENT RED",
                                            "ELEMENT NO_SCORE", "MILESTONE MISSED")
       for changed in ("changed", "unchanged")]
    + [f"budget {name}" for name in ("BEHIND", "IN_STEP", "AHEAD", "None", "incomplete")]
    + [f"cost {name}" for name in ("told", "NO_AMOUNT", "NO_OUTPUT")]
    + [f"unit {name}" for name in ("GREEN", "AMBER", "RED", "NOT_BEGUN", "COVERAGE",
                                   "NOTHING_EXPECTED", "capped")]
    + [f"growth {name}" for name in ("REACHED", "ON_TRACK", "ACCELERATE", "LIMITED",
                                     "DETERIORATION", "NOT_WHOLE_YEARS", "ZERO")])


def kinds_in(scorecard):
    """What occurs in a scorecard, as names of EXPECTED_KINDS and others."""
    for unit in scorecard["owner_units"]:
        yield f"unit {unit['reason'] or unit['status']}"
        if unit["capped"]:
            yield "unit capped"
    stack = [scorecard["plan"]]
    while stack:
        node = stack.pop()
        stack.extend(node["children"])
        yield f"node {node['reason'] or node['status']}"
        yield f"node trend {node['trend']}"
        for cap in node["caps"]:
            yield (f"cap {cap['kind']} {cap['reason']} "
                   f"{'changed' if cap['changed'] else 'unchanged'}")
        if node["as_last_stood"] != {name: node[name] for name in ("status", "score", "reason")}:
            yield "node differs as it last stood"
        if node["budget"]:
            yield f"budget {node['budget']['timing']}"
            if node["budget"]["incomplete"]:
                yield "budget incomplete"
        if node["cost"]:
            yield f"cost {node['cost']['reason'] or 'told'}"
        if node["delivery"]:
            yield from delivery_kinds(node["delivery"])
        for link in node["links"]:
            yield from link_kinds(link)


def delivery_kinds(delivery):
    yield f"delivery {delivery['reason'] or delivery['scored_by']}"
    if delivery["carried"]:
        yield "delivery carried"
    if delivery["report_state"] == "SUBMITTED":
        yield "delivery SUBMITTED"
    if delivery["past_end"]:
        without = delivery["scored_by"] == "PROGRESS" and delivery["percent"] is None
        yield f"delivery {delivery['past_end']}" + (" without report" if without else "")


def link_kinds(link):
    yield f"link {link['reason'] or link['status']}"
    if "value" not in link:
        return
    yield f"link trend {link['trend']}"
    yield f"value {link['value_reason'] or 'present'}"
    if link["growth"]:
        yield f"growth {link['growth']['reason'] or link['growth']['class']}"
    if link["value"] is not None and link["coverage"] != "1":
        yield "value with coverage below 1"
    if link["value"] is not None and link["judged"] < link["sub_periods"]:
        yield "value of a part of E"
    if link["so_far"]:
        yield "value so far"
    if link["added_after_activation"]:
        yield "target added after activation"
    if link["original"] and not link["original"]["is_current"]:
        yield "original differs from current"


def print_statistics(counts):
    rare = []
    for kind in sorted(set(counts) | set(EXPECTED_KINDS)):
        mark = ""
        if kind in EXPECTED_KINDS and counts[kind] < REQUIRED_OCCURRENCES:
            rare.append(kind)
            mark = f"  fewer than {REQUIRED_OCCURRENCES}"
        print(f"{counts[kind]:8} {kind}{mark}")
    return rare


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--scored", action="store_true", help="print the scorecards too")
    parser.add_argument("--statistics", action="store_true", help="print counts instead of cases")
    options = parser.parse_args()
    counts = collections.Counter()
    for number in range(options.first, options.first + options.count):
        made = case(options.seed, number)
        if options.statistics:
            counts.update(kinds_in(scoring.scored(made)))
            continue
        line = {"case": made, "scorecard": scoring.scored(made)} if options.scored else made
        print(json.dumps(line, sort_keys=True))
    if options.statistics and print_statistics(counts) and options.count >= 10000:
        sys.exit(1)


if __name__ == "__main__":
    main()
