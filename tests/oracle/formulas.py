"""The text of a formula as a tree.

    1 - breaches / attendances
    coalesce(hired, 0) / applied
    visits{desk="MAIN"} / visits

Indicator ids start with a letter and may contain "-", so a binary minus has a space on both sides.
"""
import functools
import re
from fractions import Fraction
from typing import NamedTuple

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*)"
    r"|(?P<sign>[-+*/(),{}=])|\"(?P<code>[^\"]*)\")")


class Number(NamedTuple):
    value: Fraction


class Operand(NamedTuple):
    indicator: str
    slice: tuple  # ((dimension, code), ...), sorted


class Binary(NamedTuple):
    sign: str
    left: object
    right: object


class Coalesce(NamedTuple):
    operand: Operand
    replacement: object


@functools.lru_cache(maxsize=None)
def parse(text):
    tokens = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(f"formula {text!r}: what is {text[at:]!r}?")
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    parser = Parser(tokens)
    tree = parser.sum()
    if parser.tokens:
        raise ValueError(f"formula {text!r}: too much: {parser.tokens}")
    return tree


class Parser:
    """Recursive descent: sum of products of factors."""

    def __init__(self, tokens):
        self.tokens = tokens

    def next_is(self, *signs):
        return bool(self.tokens) and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs

    def take(self, kind, text=None):
        if not self.tokens or self.tokens[0][0] != kind or text not in (None, self.tokens[0][1]):
            raise ValueError(f"formula: {text or kind} expected before {self.tokens}")
        return self.tokens.pop(0)[1]

    def sum(self):
        tree = self.product()
        while self.next_is("+", "-"):
            tree = Binary(self.take("sign"), tree, self.product())
        return tree

    def product(self):
        tree = self.factor()
        while self.next_is("*", "/"):
            tree = Binary(self.take("sign"), tree, self.factor())
        return tree

    def factor(self):
        if self.next_is("-"):
            self.take("sign")
            return Binary("-", Number(Fraction(0)), self.factor())
        if self.next_is("("):
            self.take("sign")
            tree = self.sum()
            self.take("sign", ")")
            return tree
        if self.tokens and self.tokens[0][0] == "number":
            return Number(Fraction(self.take("number")))
        name = self.take("name")
        if name == "coalesce" and self.next_is("("):
            return self.coalesce()
        return Operand(name, self.slice())

    def coalesce(self):
        self.take("sign", "(")
        operand = Operand(self.take("name"), self.slice())
        self.take("sign", ",")
        replacement = self.sum()
        self.take("sign", ")")
        return Coalesce(operand, replacement)

    def slice(self):
        codes = {}
        if self.next_is("{"):
            self.take("sign")
            while not self.next_is("}"):
                dimension = self.take("name")
                self.take("sign", "=")
                codes[dimension] = self.take("code")
                if not self.next_is("}"):
                    self.take("sign", ",")
            self.take("sign", "}")
        return tuple(sorted(codes.items()))


def operands(tree):
    """Every operand, from left to right, those inside coalesce too."""
    if isinstance(tree, Operand):
        return [tree]
    if isinstance(tree, Binary):
        return operands(tree.left) + operands(tree.right)
    if isinstance(tree, Coalesce):
        return [tree.operand] + operands(tree.replacement)
    return []
