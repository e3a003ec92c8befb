#!/usr/bin/env python3
"""Checks the seeds: the plan of the GOB and the indicators of its institutions, as data files.

    check_seeds.py [SEEDS [PROTO]]

It finds what the services would refuse, before they run: fields that the contracts do not have, texts
that are too long, dead links, targets whose red flag is on the better side, observations that do not
fit their indicator. It also checks what the services cannot know: that the plan is complete (4 axes, 20
objectives, 101 actions), that real and illustrative figures are kept apart, that illustrative ones reach
the newest quarter and the plan's own go no further than it does, and that the GOB had 1,453 employees on
31 December 2020. Prints "FILE: what" and exits with 1 when something is wrong.
"""
import collections
import csv
import datetime
import json
import math
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
LANGUAGES = ("nl", "fr", "en")
PLAN = "gob/strategic-plan-2021-2026"
SHAPE = {"KIND_AXIS": 4, "KIND_OBJECTIVE": 20, "KIND_ACTION": 101}
HEADCOUNT = 1453  # on 2020-12-31, by the plan itself
ILLUSTRATIVE = "illustrative"
NEWEST = "2026-Q3"  # the newest quarter that the seeds cover: the one that the demo prints
LAST_YEAR = "2026"  # of the plan
# The targets that the plan itself states: the last anchor, and nothing beyond it.
STATED_TARGETS = {"net-financing-balance": ("2024", 0), "regional-emissions": ("2030", -40),
                  "own-emissions": ("2025", 0)}
# The figures that the plan itself states: the periods, and no other.
STATED_FIGURES = {
    "headcount": {"2020-Q4"}, "headcount-total": {str(year) for year in range(2015, 2021)},
    "headcount-recalculated": {"2015", "2016", "2017"}, "net-financing-balance": {"2020"},
    "direct-debt": {"2021-02-28"}, "direct-debt-outlook": {"2025"},
    "strategic-investment": {"2021", "2022", "2023", "2024"}, "regional-emissions": set()}

ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
INDICATOR_ID = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
DIMENSION_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")
CODE = re.compile(r"[A-Za-z0-9_@$-]{1,64}")
ELEMENT_CODE = re.compile(r"[A-Za-z0-9._-]{1,32}")
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
# An indicator in a formula, its slice, and the parenthesis that would make it a function.
OPERAND = re.compile(r"([a-z](?:[a-z0-9-]*[a-z0-9])?)\s*(\{[^}]*\})?(\()?")

LITERALS = {
    "FREQUENCY_DAILY": re.compile(r"\d{4}-\d\d-\d\d"),
    "FREQUENCY_WEEKLY": re.compile(r"\d{4}-W\d\d"),
    "FREQUENCY_MONTHLY": re.compile(r"\d{4}-(0[1-9]|1[0-2])"),
    "FREQUENCY_QUARTERLY": re.compile(r"\d{4}-Q[1-4]"),
    "FREQUENCY_SEMESTRIAL": re.compile(r"\d{4}-S[12]"),
    "FREQUENCY_ANNUAL": re.compile(r"\d{4}"),
}
WITH_VALUE = {"", "A", "E", "P", "F"}
WITHOUT_VALUE = {"M", "O", "L", "H", "Q"}
COLUMNS = {"indicator", "period", "value", "status", "comment"}


def frequency_of(literal):
    """The frequency of a period literal, or None when it is none."""
    for frequency, pattern in LITERALS.items():
        if pattern.fullmatch(literal):
            try:
                if frequency == "FREQUENCY_DAILY":
                    datetime.date.fromisoformat(literal)
                elif frequency == "FREQUENCY_WEEKLY":
                    datetime.date.fromisocalendar(int(literal[:4]), int(literal[6:]), 1)
            except ValueError:
                return None
            return frequency
    return None


def last_month(literal):
    """The last month of a period, "2026-09" of "2026-Q3"; of a week, that of its Thursday."""
    if frequency_of(literal) == "FREQUENCY_WEEKLY":
        thursday = datetime.date.fromisocalendar(int(literal[:4]), int(literal[6:]), 4)
        return thursday.isoformat()[:7]
    year, _, part = literal.partition("-")
    if not part:
        return f"{year}-12"
    if part[0] in "QS":
        return f"{year}-{int(part[1]) * (3 if part[0] == 'Q' else 6):02}"
    return literal[:7]


def newest_of(frequency):
    """The newest period of a frequency that is over when the newest quarter is."""
    year, quarter = int(NEWEST[:4]), int(NEWEST[-1])
    if frequency == "FREQUENCY_ANNUAL":
        return str(year if quarter == 4 else year - 1)
    if frequency == "FREQUENCY_SEMESTRIAL":
        return f"{year}-S{quarter // 2}" if quarter > 1 else f"{year - 1}-S2"
    if frequency == "FREQUENCY_QUARTERLY":
        return NEWEST
    month = last_month(NEWEST)
    if frequency == "FREQUENCY_MONTHLY":
        return month
    end = (datetime.date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
           - datetime.timedelta(days=1))  # of the newest quarter
    if frequency == "FREQUENCY_DAILY":
        return end.isoformat()
    # The last week whose Thursday lies in the quarter.
    thursday = end - datetime.timedelta(days=(end.weekday() - 3) % 7)
    return "{}-W{:02}".format(*thursday.isocalendar())


