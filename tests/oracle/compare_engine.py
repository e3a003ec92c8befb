#!/usr/bin/env python3
"""Compares the engine with the oracle on random plans.

    compare_engine.py --engine .build/dev/bin/oracle-scores --count 10000
    compare_engine.py --engine .build/dev/bin/oracle-scorecards --count 10000

Every field of every scorecard is compared, to the last digit. Prints what differs, and how often
each reason and each cap occurs. Exits 1 where something differs or, among ten thousand, a reason or
a cap occurs fewer than a hundred times.
"""
import argparse
import collections
import json
import subprocess
import sys
import threading

import compare
import generate
import scoring


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True, help="oracle-scores or oracle-scorecards")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--show", type=int, default=20, help="how many differences are printed")
    parser.add_argument("--ignore", action="append", default=[],
                        help="a field that is not compared, as it is counted (links.pace)")
    options = parser.parse_args()
    engine = subprocess.Popen([options.engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, encoding="utf-8")
    expected = collections.deque()
    counts, fields = collections.Counter(), collections.Counter()

    def feed():
        with engine.stdin as pipe:
            for number in range(options.first, options.first + options.count):
                case = generate.case(options.seed, number)
                scorecard = scoring.scored(case)
                expected.append((number, scorecard))
                pipe.write(json.dumps({"case": case, "scorecard": scorecard}) + "\n")

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    compared = shown = 0
    for line in engine.stdout:
        number, scorecard = expected.popleft()
        compared += 1
        counts.update(generate.kinds_in(scorecard))
        for place, one, other in compare.differences(scorecard, json.loads(line)):
            if compare.field_of(place) in options.ignore:
                continue
            fields[compare.field_of(place)] += 1
            if shown < options.show:
                shown += 1
                print(f"{number}: {'/'.join(map(str, place))}: {one} | {other}")
    feeder.join()
    if engine.wait() != 0 or compared != options.count:
        sys.exit(f"the engine answered {compared} of {options.count} cases")
    rare = generate.print_statistics(counts)
    for field, count in fields.most_common():
        print(f"{count:8} differences in {field}")
    print(f"{compared} scorecards compared, {sum(fields.values())} differences")
    sys.exit(1 if fields or (rare and options.count >= 10000) else 0)


if __name__ == "__main__":
    main()
