"""How the actions of one owner unit are doing: a node of its own, whose parts are these actions.

An action below another one of the same owner is a part of that one.
"""
import scoring


def owner_units(case, root):
    """In the order of the owners' names; without those that own no action."""
    pairs = []  # (owner, element, node)
    for element, node in zip(case.plan.elements, root.children):
        collect(element, node, frozenset(), pairs)
    return [unit_json(case, owner, [pair[1:] for pair in pairs if pair[0] == owner])
            for owner in sorted({pair[0] for pair in pairs})]


def collect(element, node, owners_above, pairs):
    """`owners_above`: those of the actions above it."""
    if element.kind == "ACTION" and element.owner:
        if element.owner not in owners_above:
            pairs.append((element.owner, element, node))
        owners_above = owners_above | {element.owner}
    for child, below in zip(element.children, node.children):
        collect(child, below, owners_above, pairs)


def unit_json(case, owner, actions):
    counts = {}
    for _, node in actions:
        counts[node.result.status] = counts.get(node.result.status, 0) + 1
    if case.quarter.first > case.date:
        result = scoring.Score(scoring.NO_SCORE, None, "NOT_BEGUN", None)
    else:
        parts = [scoring.child_part(element, node.result) for element, node in actions]
        result = scoring.rolled_up(case.plan, parts, [])
    return {
        "unit": owner,
        **scoring.score_json(result),
        "coverage": result.coverage,
        "capped": any(cap["changed"] for cap in result.caps),
        "counts": dict(sorted(counts.items())),
        "actions": [element.code for element, _ in actions],
    }