def natural(code):
    """Sorts "3.1.10" after "3.1.9"."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", code)]


class Contracts:
    """The names that the proto files define: fields by message, and values of enums."""

    def __init__(self, proto):
        self.fields = collections.defaultdict(set)
        self.values = set()
        for path in sorted(pathlib.Path(proto).rglob("*.proto")):
            stack = []
            for line in path.read_text(encoding="utf-8").splitlines():
                line = line.split("//")[0].strip()
                opened = re.match(r"(message|enum|oneof|service)\s+(\w+)\s*\{(\s*\})?", line)
                if opened:
                    if opened[1] == "message":
                        self.fields[opened[2]].update()
                    if not opened[3]:
                        stack.append((opened[1], opened[2]))
                elif line.startswith("}"):
                    if stack:
                        stack.pop()
                elif stack and (field := re.match(r"[\w.<>, ]*?(\w+)\s*=\s*\d+", line)):
                    if stack[-1][0] == "enum":
                        self.values.add(field[1])
                        continue
                    message = next((n for kind, n in reversed(stack) if kind == "message"), "")
                    self.fields[message].add(re.sub(r"_([a-z])", lambda m: m[1].upper(), field[1]))
                elif line.endswith("{"):
                    stack.append(("other", ""))

    def faults(self, message, thing, where):
        """Fields that the message does not have, and enum values that nobody defines."""
        for key, value in thing.items():
            if key not in self.fields[message]:
                yield f"{where}: {message} has no field {key}"
            if isinstance(value, str) and re.fullmatch(
                    r"(KIND|STATE|SCOPE|DIRECTION|FREQUENCY|TIME_AGGREGATION|GROUP_AGGREGATION|"
                    r"MISSING_POLICY|INTERPOLATION|CLASSIFICATION|OPERAND_ALIGNMENT|SCORE_BASIS|TREATMENT)"
                    r"_[A-Z_]+", value) and value not in self.values:
                yield f"{where}.{key}: no contract knows {value}"


def text_faults(localized, limit, where):
    texts = (localized or {}).get("text", {})
    for language in LANGUAGES:
        if not texts.get(language, "").strip():
            yield f"{where}: no text in {language}"
    for language, text in texts.items():
        if len(text.encode()) > limit:
            yield f"{where}.{language}: {len(text.encode())} bytes, allowed are {limit}"
        if text != text.strip():
            yield f"{where}.{language}: space at an end"


def tag_faults(tags, where):
    if len(tags) > 50 or len(set(tags)) != len(tags):
        yield f"{where}: at most 50 tags, each once"
    for tag in tags:
        if not re.fullmatch(r"(caf:[1-9](\.\d)?|sdg:([1-9]|1[0-7]))", tag):
            yield f"{where}: tag {tag}, allowed are caf:N, caf:N.N and sdg:N"


def date_of(date):
    return datetime.date(date["year"], date["month"], date["day"])


class Institution:
    """The files of one institution."""

    def __init__(self, folder):
        self.folder = folder
        self.name = f"institutions/{folder.name}"
        self.resource = self.read("institution.json")
        self.units = self.read("units.json")["units"]
        listed = self.read("indicators.json")["indicators"]
        self.listed = len(listed)
        self.indicators = {indicator["name"]: indicator for indicator in listed}
        self.targets = self.read("targets.json")["targets"]

    def read(self, name):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def observations(self):
        """(file:line, row, dimension columns) of every row."""
        for path in sorted((self.folder / "observations").glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as lines:
                reader = csv.DictReader(lines)
                dimensions = [c for c in reader.fieldnames if c not in COLUMNS]
                for row in reader:
                    yield f"{self.folder.name}/{path.name}:{reader.line_num}", row, dimensions


def codes_of(indicator):
    return {d["id"]: {c["id"] for c in d["codes"]} for d in indicator.get("dimensions", [])}


def slice_faults(slice_, indicator, where):
    """Codes that the indicator does not have."""
    codes = codes_of(indicator)
    for dimension, code in slice_.items():
        if code not in codes.get(dimension, ()):
            yield f"{where}: no series {dimension}={code}"


def institution_faults(institution, contracts):
    where = institution.folder.name
    yield from contracts.faults("Institution", institution.resource, where)
    if institution.resource["name"] != institution.name:
        yield f"{where}: is called {institution.resource['name']}"
    yield from text_faults(institution.resource["displayName"], 300, f"{where}.displayName")
    seen = set()
    for unit in institution.units:
        name = unit["name"]
        yield from contracts.faults("Unit", unit, name)
        yield from text_faults(unit["displayName"], 300, f"{name}.displayName")
        parent, _, id_ = name.rpartition("/")
        if parent != f"{institution.name}/units" or not ID.fullmatch(id_) or name in seen:
            yield f"{name}: no new unit of {institution.name}"
        seen.add(name)


def operands_of(formula):
    """(id, slice) of every operand, in the order in which they stand."""
    return [(m[1], m[2] or "") for m in OPERAND.finditer(formula) if not m[3]]


def formula_faults(indicator, institution):
    where = indicator["name"]
    formula = indicator.get("formula", "")
    if len(formula.encode()) > 4096 or not formula:
        yield f"{where}: a formula has 1 to 4,096 bytes"
    if re.search(r"(?<=[\w)}])\s*-(?!\s)|(?<=[\w)}])-\s", re.sub(r"[a-z][a-z0-9-]*[a-z0-9]", "x",
                                                                 formula)):
        yield f"{where}: a binary minus needs a space on both sides"
    for id_, slice_ in operands_of(formula):
        operand = institution.indicators.get(f"{institution.name}/indicators/{id_}")
        if operand is None:
            yield f"{where}: reads {id_}, which does not exist"
            continue
        given = dict(re.findall(r'([A-Za-z_][\w-]*)\s*=\s*"([^"]*)"', slice_))
        yield from slice_faults(given, operand, f"{where}: {id_}")


def cycle_faults(institution):
    reads = {name.rpartition("/")[2]: [o for o, _ in operands_of(i.get("formula", ""))]
             for name, i in institution.indicators.items()}
    done = set()
    for start in reads:
        path = []

        def visit(id_):
            if id_ in path:
                return f"{institution.name}: formulas in a cycle: {' > '.join(path + [id_])}"
            if id_ in done:
                return None
            path.append(id_)
            for operand in reads.get(id_, []):
                if found := visit(operand):
                    return found
            path.pop()
            done.add(id_)
            return None

        if found := visit(start):
            yield found
            return


def indicator_faults(institution, contracts):
    if len(institution.indicators) != institution.listed:
        yield f"{institution.name}: an indicator is listed twice"
    for name, indicator in institution.indicators.items():
        yield from contracts.faults("Indicator", indicator, name)
        parent, _, id_ = name.rpartition("/")
        if parent != f"{institution.name}/indicators" or not INDICATOR_ID.fullmatch(id_):
            yield f"{name}: no indicator id"
        yield from text_faults(indicator.get("displayName"), 300, f"{name}.displayName")
        if "description" in indicator:
            yield from text_faults(indicator["description"], 4000, f"{name}.description")
        yield from tag_faults(indicator.get("tags", []), name)
        source = indicator.get("sourceSystem", "")
        if not source:
            yield f"{name}: no sourceSystem; say where its figures come from, or {ILLUSTRATIVE}"
        elif ILLUSTRATIVE in source.lower() and source != ILLUSTRATIVE:
            yield f"{name}: real and illustrative figures in one indicator"
        for field, limit in (("unit", 64), ("owner", 200), ("steward", 200), ("sourceSystem", 200)):
            if len(indicator.get(field, "").encode()) > limit:
                yield f"{name}.{field}: over {limit} bytes"
        if not 0 <= indicator.get("decimals", 0) <= 12:
            yield f"{name}: decimals 0 to 12"
        base = indicator["kind"] == "KIND_BASE"
        for field in ("timeAggregation", "groupAggregation", "dimensions", "missingPolicy",
                      "minCoverage", "minValue", "maxValue", "expectedFrom"):
            if field in indicator and not base:
                yield f"{name}.{field}: only where BASE"
        if base and "timeAggregation" not in indicator:
            yield f"{name}: no timeAggregation"
        if base and "formula" in indicator:
            yield f"{name}: a formula, only where FORMULA"
        if "expectedFrom" in indicator and frequency_of(indicator["expectedFrom"]) is None:
            yield f"{name}.expectedFrom: {indicator['expectedFrom']} is no period"
        for dimension in indicator.get("dimensions", []):
            at = f"{name}.{dimension['id']}"
            yield from contracts.faults("Dimension", dimension, at)
            if not DIMENSION_ID.fullmatch(dimension["id"]):
                yield f"{at}: no dimension id"
            ids = [code["id"] for code in dimension["codes"]]
            if not ids or len(set(ids)) != len(ids):
                yield f"{at}: at least one code, each once"
            for code in dimension["codes"]:
                if not CODE.fullmatch(code["id"]) or code["id"] == "_T":
                    yield f"{at}: {code['id']} is no code"
                yield from text_faults(code.get("title"), 300, f"{at}.{code['id']}")
        if not base:
            yield from formula_faults(indicator, institution)
    yield from cycle_faults(institution)


def worse(direction, red, value):
    return red < value if direction == "DIRECTION_HIGHER" else red > value


def target_faults(institution, contracts):
    seen = set()
    in_force = {(target["indicator"], tuple(sorted(target.get("slice", {}).items())))
                for target in institution.targets if not target.get("declaredOriginal")}
    for target in institution.targets:
        name = target["indicator"]
        slice_ = target.get("slice", {})
        where = f"target of {name}" + "".join(f" {k}={v}" for k, v in slice_.items())
        yield from contracts.faults("Target", target, where)
        indicator = institution.indicators.get(name)
        if indicator is None:
            yield f"{where}: there is no such indicator"
            continue
        key = (name, tuple(sorted(slice_.items())), target.get("declaredOriginal", False))
        if key in seen:
            yield f"{where}: set twice"
        seen.add(key)
        if indicator["kind"] == "KIND_BASE":
            yield from slice_faults(slice_, indicator, where)
        yield from trajectory_faults(target, indicator, contracts, where)
        if not key[2] or key[:2] not in in_force:  # what was declared alone is in force too
            yield from reach_faults(target, name.rpartition("/")[2], where)


def reach_faults(target, id_, where):
    """A target goes on to the last year of the plan or is ended; one that the plan states is kept."""
    last = (target.get("anchors") or [{"period": ""}])[-1]
    if id_ in STATED_TARGETS:
        if (last["period"], last.get("value")) != STATED_TARGETS[id_]:
            yield f"{where}: ends in {last}, the plan states {STATED_TARGETS[id_]}"
    elif last["period"][:4] < LAST_YEAR and "endedFrom" not in target:
        yield f"{where}: its last anchor is {last['period']}; the plan goes on to {LAST_YEAR}"
    ended = target.get("endedFrom")
    if ended is not None and frequency_of(ended) not in ("FREQUENCY_QUARTERLY",
                                                         "FREQUENCY_ANNUAL"):
        yield f"{where}: endedFrom {ended} is neither a quarter nor a year"


def trajectory_faults(target, indicator, contracts, where):
    direction = indicator["direction"]
    flow = indicator.get("timeAggregation") in ("TIME_AGGREGATION_SUM", "TIME_AGGREGATION_COUNT")
    anchors = target.get("anchors", [])
    baseline = target.get("baseline")
    if not 1 <= len(anchors) <= 400:
        yield f"{where}: 1 to 400 anchors"
        return
    for anchor in anchors:
        yield from contracts.faults("Anchor", anchor, where)
    periods = [anchor["period"] for anchor in anchors]
    kinds = {frequency_of(p) for p in periods + ([baseline["period"]] if baseline else [])}
    if len(kinds) != 1 or not kinds <= {"FREQUENCY_QUARTERLY", "FREQUENCY_ANNUAL"}:
        yield f"{where}: anchors and baseline are all quarters or all years"
        return
    if periods != sorted(set(periods)):
        yield f"{where}: periods ascend"
    if baseline:
        yield from contracts.faults("Baseline", baseline, where)
        if baseline["period"] >= periods[0]:
            yield f"{where}: the baseline comes before the anchors"
    flags = [f for f in ("margin", "tolerance", "redValues") if f in target]
    if len(flags) != 1:
        yield f"{where}: one red flag of margin, tolerance and redValues"
        return
    by_value = flags[0] == "redValues"
    if direction == "DIRECTION_RANGE":
        for anchor in anchors:
            reds = {"redLow", "redHigh"} if by_value else set()
            if set(anchor) != {"period", "low", "high"} | reds:
                yield f"{where}: a range has low and high, and its red values where they are given"
            elif anchor["low"] > anchor["high"] or by_value and not (
                    anchor["redLow"] < anchor["low"] and anchor["high"] < anchor["redHigh"]):
                yield f"{where}: at {anchor['period']} redLow < low <= high < redHigh does not hold"
    else:
        knots = anchors + ([baseline] if baseline else [])
        for knot in knots:
            if set(knot) != {"period", "value"} | ({"red"} if by_value else set()):
                yield f"{where}: {knot['period']} has a value, and red with redValues alone"
            elif by_value and not worse(direction, knot["red"], knot["value"]):
                yield f"{where}: at {knot['period']} the red flag is not on the worse side"
        values = [knot.get("value", 0) for knot in knots]
        if flags[0] == "tolerance" and not (min(values) > 0 or max(values) < 0):
            yield f"{where}: a tolerance needs a trajectory that keeps away from 0"
    for flag in ("margin", "tolerance"):
        if flag in target and not target[flag] > 0:
            yield f"{where}: {flag} is more than 0"
    profile = target.get("quarterProfile")
    if profile is not None:
        if not flow or kinds != {"FREQUENCY_ANNUAL"}:
            yield f"{where}: a profile is for the yearly totals of a flow"
        if len(profile) != 4 or min(profile) <= 0 or round(sum(profile), 12) != 1:
            yield f"{where}: four shares, each more than 0, in all 1"


def observation_faults(institution):
    cells = {}
    observed = collections.defaultdict(set)  # indicator > periods
    for where, row, dimensions in institution.observations():
        if None in row or None in row.values():
            yield f"{where}: as many cells as the header has columns"
            continue
        name = f"{institution.name}/indicators/{row['indicator']}"
        indicator = institution.indicators.get(name)
        if indicator is None:
            yield f"{where}: there is no indicator {row['indicator']}"
            continue
        if indicator["kind"] != "KIND_BASE":
            yield f"{where}: {row['indicator']} is computed and takes no observations"
            continue
        if frequency_of(row["period"]) != indicator["frequency"]:
            yield f"{where}: {row['period']} is no period of {indicator['frequency']}"
        codes = codes_of(indicator)
        if set(dimensions) != set(codes):
            yield f"{where}: columns {dimensions}, dimensions {sorted(codes)}"
            continue
        for dimension in dimensions:
            if row[dimension] not in codes[dimension]:
                yield f"{where}: {dimension} has no code {row[dimension]!r}"
        if row["status"] not in WITH_VALUE | WITHOUT_VALUE:
            yield f"{where}: no status {row['status']!r}"
        elif (row["value"] == "") != (row["status"] in WITHOUT_VALUE):
            yield f"{where}: status {row['status']!r} with value {row['value']!r}"
        elif row["value"]:
            yield from value_faults(row["value"], indicator, where)
        if len(row["comment"].encode()) > 1000:
            yield f"{where}: a comment has at most 1,000 bytes"
        cell = (row["indicator"], row["period"], tuple(sorted((d, row[d]) for d in dimensions)))
        if cell in cells:
            yield f"{where}: the same cell as {cells[cell]}"
        cells[cell] = where
        observed[name].add(row["period"])
    for name, indicator in institution.indicators.items():
        # Without observations there may be a target of the plan, to which nobody sent values yet.
        if indicator["kind"] == "KIND_BASE" and name not in observed and (
                indicator.get("sourceSystem") == ILLUSTRATIVE):
            yield f"{name}: no observations"
        if indicator["kind"] == "KIND_BASE":
            yield from coverage_faults(institution, name, indicator, observed[name])


def coverage_faults(institution, name, indicator, periods):
    """Illustrative figures reach the newest quarter, or the end of their target; the plan's are its."""
    id_ = name.rpartition("/")[2]
    if indicator.get("sourceSystem") != ILLUSTRATIVE:
        if periods != STATED_FIGURES.get(id_):
            yield f"{name}: periods {sorted(periods)}, the plan states " \
                  f"{sorted(STATED_FIGURES.get(id_, ()))}"
        return
    newest = newest_of(indicator["frequency"])
    ended = any(t["indicator"] == name and "slice" not in t and "endedFrom" in t
                for t in institution.targets)
    # Literals of one frequency are in the order of their text.
    if periods and max(periods) < newest and not ended:
        yield f"{name}: its last period is {max(periods)}, the seeds go on to {newest}"
    for period in sorted(periods):
        if last_month(period) > last_month(NEWEST):
            yield f"{name}: {period} lies after {NEWEST}"


