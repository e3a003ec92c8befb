"""The value of a FORMULA: operands are aggregated first, then the expression is evaluated."""
from fractions import Fraction

import formulas
import periods
import rounding
import values

DIV0, OPERAND, NO_COMMON_CELLS = "DIV0", "OPERAND", "NO_COMMON_CELLS"
PRECEDENCE = (values.OVERDUE, values.NOT_DUE, values.NO_DATA)


class NoValue(Exception):
    def __init__(self, reason, operand=None):
        super().__init__(reason)
        self.reason = reason
        self.operand = operand


def value(reader, indicator, slice_, span, allowed, inherited):
    return Evaluation(reader, indicator, slice_, span, allowed, inherited).value()


class Evaluation:
    """One formula over one span.

    `own` is an operand's value over the sub-periods judged (or read) in itself, before any
    restriction; `restricted` its value over those that count in this formula.
    """

    def __init__(self, reader, indicator, slice_, span, allowed, inherited):
        self.reader = reader
        self.indicator = indicator
        self.slice = slice_
        self.span = span
        self.allowed = allowed
        self.start = reader.expected_from(indicator, inherited)
        self.every = tuple(one for period in span
                           for one in periods.sub_periods(period, indicator.frequency)
                           if allowed is None or one in allowed)
        self.plain = []  # needed operands outside coalesce, from left to right
        self.needed = []  # all needed ones
        self.judging = []  # needed ones and those that coalesce replaces: all decide what is judged
        self.judged = None  # the sub-periods judged in every operand that decides
        self.not_judged = {}  # by operand: its sub-periods that are neither judged nor read
        self.restricted = {}  # (number, part) of operands that are restricted to common cells

    def value(self):
        number = reason = blamed = None
        used, parts = (), ()
        try:
            self.refuse_mixture_before_due()
            self.find_needed(self.indicator.tree, inside_coalesce=False)
            self.require_own_values()
            self.find_judged()
            self.restrict_to_common_cells()
            self.require_restricted_values()
            numbers = {one: self.number_of(one) for one in self.needed}
            used, parts = self.used(), self.parts()
            self.require_coverage(parts)
            number = rounding.result(self.evaluated(self.indicator.tree, numbers))
        except NoValue as none:
            reason, blamed = none.reason, none.operand
        except ZeroDivisionError:
            reason = DIV0
        except rounding.Overflow:
            reason = values.OVERFLOW
        if not used:
            used = self.used()
        provisional = (any(not self.reader.is_over(one) for one in self.every)
                       or any(self.own(one).provisional for one in self.judging)
                       or len(used) < len(self.every))
        return values.Value(number, reason, self.every, used, parts, provisional,
                            self.indicator.policy, operand=blamed)

    # Operands.

    def definition(self, operand):
        return self.reader.case.indicators[operand.indicator]

    def slice_of(self, operand):
        """The operand's slice, and the formula's where the operand has that dimension."""
        dimensions = self.definition(operand).dimensions
        codes = {name: code for name, code in self.slice if name in dimensions}
        return tuple(sorted((codes | dict(operand.slice)).items()))

    def over(self, operand, allowed):
        return self.reader.value(self.definition(operand), self.slice_of(operand), self.span,
                                 allowed, self.start)

    def own(self, operand):
        return self.over(operand, self.allowed)

    def is_flow(self, operand):
        return self.definition(operand).is_flow

    def decides(self, operand):
        """Whether the operand's judged sub-periods decide what is judged: in a FLOW formula all of
        them do, in a LEVEL formula the flows."""
        return self.indicator.is_flow or self.is_flow(operand)

    def refuse_mixture_before_due(self):
        """A LEVEL formula that mixes flows and levels is NOT_DUE until E is over and due."""
        kinds = {self.is_flow(one) for one in formulas.operands(self.indicator.tree)}
        last = self.span[-1]
        if not self.indicator.is_flow and len(kinds) == 2 and not (
                self.reader.is_over(last) and self.reader.is_due(self.indicator, last)):
            raise NoValue(values.NOT_DUE)

    def find_needed(self, tree, inside_coalesce):
        if isinstance(tree, formulas.Operand):
            self.need(tree, inside_coalesce)
        elif isinstance(tree, formulas.Binary):
            self.find_needed(tree.left, inside_coalesce)
            self.find_needed(tree.right, inside_coalesce)
        elif isinstance(tree, formulas.Coalesce):
            if is_replaced(self.own(tree.operand)):
                self.judging.append(tree.operand)
                self.find_needed(tree.replacement, True)
            else:
                self.need(tree.operand, True)

    def need(self, operand, inside_coalesce):
        self.needed.append(operand)
        self.judging.append(operand)
        if not inside_coalesce:
            self.plain.append(operand)

    def require_own_values(self):
        self.refuse_without_value([(one, self.own(one)) for one in self.needed])

    def require_restricted_values(self):
        self.refuse_without_value([(one, self.reading(one)) for one in self.plain
                                   if one not in self.restricted])

    @staticmethod
    def refuse_without_value(operands):
        """OVERDUE before NOT_DUE before NO_DATA before all others; the leftmost is named."""
        without = [(one, own) for one, own in operands if not own.is_value]
        for reason in PRECEDENCE:
            for one, own in without:
                if own.reason == reason:
                    raise NoValue(reason, (one.indicator, own.reason))
        for one, own in without:
            raise NoValue(OPERAND, (one.indicator, own.reason))

    # Which sub-periods and cells count.

    def find_judged(self):
        """The sub-periods, of the coarsest frequency, judged in every operand that decides."""
        deciding = [one for one in self.judging if self.decides(one)]
        if not deciding:
            return
        frequency = periods.coarsest(self.definition(one).frequency for one in deciding)
        candidates = {periods.belongs_to(one, frequency)
                      for operand in deciding for one in self.own(operand).every}
        judged = [one for one in candidates
                  if all(self.is_judged(operand, one) for operand in deciding)]
        if not judged:
            raise NoValue(values.NOT_DUE)
        self.judged = values.Allowed(frequency, judged)

    def is_judged(self, operand, period):
        """Whether all the operand's sub-periods in `period` are."""
        if operand not in self.not_judged:
            own = self.own(operand)
            self.not_judged[operand] = set(own.every) - set(own.used)
        return not any(values.lies_in(one, period) for one in self.not_judged[operand])

    def used(self):
        return tuple(one for one in self.every
                     if self.judging and all(self.is_judged(operand, one)
                                             for operand in self.judging))

    def restrict_to_common_cells(self):
        if self.indicator.alignment != "COMMON_CELLS":
            return
        groups = {}
        for operand in self.plain:
            definition = self.definition(operand)
            if definition.kind == "BASE":
                sliced = {name for name, _ in self.slice_of(operand)}
                open_dimensions = tuple(one for one in definition.dimensions if one not in sliced)
                group = groups.setdefault((definition.frequency, open_dimensions), [])
                if operand not in group:
                    group.append(operand)
        for group in groups.values():
            if len(group) > 1:
                self.restrict(group)

    def restrict(self, group):
        """Only sub-periods judged in all of the group count as expected; M or H in one is not
        expected in any; only the cells that all of them have count."""
        common_periods = self.periods_of(group)
        if not common_periods:
            raise NoValue(values.NOT_DUE)
        cells = {operand: [self.cells(operand, one) for one in common_periods]
                 for operand in group}
        common, not_expected = [], []
        for at in range(len(common_periods)):
            of_all = [cells[operand][at] for operand in group]
            common.append(set.intersection(*(set(one.present) for one in of_all)))
            not_expected.append(set.union(*(one.not_expected for one in of_all)))
        if not any(common):
            raise NoValue(NO_COMMON_CELLS)
        for operand in group:
            presents = [{key: number for key, number in one.present.items() if key in keys}
                        for one, keys in zip(cells[operand], common)]
            part = {period: (len(keys), len(one.expected - gone)) for period, keys, one, gone
                    in zip(common_periods, common, cells[operand], not_expected)}
            self.restricted[operand] = (values.aggregated(self.definition(operand), presents), part)

    def periods_of(self, group):
        used = [set(self.own(operand).used) for operand in group]
        bound = self.judged if any(self.decides(operand) for operand in group) else None
        return [one for one in self.own(group[0]).used
                if all(one in of_one for of_one in used) and (bound is None or one in bound)]

    def cells(self, operand, period):
        definition = self.definition(operand)
        start = self.reader.expected_from(definition, self.start)
        return self.reader.cells(definition, self.slice_of(operand), period, start)

    # Numbers.

    def reading(self, operand):
        """An operand that no common cells restrict: flows over what is judged in all."""
        return self.over(operand, self.judged) if self.decides(operand) else self.own(operand)

    def number_of(self, operand):
        if operand in self.restricted:
            return self.restricted[operand][0]
        return self.reading(operand).number

    def parts(self):
        parts = []
        for operand in self.plain:
            if operand in self.restricted:
                parts.append(self.restricted[operand][1])
            else:
                parts.extend(self.reading(operand).parts)
        return tuple(parts)

    def require_coverage(self, parts):
        """The formula's own policy, on the least coverage of its operands after restriction."""
        sums = [values.part_counts(part, None) for part in parts]
        for present, expected in sums:
            if expected and values.is_incomplete(self.indicator, present, expected):
                raise NoValue(values.INCOMPLETE)

    def evaluated(self, tree, numbers):
        if isinstance(tree, formulas.Number):
            return tree.value
        if isinstance(tree, formulas.Operand):
            if numbers[tree] is None:
                self.refuse_without_value([(tree, self.reading(tree))])
            return numbers[tree]
        if isinstance(tree, formulas.Coalesce):
            return self.coalesced(tree, numbers)
        left, right = self.evaluated(tree.left, numbers), self.evaluated(tree.right, numbers)
        return rounding.result(CALCULATE[tree.sign](left, right))

    def coalesced(self, tree, numbers):
        if is_replaced(self.own(tree.operand)):
            return self.evaluated(tree.replacement, numbers)
        reading = self.reading(tree.operand)
        if is_replaced(reading):
            numbers = {one: self.number_of(one) for one in formulas.operands(tree.replacement)}
            return self.evaluated(tree.replacement, numbers)
        return self.evaluated(tree.operand, numbers)


def is_replaced(own):
    """coalesce replaces an operand that is not expected at all, or is due and has no cell."""
    if own.is_value:
        return False
    if own.reason in (values.NO_DATA, values.OVERDUE):
        return True
    present = [values.part_counts(part, None)[0] for part in own.parts]
    return own.reason == values.INCOMPLETE and present == [0]


CALCULATE = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: Fraction(left) / right,
}
