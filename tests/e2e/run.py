#!/usr/bin/env python3
"""Runs one module of end-to-end tests, and reports its cases as GoogleTest does.

    run.py MODULE

Where GTEST_OUTPUT is "xml:FOLDER/", a report FOLDER/MODULE.xml is written, so that whoever counts
tests counts these, too. Exits 1 when a case failed.
"""
import os
import pathlib
import sys
import time
import unittest
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import services  # noqa: E402,F401  (makes the stubs importable, which every module begins with)


class Cases(unittest.TextTestResult):
    """Remembers every case, its end and its time."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.cases = []

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def note(self, test, outcome=None, message=""):
        suite, _, name = test.id().rpartition(".")
        case = xml.Element("testcase", classname=suite, name=name, status="run",
                           time=f"{time.monotonic() - getattr(self, 'started', 0):.3f}")
        if outcome:
            xml.SubElement(case, outcome, message=str(message))
        self.cases.append(case)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.note(test, "failure", error[1])

    def addError(self, test, error):
        super().addError(test, error)
        self.note(test, "failure", error[1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skipped", reason)


def main():
    module = sys.argv[1]
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    result = unittest.TextTestRunner(resultclass=Cases, verbosity=2).run(suite)
    output = os.environ.get("GTEST_OUTPUT", "")
    if output.startswith("xml:"):
        root = xml.Element("testsuites")
        root.extend(result.cases)
        xml.ElementTree(root).write(pathlib.Path(output[4:]) / f"{module}.xml")
    sys.exit(0 if result.wasSuccessful() and result.cases else 1)


if __name__ == "__main__":
    main()
