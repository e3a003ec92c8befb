#!/usr/bin/env python3
"""Plants a machine's path and sees it found."""
import pathlib
import tempfile
import unittest

import check_paths


class CheckPaths(unittest.TestCase):
    def found(self, text):
        with tempfile.TemporaryDirectory() as root:
            (pathlib.Path(root) / "notes.md").write_text(text.replace("ROOT", str(
                pathlib.Path(root).resolve())))
            return list(check_paths.check(root))

    def test_plain_text_is_fine(self):
        self.assertEqual(self.found("see /usr/share, /tmp/x and https://example.org/home/page"), [])

    def test_a_home_folder(self):
        self.assertEqual(len(self.found("first\ncp /ho" "me/anna/plan.csv .")), 1)

    def test_this_checkout(self):
        self.assertEqual(len(self.found("cd ROOT/seeds")), 1)

    def test_a_registry_host(self):
        self.assertEqual(len(self.found('"reso' 'lved": "https://registry.example.org/x.tgz"')), 1)


if __name__ == "__main__":
    unittest.main()
