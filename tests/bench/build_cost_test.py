#!/usr/bin/env python3
"""build_cost on a small repository whose scripts write down how they were called."""
import os
import pathlib
import subprocess
import tempfile
import unittest

COMMAND = pathlib.Path(__file__).resolve().with_name("build_cost")
SCRIPT = """#!/bin/sh
echo "$(basename "$PWD")/$0 $* CCACHE_DISABLE=$CCACHE_DISABLE" >>"$CALLS"
[ "$FAILS" != "$0" ]
"""
FILES = {
    "deploy/install-packages": "#!/bin/sh\n",
    "deploy/demo": SCRIPT,
    "tests/run": SCRIPT,
    "tests/install_npm_packages": SCRIPT,
    "CMakePresets.json": """{"version": 6,
        "configurePresets": [{"name": "dev", "generator": "Ninja",
                              "binaryDir": "${sourceDir}/.build/dev"}],
        "buildPresets": [{"name": "dev", "configurePreset": "dev"}]}""",
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.25)\nproject(small LANGUAGES NONE)\n",
    "libs/decimal/decimal.h": "a\nb\nc\n",
    "libs/decimal/decimal.cc": "a\n",
    "libs/decimal/decimal_test.cc": "a\na\n",
    "libs/decimal/README": "no C++\n",
    "services/plan/testing/service.h": "a\n",
    "tests/fuzz/decimal_fuzzer.cc": "a\na\na\na\n",
}


class BuildCost(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "repository"
        self.calls = pathlib.Path(folder.name) / "calls"
        self.calls.touch()
        for name, text in FILES.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("-c", "user.name=test", "-c", "user.email=test@example.org",
                 "commit", "--quiet", "--message=small")

    def git(self, *arguments):
        subprocess.run(["git", "-C", str(self.root), *arguments], check=True)

    def run_it(self, *arguments, fails=""):
        return subprocess.run(
            [str(COMMAND), "--root", str(self.root), *arguments], capture_output=True, text=True,
            check=False, env=os.environ | {"CALLS": str(self.calls), "FAILS": fails})

    def test_it_runs_every_step_in_a_clone_without_compiler_cache(self):
        done = self.run_it()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.calls.read_text().splitlines(), [
            "athena/deploy/demo --once CCACHE_DISABLE=1",
            "athena/tests/install_npm_packages  CCACHE_DISABLE=1",
            "athena/tests/run  CCACHE_DISABLE=1"])

    def test_it_counts_the_lines_that_each_step_builds(self):
        demo, tests = [line for line in self.run_it("--build-only").stdout.splitlines()
                       if "per thousand" in line]
        self.assertRegex(demo, r"^deploy/demo .* of 4 lines$")
        self.assertRegex(tests, r"^building the tests .* of 11 lines$")

    def test_it_measures_the_commit_and_nothing_that_lies_about(self):
        (self.root / "libs" / "decimal" / "decimal.cc").write_text("a\n" * 1000)
        self.assertIn("of 4 lines", self.run_it("--build-only").stdout)

    def test_a_step_that_fails(self):
        done = self.run_it(fails="tests/run")
        self.assertEqual(done.returncode, 1)
        self.assertIn("tests/run failed", done.stderr)

    def test_a_commit_that_does_not_exist(self):
        done = self.run_it("--commit", "nowhere")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no such commit: nowhere", done.stderr)


if __name__ == "__main__":
    unittest.main()