def value_faults(text, indicator, where):
    if not NUMBER.fullmatch(text):
        yield f"{where}: {text!r} is no number"
        return
    value = float(text)
    if not math.isfinite(value) or abs(value) > 1e15:
        yield f"{where}: {text} is not finite, or beyond 1e15"
    if value < indicator.get("minValue", -1e15) or value > indicator.get("maxValue", 1e15):
        yield f"{where}: {text} is outside the bounds of {indicator['name']}"


def element_faults(seeds, institutions, contracts):
    gob = institutions["institutions/gob"]
    folder = seeds / PLAN
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    elements = json.loads((folder / "elements.json").read_text(encoding="utf-8"))["elements"]
    yield from contracts.faults("Plan", plan, "plan.json")
    yield from text_faults(plan["title"], 300, "plan.json: title")
    units = {unit["name"] for unit in gob.units}
    indicators = {n: i for inst in institutions.values() for n, i in inst.indicators.items()}

    kinds = collections.Counter(element["kind"] for element in elements)
    if kinds != SHAPE:
        yield f"elements: {dict(kinds)}, the plan has {SHAPE}"
    by_name = {element["name"]: element for element in elements}
    codes = [element["code"] for element in elements]
    if len(by_name) != len(elements) or len(set(codes)) != len(codes):
        yield "elements: a name or a code twice"
    if codes != sorted(codes, key=natural):
        yield "elements: not in the natural order of their codes"

    below = collections.defaultdict(set)  # objective > indicators on it and on its actions
    for element in elements:
        where = f"element {element['code']}"
        yield from contracts.faults("Element", element, where)
        for milestone in element.get("milestones", []):
            yield from contracts.faults("Milestone", milestone, f"{where}: {milestone['id']}")
        for link in element.get("indicators", []):
            yield from contracts.faults("IndicatorLink", link, where)
        yield from contracts.faults("Steering", element.get("steering", {}), where)
        yield from element_text_faults(element, where)
        parts = element["code"].split(".")
        if element["kind"] != list(SHAPE)[min(len(parts), 3) - 1]:
            yield f"{where}: is {element['kind']}"
        if not ELEMENT_CODE.fullmatch(element["code"]) or (
                element["name"] != f"{plan['name']}/elements/e{'-'.join(parts)}"):
            yield f"{where}: is called {element['name']}"
        parent = by_name.get(element.get("parentElement", ""))
        if len(parts) == 1:
            if "parentElement" in element:
                yield f"{where}: an axis has no parent"
        elif parent is None or parent["code"] != ".".join(parts[:-1]):
            yield f"{where}: its parent is not {'.'.join(parts[:-1])}"
        for unit in [element.get("ownerUnit")] + element.get("contributors", []):
            if unit not in units and unit not in institutions:
                yield f"{where}: there is no unit {unit}"
        if element.get("ownerUnit") in element.get("contributors", []):
            yield f"{where}: its owner contributes to it anyway"
        if not 0 <= element.get("weight", 1) <= 1e6 or not 0 <= element.get("priority", 0) <= 5:
            yield f"{where}: weight 0 to 1,000,000, priority 1 to 5"
        yield from life_faults(element, plan, where)
        yield from link_faults(element, indicators, where)
        below[".".join(parts[:2])].update(l["indicator"] for l in element.get("indicators", []))
    for element in elements:
        if element["kind"] == "KIND_OBJECTIVE" and len(below[element["code"]]) < 2:
            yield f"element {element['code']}: an objective is measured by two indicators or more"


