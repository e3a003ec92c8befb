#!/usr/bin/env python3
"""Plants one fault of each kind and sees it found."""
import pathlib
import tempfile
import unittest

import check_readme
from markdown_blocks import blocks

SOUND = {
    "README.md": "See [the clients](tests/clients/README.md) and `libs/sql/{database.h,sqlite}`.\n",
    "ARCHITECTURE.md": "The seam is `libs/sql/database`, its drivers `libs/sql/*/...`.\n",
    "libs/sql/database.h": "",
    "libs/sql/sqlite/connection.h": "",
    "tests/clients/README.md": "[Python](python/c.py)\n",
    "tests/clients/python/c.py": "print(1)\n",
}


class CheckReadme(unittest.TestCase):
    def found(self, name="README.md", added="", **others):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in (SOUND | others).items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text + (added if path == name else ""), encoding="utf-8")
            return list(check_readme.check(root))

    def test_sound_documents(self):
        self.assertEqual(self.found(), [])

    def test_a_dead_link(self):
        self.assertEqual(self.found(added="See [that](proto/none.proto#x).\n"), [
            "README.md:2: proto/none.proto does not exist"])

    def test_a_dead_link_in_a_folder_is_relative_to_it(self):
        self.assertEqual(self.found("tests/clients/README.md", "[it](tests/clients/python/c.py)\n"), [
            "tests/clients/README.md:2: tests/clients/python/c.py does not exist"])

    def test_a_path_that_does_not_exist(self):
        self.assertEqual(self.found("ARCHITECTURE.md", "and `libs/sql/{database.h,lane.h}`\n"), [
            "ARCHITECTURE.md:2: libs/sql/{database.h,lane.h} does not exist"])

    def test_code_has_no_links_and_no_paths(self):
        self.assertEqual(self.found(added="```js\nclient[method](request); `libs/x`\n```\n"), [])

    def test_links_elsewhere_are_not_followed(self):
        self.assertEqual(self.found(added="[a](https://example.org/x) [b](#there)\n"), [])

    def test_something_to_be_filled_in(self):
        self.assertEqual(self.found(added="GA" "P: the output\n"), [
            "README.md:2: something is left to be filled in"])

    def test_a_document_of_as_many_lines_as_it_may_have(self):
        self.assertEqual(self.found(added="line\n" * 349), [])

    def test_a_document_that_is_too_long(self):
        self.assertEqual(self.found(added="line\n" * 350), [
            "README.md:351: 351 lines, more than 350"])
        self.assertEqual(self.found("ARCHITECTURE.md", "line\n" * 200), [
            "ARCHITECTURE.md:201: 201 lines, more than 200"])

    def test_a_line_of_the_demo_that_is_too_wide(self):
        demo = "<!-- prints demo -->\n```text\n" + "▲" * 80 + "\n" + "▲" * 81 + "\n```\n"
        self.assertEqual(self.found(added=demo), ["README.md:5: 81 columns, more than 80"])

    def test_a_client_that_is_not_linked(self):
        self.assertEqual(self.found(**{"tests/clients/node/d.mjs": ""}), [
            "tests/clients/README.md:1: node/d.mjs is not linked"])


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
