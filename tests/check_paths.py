#!/usr/bin/env python3
"""Checks that no file of the repository has a path or a host that exists on one machine only.

    check_paths.py [ROOT]

It looks for home folders, the path of this checkout, and hosts of package registries in lock files.
Prints "FILE:LINE: what" and exits with 1 when there is one.
"""
import pathlib
import re
import subprocess
import sys

# Written in pieces, so that this file does not find itself.
HOME = re.compile(r"(?<![\w.$}])/(?:ho" r"me|Us" r"ers|ro" r"ot|wo" r"rk)/[A-Za-z0-9_.-]+")
HOST = re.compile(r'"reso' r'lved"\s*:\s*"https?://')


def files(root):
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if listed.returncode == 0:
        return [root / name.decode() for name in listed.stdout.split(b"\0") if name]
    return [path for path in root.rglob("*")
            if not {".build", ".git", "node_modules"}.intersection(path.parts)]


def check(root):
    root = pathlib.Path(root).resolve()
    # A checkout right below "/" has a name too short to look for.
    own = str(root) + "/" if len(root.parts) > 2 else None
    for path in sorted(files(root)):
        if not path.is_file():
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(lines, 1):
            if match := HOME.search(line):
                yield f"{name}:{number}: names a place on one machine ({match.group(0)})"
            elif own and own in line:
                yield f"{name}:{number}: names the folder of this checkout"
            elif HOST.search(line):
                yield f"{name}:{number}: names the host of a package registry"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    found = list(check(root))
    for violation in found:
        print(violation)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
