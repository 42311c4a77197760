from __future__ import annotations

import doctest

import pytest

from engine.eurlex import labels
from engine.eurlex.labels import clean, number_in_heading, ordinal, ordinals, read_label, split_label


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(labels).failed == 0


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("(a)", "a"),
        ("a)", "a"),
        ("1.", "1"),
        ("1.\N{NO-BREAK SPACE}", "1"),
        ("(1a)", "1a"),
        ("3.1.", "3.1"),
        ("(xviii)", "xviii"),
        ("1 bis", "1a"),
        ("AIP 0102", "AIP_0102"),
        ("\N{GREEK SMALL LETTER GAMMA})", "c"),
        ("\N{GREEK SMALL LETTER SIGMA}\N{GREEK SMALL LETTER TAU})", "f"),
        ("\N{GREEK SMALL LETTER IOTA}\N{GREEK SMALL LETTER ALPHA})", "k"),
        ("\N{CYRILLIC SMALL LETTER VE})", "c"),
        ("1\N{CYRILLIC SMALL LETTER A}.", "1a"),
        ("—", ""),
        ("", ""),
        ("Sector", ""),
    ],
)
def test_a_label_is_read_in_every_script(printed: str, number: str) -> None:
    assert read_label(printed) == number


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("CHAPTER III", "III"),
        ("KAPITEL IV", "IV"),
        ("II. FEJEZET", "II"),
        ("Section 2", "2"),
        ("Artikel 4a", "4a"),
        ("Artículo 4 bis", "4a"),
        ("\N{GREEK CAPITAL LETTER KAPPA}. \N{GREEK CAPITAL LETTER IOTA}V", "IV"),
        ("ANNEX", ""),
    ],
)
def test_the_number_of_a_heading_stands_wherever_the_language_puts_it(heading: str, number: str) -> None:
    assert number_in_heading(heading) == number


def test_the_order_of_keys_is_that_of_the_law() -> None:
    articles = ["1", "4", "4a", "5", "10", "75", "75a", "75d", "76", "113"]
    assert sorted(set(articles), key=ordinal) == articles
    chapters = ["I", "IV", "V", "IX", "X", "XIII", "XIV"]
    assert sorted(set(chapters), key=ordinal) == chapters
    points = ["a", "b", "ba", "bb", "c"]
    assert ordinals(points) == sorted(ordinals(points))
    romans = ["i", "ii", "iii", "iv", "v", "vi", "ix", "x"]
    assert ordinals(romans) == sorted(ordinals(romans))


def test_a_second_list_may_follow_the_first_in_another_kind_of_number() -> None:
    assert ordinals(["a", "b", "i", "ii", "iii", "iv"]) == ["001", "002", "001", "002", "003", "004"]
    assert ordinals(["g", "h", "i", "j"]) == ["007", "008", "009", "010"]


def test_a_text_gives_up_its_label_and_keeps_the_rest() -> None:
    assert split_label("1.\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}Lamps shall burn.") == ("1", "Lamps shall burn.")
    assert split_label("Lamps shall burn.") == ("", "Lamps shall burn.")
    assert clean(" a\N{NO-BREAK SPACE}\n b\N{ZERO WIDTH SPACE} ") == "a b"
