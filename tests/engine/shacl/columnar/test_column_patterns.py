from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.shacl.columnar.patterns import is_common, matches
from engine.shacl.patterns import is_pattern, matching

CHARACTERS = st.sampled_from("aAbZ09 -./:_é\n\r\u2028[]()+*?\\")
TEXTS = st.lists(st.text(CHARACTERS, max_size=6), min_size=1, max_size=12)
ATOMS = (
    "a",
    "A",
    "[a-z]",
    "[^a-z]",
    "[A-Fa-f0-9]",
    "[.]",
    "[^/]",
    "[+*?]",
    r"\.",
    r"\?",
    ".",
    " ",
    "-",
    "/",
    ":",
    "[a-]",
)
PARTS = st.sampled_from(
    [
        *ATOMS,
        *("^", "$", "|", "(", ")", "(?:", "*", "+", "?", "{2}", "{1,2}", "{1,}", "*?", r"[\]\\]", r"\d", "é", "[-a]"),
    ]
)
PATTERNS = st.one_of(
    st.lists(PARTS, max_size=7).map("".join),
    st.tuples(st.sampled_from(["[a-z]", "[0-9A-Fa-f]", "[aZ_]"]), st.sampled_from(["{2}", "{0,3}", "{1}"])).map(
        lambda parts: f"^{''.join(parts)}$"
    ),
)


@given(PATTERNS.filter(lambda pattern: is_pattern(pattern, "")), TEXTS)
@settings(max_examples=1_000, deadline=None, derandomize=True)
def test_finds_what_oxigraph_finds(pattern: str, texts: list[str]) -> None:
    good = matching(pattern, "", set(texts))
    assert matches(pattern, "", pa.array(texts, pa.large_string())).tolist() == [text in good for text in texts]


@pytest.mark.parametrize(
    ("pattern", "flags", "common"),
    [
        ("^[0-9A-Fa-f]{64}$", "", True),
        ("^/|^[A-Za-z][A-Za-z0-9+.-]*:|(^|/)[.][.](/|$)", "", True),
        (r"\d", "", False),
        (r"\bx", "", False),
        ("a", "i", False),
        ("(?i)a", "", False),
        ("(a{999}){999}", "", False),
        ("[[:alpha:]]", "", False),
        ("[a&&b]", "", False),
        ("é", "", False),
    ],
)
def test_only_what_both_engines_read_alike_is_run_by_the_quicker(pattern: str, flags: str, *, common: bool) -> None:
    assert is_common(pattern, flags) is common
