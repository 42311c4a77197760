"""What an incident certainly is, may be and is not."""

from __future__ import annotations

import pytest

from engine.graph import Iri
from engine.incidents import event_types_of, is_of
from engine.kleene import Truth
from engine.vocabulary import ID
from tests.shipped import shipped

CONTENT = shipped()
F, U, T = Truth.FALSE, Truth.UNDETERMINED, Truth.TRUE


@pytest.mark.parametrize(
    ("kind", "excluded", "wanted", "expected"),
    [
        ("serious-incident-death", (), "serious-incident", T),
        ("serious-incident", (), "serious-incident-death", U),
        ("serious-incident-death", (), "serious-incident-two-day", U),
        ("serious-incident-death", ("serious-incident-two-day",), "serious-incident-two-day", F),
        ("serious-incident-death", (), "significant-incident", F),
        ("serious-incident-provider-unreachable-rights", (), "serious-incident-fundamental-rights", T),
        ("serious-incident-provider-unreachable-rights", (), "serious-incident-provider-unreachable", T),
        ("ransomware", (), "serious-incident-death", U),
        ("ransomware", ("serious-incident",), "serious-incident-death", F),
        ("ransomware", ("personal-data-breach",), "personal-data-breach-high-risk", F),
        ("ict-incident", ("major-ict-incident",), "major-ict-incident-client-impact", F),
    ],
)
def test_types_leave_each_other_open_until_they_are_excluded(
    kind: str, excluded: tuple[str, ...], wanted: str, expected: Truth
) -> None:
    types = event_types_of(CONTENT.graph, kind, excluded=excluded)
    assert is_of(CONTENT.knowledge, types, [Iri(f"{ID}event/{wanted}")]) is expected
