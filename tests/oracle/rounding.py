"""Exact numbers, and the places where the rules round them.

Numbers are Fractions. Results have 12 fractional digits, rounded half-even; what is pushed has at
most 30. Nothing here is a float.
"""
from fractions import Fraction

DIGITS = 12
PUSHED_DIGITS = 30
ONE = 10**DIGITS
LARGEST = Fraction(10) ** 24


class Overflow(Exception):
    """A result beyond 1e24."""


def rounded(number, digits=DIGITS):
    """`number` with `digits` fractional digits; a tie goes to the even digit."""
    scale = 10**digits
    whole, rest = divmod(number.numerator * scale, number.denominator)
    twice = 2 * rest
    if twice > number.denominator or (twice == number.denominator and whole % 2 == 1):
        whole += 1
    return Fraction(whole, scale)


def exact_sum(numbers):
    """The sum of decimals with at most 30 digits. Faster than sum() of Fractions, and as exact."""
    scale = 10**PUSHED_DIGITS
    return Fraction(sum(one.numerator * (scale // one.denominator) for one in numbers), scale)


def result(number):
    """`number` as a result: 12 digits; raises Overflow beyond 1e24."""
    if abs(number) > LARGEST:
        raise Overflow
    return rounded(number)


def quotient(numerator, denominator):
    return rounded(Fraction(numerator) / denominator)


def product(*factors):
    exact = Fraction(1)
    for factor in factors:
        exact *= factor
    return rounded(exact)


def clamp(number, low, high):
    return max(low, min(high, number))


def parse(text):
    """A decimal from a text ("0.3", "1e-13") or an int. Floats are refused: they are not exact."""
    if text is None:
        return None
    if isinstance(text, float):
        raise ValueError(f"write {text!r} as a text: numbers are exact decimals")
    return Fraction(text)


def parse_pushed(text):
    return None if text is None else rounded(parse(text), PUSHED_DIGITS)


def text_of(number):
    """The decimal without trailing zeros: 12.5, 0, -3. None stays None."""
    if number is None:
        return None
    scaled = round(number * ONE)
    if Fraction(scaled, ONE) != number:
        raise ValueError(f"{number} has more than {DIGITS} fractional digits")
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), ONE)
    digits = f"{part:0{DIGITS}d}".rstrip("0")
    return f"{sign}{whole}" + (f".{digits}" if digits else "")


def root(number, degree):
    """The `degree`-th root of a number >= 0, half-even to 12 digits.

    x = r * 10^-12 with r the integer nearest to (number * 10^(12 degree))^(1/degree).
    """
    scaled = number * 10 ** (DIGITS * degree)
    low = integer_root(scaled.numerator // scaled.denominator, degree)
    # The root lies in [low, low + 1]. Compare it with the middle: (2 low + 1)^n against 2^n scaled.
    middle = Fraction(2 * low + 1, 2) ** degree
    above = scaled > middle or (scaled == middle and low % 2 == 1)
    return Fraction(low + 1 if above else low, ONE)


def integer_root(number, degree):
    """The largest integer whose `degree`-th power is at most `number`, by Newton's method."""
    if number == 0:
        return 0
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