def element_text_faults(element, where):
    yield from text_faults(element["title"], 300, f"{where}.title")
    if "description" in element:
        yield from text_faults(element["description"], 4000, f"{where}.description")
    if len(element.get("lead", "").encode()) > 200:
        yield f"{where}.lead: over 200 bytes"
    if element["kind"] == "KIND_ACTION":
        if not element.get("lead"):
            yield f"{where}: an action has a lead"
        reporter = f"reporter-{element['ownerUnit'].rpartition('/')[2]}"
        if element.get("reporters") != [reporter]:
            yield f"{where}: reporters {element.get('reporters')}, its unit's is {reporter}"
    yield from tag_faults(element.get("tags", []), where)


def life_faults(element, plan, where):
    """Dates exist, follow each other and fit the state; nothing happens after the newest quarter."""
    dates = {}
    for field in ("startDate", "endDate", "declaredEndDate", "completedOn", "deferredOn", "resumedOn",
                  "cancelledOn"):
        if field in element:
            dates[field] = date_of(element[field])
    for field in ("completedOn", "deferredOn", "resumedOn", "cancelledOn"):
        yield from happened_faults(dates.get(field), f"{where}.{field}")
    if "declaredEndDate" in dates:
        yield from declared_faults(dates["declaredEndDate"], dates.get("endDate"), plan, where)
    if ("startDate" in dates) != ("endDate" in dates):
        yield f"{where}: both startDate and endDate, or neither"
    if element["kind"] == "KIND_ACTION" and "startDate" not in dates:
        yield f"{where}: an action has dates"
    if "startDate" in dates and "endDate" in dates and not (
            datetime.date(2021, 1, 1) <= dates["startDate"] <= dates["endDate"]
            <= datetime.date(2026, 12, 31)):
        yield f"{where}: starts in the plan, and ends in it, not before it starts"
    needed = {"STATE_COMPLETED": "completedOn", "STATE_DEFERRED": "deferredOn",
              "STATE_CANCELLED": "cancelledOn"}
    state = element.get("state")
    if state in needed and needed[state] not in dates:
        yield f"{where}: {state} needs {needed[state]}"
    for other, field in needed.items():
        resumed = field == "deferredOn" and "resumedOn" in dates
        if field in dates and state != other and not resumed:
            yield f"{where}: {field}, and yet {state}"
    if "resumedOn" in dates and dates["resumedOn"] <= dates.get("deferredOn", dates["resumedOn"]):
        yield f"{where}: resumed after it was deferred"
    ids = set()
    for milestone in element.get("milestones", []):
        at = f"{where}: milestone {milestone['id']}"
        if not ID.fullmatch(milestone["id"]) or milestone["id"] in ids:
            yield f"{at}: no new id"
        ids.add(milestone["id"])
        yield from text_faults(milestone["title"], 300, at)
        due = date_of(milestone["dueDate"])
        for field in ("doneDate", "withdrawnOn"):
            if field in milestone:
                yield from happened_faults(date_of(milestone[field]), f"{at}.{field}")
        if "declaredDueDate" in milestone:
            yield from declared_faults(date_of(milestone["declaredDueDate"]), due, plan, at)
        if ("withdrawnOn" in milestone) != ("withdrawnReason" in milestone):
            yield f"{at}: withdrawn on a day and for a reason, or neither"
        if "withdrawnOn" in milestone and "doneDate" in milestone:
            yield f"{at}: both done and withdrawn"
        if "withdrawnOn" in milestone and date_of(milestone["withdrawnOn"]) < due:
            yield f"{at}: withdrawn before it was due"
        if state == "STATE_COMPLETED" and not {"doneDate", "withdrawnOn"} & set(milestone):
            yield f"{at}: open, though the action is completed"


