"""Fenced code blocks of a Markdown file, with the marker that stands above each."""
import dataclasses
import re

MARKER = re.compile(r"<!--\s*(?P<verb>[a-z]+)(?:\s+(?P<object>\S.*?))?\s*-->\s*$")
FENCE = re.compile(r"(?P<fence>```+)(?P<language>[\w+-]*)\s*$")


@dataclasses.dataclass
class Block:
    """`<!-- VERB OBJECT -->` and the fenced block right below it; both empty without a marker."""
    verb: str
    object: str
    language: str
    text: str  # with a newline after every line
    line: int  # of its first line in the file, from 1


def blocks(markdown):
    """Every fenced block, in order."""
    found, marker, lines = [], None, iter(enumerate(markdown.splitlines(), 1))
    for _, line in lines:
        if match := FENCE.match(line):
            first, text = None, []
            for number, inner in lines:
                first = first or number
                if inner.rstrip() == match["fence"]:
                    break
                text.append(inner + "\n")
            else:
                raise ValueError(f"line {first}: the block has no end")
            found.append(Block(*(marker or ("", "")), match["language"], "".join(text), first))
            marker = None
        elif match := MARKER.match(line):
            marker = (match["verb"], match["object"] or "")
        elif line.strip():
            marker = None
    return found
