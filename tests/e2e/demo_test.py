"""`deploy/demo --once`, as a newcomer types it, over the binaries that are built already."""
import os
import pathlib
import subprocess
import unittest

from services import BUILD, ROOT


def processes():
    """Ids of the processes that run one of our programs."""
    found = set()
    programs = (str(BUILD / "bin"), str(ROOT / ".build" / "dashboard"))  # the gateway's Node.js
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "exe").startswith(programs):
                found.add(entry.name)
        except OSError:
            pass  # it ended meanwhile, or is not ours to look at
    return found


class DemoTest(unittest.TestCase):
    def test_once_prints_the_scorecard_and_leaves_nothing_behind(self):
        before = processes()
        demo = subprocess.run([str(ROOT / "deploy" / "demo"), "--once"], capture_output=True,
                              text=True, timeout=600, check=False,
                              env=os.environ | {"ATHENA_PRESET": BUILD.name})
        self.assertEqual(demo.returncode, 0, demo.stdout + demo.stderr)
        self.assertIn("2026-Q3", demo.stdout)
        for status in ("GREEN", "AMBER", "RED"):
            self.assertIn(status, demo.stdout)
        self.assertIn("illustrative", demo.stdout)
        self.assertRegex(demo.stderr,
                         r"the dashboard answers at http://127\.0\.0\.1:\d+|The dashboard cannot be built: ")
        # The correction is named, with its reason, between what was published and what is known now.
        # 200 of 5,925 days fewer: the rate of 7.514553502353 % becomes 7.514553502353 x 5725 / 5925 =
        # 7.2609, which is no longer above the red flag of 7.375.
        self.assertIn("2026-Q2 as published (no 1", demo.stdout)
        self.assertIn("7.514553502353 > 7.26", demo.stdout)
        self.assertIn("200 days were counted twice", demo.stdout)
        self.assertEqual(processes() - before, set())

    def test_an_unknown_option_is_refused(self):
        demo = subprocess.run([str(ROOT / "deploy" / "demo"), "--twice"], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual(demo.returncode, 2)
        self.assertIn("--twice", demo.stderr)


if __name__ == "__main__":
    unittest.main()