def happened_faults(day, where):
    if day is not None and day.isoformat()[:7] > last_month(NEWEST):
        yield f"{where}: {day} lies after {NEWEST}"


def declared_faults(declared, present, plan, where):
    """What is declared was decided when the plan came in force, and has changed since."""
    if "effectiveDate" not in plan:
        yield f"{where}: declares an original date, and plan.json has no effectiveDate"
    if declared == present:
        yield f"{where}: declares {declared}, which is what it still is"


def link_faults(element, indicators, where):
    seen = set()
    for link in element.get("indicators", []):
        name = link["indicator"]
        key = (name, tuple(sorted(link.get("slice", {}).items())))
        if key in seen:
            yield f"{where}: {name} twice"
        seen.add(key)
        indicator = indicators.get(name)
        if indicator is None:
            yield f"{where}: links {name}, which does not exist"
            continue
        if not name.startswith("institutions/gob/") and (
                "institutions/gob" not in indicator.get("sharedWith", [])):
            yield f"{where}: links {name}, which is not shared with institutions/gob"
        if indicator["kind"] == "KIND_BASE":
            yield from slice_faults(link.get("slice", {}), indicator, where)
        if indicator.get("groupAggregation") == "GROUP_AGGREGATION_NONE" and (
                set(link.get("slice", {})) != set(codes_of(indicator))):
            yield f"{where}: {name} does not add up, link one series of it"


