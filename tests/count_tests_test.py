#!/usr/bin/env python3
"""What tests/run counts."""
import pathlib
import tempfile
import unittest

import count_tests

GOOGLETEST = """<testsuites><testsuite name="A">
<testcase name="One" status="run" classname="A"/>
<testcase name="Two" status="run" classname="A"/>{more}
</testsuite></testsuites>"""


class CountTests(unittest.TestCase):
    def count(self, entries, **reports):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "ctest.xml").write_text(f"<testsuite>{entries}</testsuite>")
            (root / "cases").mkdir()
            for name, text in reports.items():
                (root / "cases" / f"{name}.xml").write_text(text)
            return count_tests.count(root / "ctest.xml", root / "cases")

    def test_each_case_of_a_binary_counts(self):
        self.assertEqual(
            self.count('<testcase name="a" status="run"/>', a=GOOGLETEST.format(more="")), (2, [], 0))

    def test_a_script_counts_as_one(self):
        self.assertEqual(self.count('<testcase name="s" status="run"/>'), (1, [], 0))

    def test_a_failed_case_is_named(self):
        more = '<testcase name="Three" status="run" classname="A"><failure message="x"/></testcase>'
        self.assertEqual(
            self.count('<testcase name="a" status="fail"/>', a=GOOGLETEST.format(more=more)),
            (2, ["a: A.Three"], 0))

    def test_a_crashed_binary_counts_as_failed(self):
        self.assertEqual(self.count('<testcase name="a" status="fail"/>'), (0, ["a: fail"], 0))

    def test_a_binary_that_was_not_built_counts_as_failed(self):
        entry = '<testcase name="a" status="notrun"><skipped message="Unable to find"/></testcase>'
        self.assertEqual(self.count(entry), (0, ["a: notrun"], 0))

    def test_a_leak_found_at_exit_counts_as_failed(self):
        passed, failures, _ = self.count('<testcase name="a" status="fail"/>',
                                         a=GOOGLETEST.format(more=""))
        self.assertEqual((passed, len(failures)), (2, 1))

    def test_a_skipped_case_is_neither_passed_nor_failed(self):
        more = '<testcase name="T" status="run" result="skipped" classname="A"><skipped/></testcase>'
        self.assertEqual(
            self.count('<testcase name="a" status="run"/>', a=GOOGLETEST.format(more=more)),
            (2, [], 1))


if __name__ == "__main__":
    unittest.main()
