"""README, followed by the letter: its commands run, and print what it says they print."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from services import BUILD, ROOT, Services

sys.path.insert(0, str(ROOT / "tests"))
from markdown_blocks import blocks  # noqa: E402  (the folder had to be known first)

README = blocks((ROOT / "README.md").read_text(encoding="utf-8"))
LEFT_OUT = "...\n"


def in_order(wanted, printed):
    """The first line of `wanted` that does not follow in `printed`; None when all do.

    Lines must follow each other at once, except after "...".
    """
    at, anywhere = 0, True
    for line in wanted:
        if line == LEFT_OUT:
            anywhere = True
            continue
        if anywhere:
            while at < len(printed) and printed[at] != line:
                at += 1
        if at == len(printed) or printed[at] != line:
            return line
        at, anywhere = at + 1, False
    return None


class ReadmeTest(unittest.TestCase):
    def check_printed(self, block, printed):
        missing = in_order(block.text.splitlines(keepends=True),
                           printed.splitlines(keepends=True))
        self.assertIsNone(missing, f"README.md:{block.line} says otherwise than:\n{printed}")

    def test_its_commands_print_what_it_says(self):
        ran = ""
        with Services() as services, tempfile.TemporaryDirectory() as folder:
            # What README puts into PATH, and the services where they are here.
            programs = pathlib.Path(folder)
            (programs / "athenactl").symlink_to(BUILD / "bin" / "athenactl")
            environment = os.environ | {
                "PATH": f"{programs}:{os.environ['PATH']}", "ATHENA_TOKEN": "everything",
                "ATHENA_PLAN_ADDRESS": f"127.0.0.1:{services.plan.port}",
                "ATHENA_INDICATOR_ADDRESS": f"127.0.0.1:{services.indicator.port}",
                "ATHENA_REPORTING_ADDRESS": f"127.0.0.1:{services.reporting.port}"}
            for block in README:
                if block.verb == "run":
                    done = subprocess.run(
                        ["bash", "-euo", "pipefail", "-c", block.text], cwd=ROOT, env=environment,
                        capture_output=True, text=True, timeout=300, check=False)
                    self.assertEqual(done.returncode, 0,
                                     f"README.md:{block.line}:\n{done.stdout}{done.stderr}")
                    ran = done.stdout
                elif block.verb == "prints" and not block.object:
                    self.check_printed(block, ran)

    def test_the_demo_prints_what_it_says(self):
        demo = subprocess.run([str(ROOT / "deploy" / "demo"), "--once"], capture_output=True,
                              text=True, timeout=600, check=False,
                              env=os.environ | {"ATHENA_PRESET": BUILD.name})
        self.assertEqual(demo.returncode, 0, demo.stderr)
        shown = [block for block in README if (block.verb, block.object) == ("prints", "demo")]
        self.assertEqual(len(shown), 1)
        self.check_printed(shown[0], demo.stdout)


class InOrderTest(unittest.TestCase):
    def test_lines_that_follow(self):
        self.assertIsNone(in_order(["b\n", "c\n", LEFT_OUT, "f\n"],
                                   ["a\n", "b\n", "c\n", "d\n", "f\n"]))

    def test_a_line_between_that_was_left_out_without_a_word(self):
        self.assertEqual(in_order(["b\n", "d\n"], ["a\n", "b\n", "c\n", "d\n"]), "d\n")

    def test_a_line_that_is_missing(self):
        self.assertEqual(in_order(["b\n", LEFT_OUT, "x\n"], ["b\n", "c\n"]), "x\n")


if __name__ == "__main__":
    unittest.main()