class Register:
    """What belongs to the GOB's plan beside its elements, and what it may name."""

    def __init__(self, seeds, gob, contracts):
        self.gob = gob
        self.contracts = contracts
        self.elements = {element["name"]: element for element in json.loads(
            (seeds / PLAN / "elements.json").read_text(encoding="utf-8"))["elements"]}
        self.plan = json.loads((seeds / PLAN / "plan.json").read_text(encoding="utf-8"))
        self.units = {unit["name"] for unit in gob.units}
        self.risks = gob.read("risks.json")["risks"]
        self.processes = gob.read("processes.json")["processes"]
        self.lines = gob.read("budget-lines.json")["budgetLines"]
        self.decisions = gob.read("decisions.json")["decisions"]
        self.unit_plans = json.loads((seeds / PLAN / "operational-plans.json").read_text(
            encoding="utf-8"))["operationalPlans"]
        self.reports = json.loads((seeds / PLAN / "progress-reports.json").read_text(
            encoding="utf-8"))["progressReports"]

    def names_faults(self, things, collection, by_year=False):
        """Names of the collection, and codes, each once."""
        seen = set()
        for thing in things:
            parent, _, id_ = thing["name"].rpartition("/")
            code = (thing.get("year") if by_year else None, thing.get("code", thing["name"]))
            if parent != f"{self.gob.name}/{collection}" or not ID.fullmatch(id_):
                yield f"{thing['name']}: no name of {self.gob.name}/{collection}"
            if thing["name"] in seen or code in seen:
                yield f"{thing['name']}: its name or its code stands there twice"
            seen |= {thing["name"], code}

    def link_faults(self, thing, where):
        for field in ("ownerUnit", "responsibleUnit"):
            if field in thing and thing[field] not in self.units:
                yield f"{where}: there is no unit {thing[field]}"
        named = thing.get("elements", []) + [share["element"] for share in thing.get("shares", [])]
        for element in named + ([thing["element"]] if "element" in thing else []):
            if element not in self.elements:
                yield f"{where}: there is no element {element}"
        for risk in thing.get("risks", []):
            if risk not in {one["name"] for one in self.risks}:
                yield f"{where}: there is no risk {risk}"
        for indicator in thing.get("indicators", []):
            if indicator not in self.gob.indicators:
                yield f"{where}: there is no indicator {indicator}"


