#!/usr/bin/env python3
"""Plants what the check looks for, and sees it found."""
import pathlib
import tempfile
import unittest

import check_readme
from markdown_blocks import blocks

CLIENT = "import os\n# readme: begin\nprint(1)\n# readme: end\n"
README = "<!-- from tests/clients/python/c.py -->\n```python\nprint(1)\n```\n[it](tests/clients)\n"


class CheckReadme(unittest.TestCase):
    def found(self, readme=README, client=CLIENT):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tests/clients/python").mkdir(parents=True)
            (root / "tests/clients/python/c.py").write_text(client, encoding="utf-8")
            (root / "README.md").write_text(readme, encoding="utf-8")
            return list(check_readme.check(root))

    def test_a_quotation_and_a_link_that_are_right(self):
        self.assertEqual(self.found(), [])

    def test_a_quotation_that_differs(self):
        self.assertEqual(self.found(README.replace("print(1)", "print(2)")), [
            "README.md:3: the block differs from tests/clients/python/c.py"])

    def test_a_quotation_that_lacks_a_line(self):
        self.assertEqual(len(self.found(client=CLIENT.replace("print(1)", "print(1)\nprint(2)"))),
                         1)

    def test_a_file_without_a_region(self):
        self.assertEqual(len(self.found(client="print(1)\n")), 1)

    def test_a_file_that_is_not_there(self):
        self.assertEqual(len(self.found(README.replace("c.py", "d.py"))), 2)

    def test_a_client_that_is_not_shown(self):
        self.assertEqual(self.found("Nothing.\n"), [
            "README.md:1: tests/clients/python/c.py is not shown"])

    def test_a_dead_link(self):
        self.assertEqual(self.found(README + "See [that](proto/none.proto#x).\n"), [
            "README.md:6: proto/none.proto does not exist"])

    def test_code_has_no_links(self):
        self.assertEqual(self.found(README + "```js\nclient[method](request, 1);\n```\n"), [])

    def test_links_elsewhere_are_not_followed(self):
        self.assertEqual(self.found(README + "[a](https://example.org/x) [b](#there)\n"), [])

    def test_something_to_be_filled_in(self):
        self.assertEqual(self.found(README + "GA" "P: the output\n"), [
            "README.md:6: something is left to be filled in"])


class MarkdownBlocks(unittest.TestCase):
    def test_a_marker_belongs_to_the_block_right_below_it(self):
        found = blocks("<!-- run -->\n\n```sh\nls\n```\n<!-- run -->\ntext\n```sh\npwd\n```\n")
        self.assertEqual([(b.verb, b.language, b.text, b.line) for b in found],
                         [("run", "sh", "ls\n", 4), ("", "sh", "pwd\n", 9)])

    def test_a_block_without_end(self):
        with self.assertRaises(ValueError):
            blocks("```sh\nls\n")


if __name__ == "__main__":
    unittest.main()
