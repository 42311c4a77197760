"""Read the numbers that acts print, in any EU language, and give each a key that sorts as the document does.

Greek numbers its points α), β) … ια), Bulgarian а), б), в): both are brought to a, b, c, so that every
language version of an act has the same identifiers. Words such as *bis* become the letter they stand for.
"""

# ruff: noqa: RUF001, RUF002 - Greek and Cyrillic letters, dashes and spaces are what this module is about

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CODE", "clean", "is_dash", "number_in_heading", "ordinal", "ordinals", "read_label", "split_label"]

CODE = re.compile(r"[A-Z]{2,4}[ _]\d{3,4}\Z")

_LABEL = re.compile(r"\d{1,4}(?:\.\d{1,3}){0,3}[a-z]{0,2}\Z|[a-z]{1,2}\Z|[ivxl]{1,7}[a-z]?\Z|[A-Z]\Z")
_LEADING = re.compile(r"(\(?\d{1,3}(?:\.\d{1,3})*[a-z]{0,2}(?:\)|\.)|\(?[a-z]{1,4}\)|[a-z]\.)\s+(.*)\Z", re.DOTALL)
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\Z")
_NUMBER = re.compile(r"\d{1,4}[a-z]{0,2}\Z")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_LATIN = {"bis": "a", "ter": "b", "quater": "c", "quinquies": "d", "sexies": "e", "septies": "f", "octies": "g"}
_CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхцчшщ", "abcdefghijklmnopqrstuvwxyz", strict=True))
_GREEK_ONES = ("", "α", "β", "γ", "δ", "ε", "στ", "ζ", "η", "θ")
_GREEK_TENS = ("", "ι", "κ")
_LOOKALIKES = str.maketrans("ΙΧΜ", "IXM")
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\ufeff]+")
_DASHES = frozenset("—–-‐‑−•·")


def clean(text: str) -> str:
    """Return a text with every run of white space, no-break spaces included, made one space."""
    return _SPACES.sub(" ", text).strip()


@cache
def _greek() -> dict[str, str]:
    numerals = [tens + ones for tens in _GREEK_TENS for ones in _GREEK_ONES][1:]
    return {numeral: chr(ord("a") + index) for index, numeral in enumerate(numerals[:26])}


def _latin_letters(text: str) -> str:
    match = re.fullmatch(r"(\d*)[ .-]?(\D*)", text)
    if not match:
        return text
    digits, letters = match.groups()
    if letters in _LATIN and digits:
        return digits + _LATIN[letters]
    if letters in _greek():
        return digits + _greek()[letters]
    return digits + "".join(_CYRILLIC.get(letter, letter) for letter in letters)


def read_label(text: str) -> str:
    """Return the bare number of a printed label, or nothing where the text is no label.

    >>> [read_label(text) for text in ("(a)", "1.", "3.1.", "(14a)", "iv)", "AIP 0102", "—", "Energy")]
    ['a', '1', '3.1', '14a', 'iv', 'AIP_0102', '', '']
    """
    bare = clean(text)
    if CODE.match(bare):
        return bare.replace(" ", "_")
    bare = _latin_letters(bare.strip("().").strip())
    return bare if _LABEL.match(bare) else ""


def is_dash(text: str) -> bool:
    """Return whether a label is only a dash or a bullet."""
    return clean(text) in _DASHES


def split_label(text: str) -> tuple[str, str]:
    """Return the number a text begins with and the rest, or nothing and the whole text.

    >>> split_label("3.   Quality management system")
    ('3', 'Quality management system')
    """
    match = _LEADING.match(text.strip())
    label = read_label(match[1]) if match else ""
    return (label, match[2].strip()) if match and label else ("", text.strip())


def number_in_heading(text: str) -> str:
    """Return the number in a heading such as “CHAPTER III”, “Afdeling 2” or “II. FEJEZET”, or nothing.

    >>> [number_in_heading(text) for text in ("CHAPTER III", "Artikel 4 a", "II. FEJEZET", "BILAG")]
    ['III', '4a', 'II', '']
    """
    words = [word.strip(".,:()º") for word in clean(text).split(" ")]
    for index, word in enumerate(words):
        roman = word.translate(_LOOKALIKES)
        if roman and _ROMAN.match(roman):
            return roman
        if _NUMBER.match(word.lower()):
            after = words[index + 1] if index + 1 < len(words) else ""
            suffix = _LATIN.get(after, after if re.fullmatch(r"[a-z]", after) else "")
            return word.lower() + suffix
    return ""


def _roman_value(text: str) -> int:
    """Return the value of a Roman number in either case, 0 where the text is none."""
    upper = text.upper()
    if not upper or not _ROMAN.match(upper):
        return 0
    values = [_VALUES[letter] for letter in upper]
    return sum(-value if value < max(values[index:]) else value for index, value in enumerate(values))


def ordinal(label: str) -> str:
    """Return a key of a number such that the order of strings is that of the document.

    >>> sorted(["10", "9", "4a", "4"], key=ordinal), ordinal("XIV"), ordinal("ba"), ordinal("3.1")
    (['4', '4a', '9', '10'], '014', '002a', '003.001')
    """
    if match := re.fullmatch(r"(\d+(?:\.\d+)*)([a-z]*)", label):
        return ".".join(f"{int(number):03d}" for number in match[1].split(".")) + match[2]
    if label.isupper() and (value := _roman_value(label)):
        return f"{value:03d}"
    if re.fullmatch(r"[A-Za-z]{1,2}", label):
        return f"{ord(label[0].lower()) - ord('a') + 1:03d}{label[1:]}"
    return label


def ordinals(labels: Iterable[str]) -> list[str]:
    """Return the keys of the items of a list, read in order.

    Only the order tells a Roman (i) from the letter between (h) and (j), and the (aa) after (z) from
    an (aa) that was inserted after (a).

    >>> ordinals(["h", "i", "j"]), ordinals(["i", "ii", "iv"]), ordinals(["a", "aa", "b"]), ordinals(["z", "aa"])
    (['008', '009', '010'], ['001', '002', '004'], ['001', '001a', '002'], ['026', '027'])
    """
    keys, before, roman, doubled = [], "", False, False
    for label in labels:
        roman = (roman and bool(_roman_value(label))) or (label == "i" and not before.startswith("h"))
        doubled = (doubled or before == "z") and len(label) > 1 and label[0] == label[-1]
        if roman:
            keys.append(f"{_roman_value(label):03d}")
        elif doubled:
            keys.append(f"{26 + ord(label[0]) - ord('a') + 1:03d}")
        else:
            keys.append(ordinal(label))
        before = label
    return keys