def risk_faults(register):
    yield from register.names_faults(register.risks, "risks")
    for risk in register.risks:
        where = risk["name"]
        yield from register.contracts.faults("Risk", risk, where)
        yield from text_faults(risk["title"], 300, f"{where}.title")
        yield from register.link_faults(risk, where)
        for control in risk.get("controls", []):
            yield from register.contracts.faults("RiskControl", control, where)
            yield from text_faults(control["title"], 300, f"{where}.{control['id']}")
        scores = [risk.get(f"{kind}Likelihood", 0) * risk.get(f"{kind}Impact", 0)
                  for kind in ("inherent", "residual")]
        if not 1 <= scores[0] <= 25 or not 0 <= scores[1] <= 25:
            yield f"{where}: likelihood and impact are 1 to 5"
        if (scores[1] > scores[0]) != ("residualJustification" in risk):
            yield f"{where}: a justification where the residual score is higher, and only there"
        yield from happened_faults(date_of(risk["lastReviewedOn"]), f"{where}.lastReviewedOn")
        if date_of(risk["nextReviewOn"]) <= date_of(risk["lastReviewedOn"]):
            yield f"{where}: reviewed again after the last review"


def process_faults(register):
    yield from register.names_faults(register.processes, "processes")
    for process in register.processes:
        where = process["name"]
        yield from register.contracts.faults("Process", process, where)
        yield from text_faults(process["title"], 300, f"{where}.title")
        yield from register.link_faults(process, where)
        for item in process.get("data", []):
            at = f"{where}: data {item['id']}"
            yield from register.contracts.faults("DataItem", item, at)
            yield from text_faults(item["title"], 300, at)
            if item["classification"] == "CLASSIFICATION_PERSONAL" and not (
                    {"legalBasis", "retention"} <= set(item)):
                yield f"{at}: PERSONAL data has a legal basis and a retention"


