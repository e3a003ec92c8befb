#!/usr/bin/env python3
"""Compares two files of scorecards, one a line, as scoring.py writes them.

    compare.py EXPECTED ACTUAL [--ignore FIELD ...] [--show 20]

Prints the differences (line, place, both values) and how many there are by field. Exits 1 where
there are any. Numbers are compared as texts: they are exact decimals.
"""
import argparse
import collections
import itertools
import json
import sys

ABSENT = "(absent)"


def differences(expected, actual, place=()):
    """(place, expected, actual) of every leaf that differs."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in sorted(set(expected) | set(actual)):
            yield from differences(expected.get(name, ABSENT), actual.get(name, ABSENT),
                                   place + (name,))
    elif isinstance(expected, list) and isinstance(actual, list):
        for number, pair in enumerate(itertools.zip_longest(expected, actual, fillvalue=ABSENT)):
            yield from differences(*pair, place + (number,))
    elif expected != actual:
        yield place, expected, actual


def field_of(place):
    """The place without the way through the tree: its names after the last element."""
    names = [one for one in place if isinstance(one, str)]
    while "children" in names:
        names = names[names.index("children") + 1:]
    return ".".join(names)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("expected")
    parser.add_argument("actual")
    parser.add_argument("--ignore", action="append", default=[], help="a field, as counted")
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    counts, shown = collections.Counter(), 0
    with open(options.expected, encoding="utf-8") as left, \
            open(options.actual, encoding="utf-8") as right:
        for number, (one, other) in enumerate(itertools.zip_longest(left, right,
                                                                    fillvalue="null")):
            for place, expected, actual in differences(json.loads(one), json.loads(other)):
                field = field_of(place)
                if field in options.ignore:
                    continue
                counts[field] += 1
                if shown < options.show:
                    shown += 1
                    print(f"{number}: {'/'.join(map(str, place))}: {expected} | {actual}")
    for field, count in counts.most_common():
        print(f"{count:8} {field}")
    sys.exit(1 if counts else 0)


if __name__ == "__main__":
    main()
