#!/usr/bin/env python3
"""Counts the test cases of a run of ctest.

    count_tests.py CTEST_JUNIT_XML FOLDER_OF_GOOGLETEST_XML

Prints "PASSED FAILED SKIPPED", then a line for each failure. A test program that wrote a GoogleTest
report counts with each of its cases. Anything else (a script, a program that crashed before it could
report) counts as one. A program that fails although all its cases passed (a leak found at exit) counts
as one failure more.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml


def count_cases(report):
    """(passed, failures, skipped) of one GoogleTest report; failures are "Suite.Case"."""
    passed, failures, skipped = 0, [], 0
    for case in xml.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None:
            failures.append(f'{case.get("classname")}.{case.get("name")}')
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, failures, skipped


def count(junit, cases_folder):
    """(passed, failures, skipped) of a whole run."""
    passed, failures, skipped = 0, [], 0
    for entry in xml.parse(junit).getroot().iter("testcase"):
        name, status = entry.get("name"), entry.get("status")
        report = pathlib.Path(cases_folder) / f"{name}.xml"
        if report.exists():
            case_passed, case_failures, case_skipped = count_cases(report)
            passed += case_passed
            skipped += case_skipped
            failures += [f"{name}: {case}" for case in case_failures]
            if status == "fail" and not case_failures:
                failures.append(f"{name}: failed although every case passed")
        elif status == "run":
            passed += 1
        elif entry.find("skipped") is not None and status in ("notrun", "disabled") \
                and "SKIP" in (entry.find("skipped").get("message") or ""):
            skipped += 1
        else:
            failures.append(f"{name}: {status}")
    return passed, failures, skipped


def main():
    passed, failures, skipped = count(sys.argv[1], sys.argv[2])
    print(passed, len(failures), skipped)
    for failure in failures:
        print("FAILED:", failure)


if __name__ == "__main__":
    main()