def budget_faults(register):
    yield from register.names_faults(register.lines, "budgetLines", by_year=True)
    years = {}
    for line in register.lines:
        where = line["name"]
        yield from register.contracts.faults("BudgetLine", line, where)
        yield from text_faults(line["title"], 300, f"{where}.title")
        yield from register.link_faults(line, where)
        if round(sum(share["share"] for share in line.get("shares", [])), 6) > 1:
            yield f"{where}: its shares are more than 1"
        years[where.rpartition("/")[2]] = line["year"]
    before = {}
    for path in sorted((register.gob.folder / "budget-amounts").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                where = f"{path.name}: {row['budget_line']} {row['quarter']}"
                if row["quarter"][:4] != str(years.get(row["budget_line"])):
                    yield f"{where}: no line of that year"
                if row["quarter"] > NEWEST or frequency_of(row["quarter"]) != "FREQUENCY_QUARTERLY":
                    yield f"{where}: no quarter up to {NEWEST}"
                for amount in list(row.values())[2:]:
                    if not re.fullmatch(r"\d+(\.\d{1,2})?", amount):
                        yield f"{where}: {amount!r} is no amount in euros and cents"
                sums = [float(row["committed"]), float(row["paid"])]
                if any(a < b for a, b in zip(sums, before.get(row["budget_line"], [0, 0]))):
                    yield f"{where}: amounts are cumulative in the year"
                before[row["budget_line"]] = sums


def decision_faults(register):
    yield from register.names_faults(register.decisions, "decisions")
    for decision in register.decisions:
        where = decision["name"]
        yield from register.contracts.faults("Decision", decision, where)
        yield from text_faults(decision["title"], 300, f"{where}.title")
        yield from text_faults(decision["text"], 4000, f"{where}.text")
        yield from register.link_faults(decision, where)
        for note in decision.get("notes", []):
            yield from register.contracts.faults("FollowUpNote", note, where)
        if date_of(decision["dueDate"]) < date_of(decision["decidedOn"]):
            yield f"{where}: due before it was taken"
        ended = {"STATE_DONE": "doneOn", "STATE_DROPPED": "droppedOn"}
        for state, field in ended.items():
            if (decision["state"] == state) != (field in decision):
                yield f"{where}: {field} where {state}, and only there"


def unit_plan_faults(register):
    """Every unit has one for the plan's last year, of actions that it owns or contributes to."""
    expected = {f"{register.plan['name']}/operationalPlans/{unit.rpartition('/')[2]}-{LAST_YEAR}-1"
                for unit in register.units}
    if {one["name"] for one in register.unit_plans} != expected:
        yield f"operational-plans.json: one for each unit in {LAST_YEAR}"
    for one in register.unit_plans:
        where = one["name"]
        unit = f"{register.gob.name}/units/" + where.rpartition("/")[2].rsplit("-", 2)[0]
        yield from register.contracts.faults("OperationalPlan", one, where)
        if "notes" in one:
            yield from text_faults(one["notes"], 4000, f"{where}.notes")
        if (one["state"] == "STATE_RETURNED") != ("returnReason" in one):
            yield f"{where}: a reason where it is returned, and only there"
        seen = set()
        for item in one["items"]:
            element = register.elements.get(item["element"], {})
            at = f"{where}: {item['element'].rpartition('/')[2]}"
            yield from register.contracts.faults("OperationalItem", item, at)
            if unit not in [element.get("ownerUnit")] + element.get("contributors", []):
                yield f"{at}: neither owned nor contributed to"
            end = element.get("completedOn", element.get("endDate"))
            if element.get("state") in ("STATE_CANCELLED", "STATE_DEFERRED") or (
                    end is not None and end["year"] < int(LAST_YEAR)):
                yield f"{at}: nothing is done for it in {LAST_YEAR}"
            if item["element"] in seen:
                yield f"{at}: twice"
            seen.add(item["element"])


def report_faults(register):
    seen = set()
    for report in register.reports:
        where = report["name"]
        element, _, quarter = where.partition("/progressReports/")
        yield from register.contracts.faults("ProgressReport", report, where)
        for note in report.get("indicatorNotes", []):
            yield from register.contracts.faults("IndicatorNote", note, where)
            links = register.elements.get(element, {}).get("indicators", [])
            if (note["indicator"], note.get("slice", {})) not in [
                    (link["indicator"], link.get("slice", {})) for link in links]:
                yield f"{where}: {note['indicator']} is no link of the element"
        for evidence in report.get("evidence", []):
            yield from register.contracts.faults("Evidence", evidence, where)
        if where in seen:
            yield f"{where}: twice"
        seen.add(where)
        if element not in register.elements:
            yield f"{where}: there is no such element"
            continue
        if not register.plan.get("progressExpectedFrom", "9") <= quarter <= NEWEST:
            yield f"{where}: no quarter from progressExpectedFrom to {NEWEST}"
        if not 0 <= report.get("percentComplete", -1) <= 100:
            yield f"{where}: percentComplete is 0 to 100"
        for field in ("narrative", "blockers", "correctiveAction"):
            if field in report:
                yield from text_faults(report[field], 4000, f"{where}.{field}")
        if (report["state"] == "STATE_RETURNED") != ("returnReason" in report):
            yield f"{where}: a reason where it is returned, and only there"
        end = register.elements[element].get("completedOn")
        if end is not None and date_of(end).isoformat()[:7] <= last_month(quarter):
            yield f"{where}: the action was completed by then"


def headcount_faults(gob):
    """The figures of the plan that everything else is measured by."""
    by_unit = {row["unit"]: float(row["value"]) for _, row, _ in gob.observations()
               if row["indicator"] == "headcount" and row["period"] == "2020-Q4"}
    if len(by_unit) != 8 or sum(by_unit.values()) != HEADCOUNT:
        yield f"headcount: {sum(by_unit.values()):g} in {len(by_unit)} units, the plan has " \
              f"{HEADCOUNT} in 8"
    total = [float(row["value"]) for _, row, _ in gob.observations()
             if row["indicator"] == "headcount-total" and row["period"] == "2020"]
    if total != [HEADCOUNT]:
        yield f"headcount-total: {total} in 2020, the plan has {HEADCOUNT}"


def check(seeds, proto):
    seeds = pathlib.Path(seeds)
    contracts = Contracts(proto)
    institutions = {}
    for folder in sorted(path.parent for path in seeds.glob("*/institution.json")):
        institution = Institution(folder)
        institutions[institution.name] = institution
        yield from institution_faults(institution, contracts)
        yield from indicator_faults(institution, contracts)
        yield from target_faults(institution, contracts)
        yield from observation_faults(institution)
    yield from element_faults(seeds, institutions, contracts)
    gob = institutions["institutions/gob"]
    yield from headcount_faults(gob)
    register = Register(seeds, gob, contracts)
    for faults in (risk_faults, process_faults, budget_faults, decision_faults,
                   unit_plan_faults, report_faults):
        yield from faults(register)


def main():
    seeds = sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "seeds"
    proto = sys.argv[2] if len(sys.argv) > 2 else HERE.parent / "proto"
    found = list(check(seeds, proto))
    for violation in found:
        print(violation)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
