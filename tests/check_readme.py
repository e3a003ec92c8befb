#!/usr/bin/env python3
"""Checks that the documents at the top say what the repository holds.

    check_readme.py [ROOT]

In README.md a block below `<!-- from FILE -->` equals the lines of FILE between "readme: begin" and
"readme: end", and every example client is shown so. In all documents at the top, links into the
repository lead to files that exist, and nothing is left to be filled in. Prints "FILE:LINE: what"
and exits 1 when something is not so. (What README runs and prints is checked by readme_test.)
"""
import pathlib
import re
import sys

from markdown_blocks import blocks

LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
# In two pieces, so that a document may speak of this check.
GAP = "GA" "P:"


def region(path):
    """The lines between "readme: begin" and "readme: end"; None when there are no such lines."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    begin = [i for i, line in enumerate(lines) if "readme: begin" in line]
    end = [i for i, line in enumerate(lines) if "readme: end" in line]
    if len(begin) != 1 or len(end) != 1 or begin[0] > end[0]:
        return None
    return "".join(lines[begin[0] + 1:end[0]])


def check(root):
    root = pathlib.Path(root).resolve()
    quoted = set()
    readme = root / "README.md"
    for block in blocks(readme.read_text(encoding="utf-8")):
        if block.verb != "from":
            continue
        source = root / block.object
        quoted.add(source)
        if not source.is_file():
            yield f"README.md:{block.line}: {block.object} does not exist"
        elif (shown := region(source)) is None:
            yield f"README.md:{block.line}: {block.object} has not one region to show"
        elif shown != block.text:
            yield f"README.md:{block.line}: the block differs from {block.object}"
    for client in sorted((root / "tests" / "clients").glob("*/*")):
        if client.suffix in {".py", ".mjs"} and client not in quoted:
            yield f"README.md:1: {client.relative_to(root).as_posix()} is not shown"
    for document in sorted(root.glob("*.md")):
        text = document.read_text(encoding="utf-8")
        code = {number for block in blocks(text)
                for number in range(block.line, block.line + block.text.count("\n"))}
        for number, line in enumerate(text.splitlines(), 1):
            if GAP in line:
                yield f"{document.name}:{number}: something is left to be filled in"
            for target in LINK.findall(line):
                if number not in code and not (document.parent / target).exists():
                    yield f"{document.name}:{number}: {target} does not exist"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    found = list(check(root))
    for violation in found:
        print(violation)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
