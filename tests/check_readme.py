#!/usr/bin/env python3
"""Checks the documents: README.md, the others beside it, and the README.md of every folder.

    check_readme.py [ROOT]

 1. Links into the repository lead to files that exist.
 2. Paths in backticks that begin with a folder of the repository (`libs/sql/database.h`) exist; "*",
    "{a,b}" and "..." in them stand for others.
 3. Nothing is left to be filled in.
 4. README.md has at most 350 lines, ARCHITECTURE.md at most 200. The lines that README.md shows of
    the demo fit a terminal of 80 columns.
 5. Every example client is linked from tests/clients/README.md.

Prints "FILE:LINE: what" and exits with 1 when something is wrong. (What README.md and
tests/clients/README.md run and print is checked by tests/e2e/readme_test.py.)
"""
import pathlib
import re
import sys

from markdown_blocks import blocks

MOST_LINES = {"README.md": 350, "ARCHITECTURE.md": 200}
DEMO_COLUMNS = 80
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
PATH = re.compile(r"`((?:deploy|libs|proto|seeds|services|tests)/[^`\s]*)`")
# In two pieces, so that a document may speak of this check.
GAP = "GA" "P:"


def documents(root):
    """Every document, those at the top first."""
    folders = ("deploy", "libs", "proto", "seeds", "services", "tests")
    below = [path for folder in folders for path in sorted((root / folder).rglob("*.md"))
             if "node_modules" not in path.parts]
    return sorted(root.glob("*.md")) + below


def exists(root, path):
    """Whether a path that may hold "*", "{a,b}" or "..." stands for something that exists."""
    if match := re.search(r"\{([^{}]*)\}", path):
        return all(exists(root, path[:match.start()] + part + path[match.end():])
                   for part in match.group(1).split(","))
    path = path.replace("...", "*").rstrip("/")
    # The stem of several files: `libs/sql/database` for database.h.
    return any(root.glob(path)) or any(root.glob(path + ".*"))


def check_document(root, document):
    name = document.relative_to(root).as_posix()
    text = document.read_text(encoding="utf-8")
    lines = text.splitlines()
    code = set()
    for block in blocks(text):
        code.update(range(block.line, block.line + block.text.count("\n")))
        if (block.verb, block.object) == ("prints", "demo"):
            for number, line in enumerate(block.text.splitlines(), block.line):
                if len(line) > DEMO_COLUMNS:
                    yield f"{name}:{number}: {len(line)} columns, more than {DEMO_COLUMNS}"
    most = MOST_LINES.get(name)
    if most and len(lines) > most:
        yield f"{name}:{most + 1}: {len(lines)} lines, more than {most}"
    for number, line in enumerate(lines, 1):
        if GAP in line:
            yield f"{name}:{number}: something is left to be filled in"
        if number in code:
            continue
        for target in LINK.findall(line):
            if not (document.parent / target).exists():
                yield f"{name}:{number}: {target} does not exist"
        for path in PATH.findall(line):
            if not exists(root, path):
                yield f"{name}:{number}: {path} does not exist"


def check(root):
    root = pathlib.Path(root).resolve()
    for document in documents(root):
        yield from check_document(root, document)
    guide = root / "tests" / "clients" / "README.md"
    linked = set(LINK.findall(guide.read_text(encoding="utf-8"))) if guide.is_file() else set()
    for client in sorted((root / "tests" / "clients").glob("*/*")):
        path = client.relative_to(guide.parent).as_posix()
        if client.suffix in {".java", ".mjs", ".py"} and path not in linked:
            yield f"tests/clients/README.md:1: {path} is not linked"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    found = list(check(root))
    for violation in found:
        print(violation)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
