"""Files and records are held against what was recorded and logged, and every difference is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.evidence.adding import REGISTER
from engine.evidence.chain import Deed
from engine.evidence.custody import HEAD, LOG
from engine.evidence.files import Verdict
from engine.evidence.verifying import Custody, verified
from engine.graph import Iri
from tests.engine.evidence.acme import ACME, BASE, BOB, DRAFT, added, approved, checked

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_as_recorded_is_ok_and_the_rest_is_told(acme: Path) -> None:
    found = added(acme)
    by_item = {c.item.removeprefix(BASE): (c.verdict, c.custody) for c in checked(acme).items}
    assert by_item == {
        found.item.removeprefix(BASE): (Verdict.OK, Custody.KEPT),
        "notice-text": (Verdict.MISSING, Custody.KEPT),
    }
    assert not checked(acme).holds
    (acme.parent / "files" / "a-8-2").mkdir()
    (acme.parent / "files" / "a-8-2" / "notice-2.pdf").write_bytes(b"test")
    assert checked(acme).holds
    (acme.parent / "files" / "a-8-2" / "notice-2.pdf").write_bytes(b"best")
    assert {c.verdict for c in checked(acme).items} == {Verdict.OK, Verdict.CHANGED}


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ('"a-8-2/notice-2.pdf"', '"../secret"', Verdict.OUTSIDE),
        ('"a-8-2/notice-2.pdf"', '"file:///etc/passwd"', Verdict.OUTSIDE),
        ('"a-8-2/notice-2.pdf"', '"https://example.org/x"', Verdict.OUTSIDE),
        ('"a-8-2/notice-2.pdf"', '"leak"', Verdict.OUTSIDE),
        ('"a-8-2/notice-2.pdf"', '"notice-3.pdf", "x"', Verdict.NO_LOCATION),
        ('ng:location "a-8-2/notice-2.pdf" ;', "", Verdict.NO_LOCATION),
        ('ng:location "a-8-2/notice-2.pdf" ;', 'ng:location "notice-3.pdf" ; ng:sha256 "x" ;', Verdict.NO_HASH),
        ("a-8-2/notice-2.pdf", "notice-3.pdf", Verdict.CHANGED),
    ],
)
def test_each_way_in_which_a_file_is_not_as_recorded(old: str, new: str, verdict: Verdict, acme: Path) -> None:
    (acme.parent / "secret").write_bytes(b"test")
    (acme.parent / "files" / "leak").symlink_to("../secret")
    (acme / "acme.ttl").write_text(ACME.replace(old, new), encoding="utf-8")
    (found,) = checked(acme).items
    assert found.verdict is verdict
    assert found.wrong
    assert verdict is not Verdict.OUTSIDE or not found.found


def test_a_hash_in_capitals_is_the_same_hash(acme: Path) -> None:
    added(acme, replace(DRAFT, sha256=DRAFT.sha256.upper()))
    assert Verdict.OK in {c.verdict for c in checked(acme).items}


def test_a_record_that_was_edited_is_told_until_it_is_approved_again(acme: Path) -> None:
    item = added(acme).item
    register = acme / REGISTER
    register.write_text(register.read_text(encoding="utf-8").replace("2027-10-31", "2029-10-31"), encoding="utf-8")
    assert {c.custody for c in checked(acme).items if c.item == item} == {Custody.EDITED}
    approved(acme, item, BOB)
    assert {c.custody for c in checked(acme).items if c.item == item} == {Custody.KEPT}


def test_a_record_that_is_gone_and_a_log_that_is_gone_are_told(acme: Path) -> None:
    item = added(acme).item
    register = (acme / REGISTER).read_bytes()
    (acme / REGISTER).unlink()
    assert {c.custody for c in checked(acme).items if c.item == item} == {Custody.REMOVED}
    (acme / REGISTER).write_bytes(register)
    for name in (LOG, HEAD):
        (acme / name).unlink()
    assert {c.custody for c in checked(acme).items if c.item == item} == {Custody.ENTRY_GONE}


def test_a_verification_is_an_entry_that_says_what_was_wrong(acme: Path) -> None:
    added(acme)
    found = checked(acme)
    entry = verified(found, Iri(f"{BASE}organisation"), BOB, "2026-11-27T09:30:00Z")
    assert (entry.did, entry.items, dict(entry.wrong)) == (Deed.VERIFIED, 2, {f"{BASE}notice-text": "missing"})
    assert entry.record == checked(acme).record
    (acme / "acme.ttl").write_text(ACME.replace("version 2", "version 2b"), encoding="utf-8")
    assert entry.record != checked(acme).record


def test_every_record_with_a_file_is_verified(acme: Path) -> None:
    decision = "<decision> a ng:ClassificationDecision ; ng:location 'notice-3.pdf' ; ng:sha256 'x' ."
    (acme / "acme.ttl").write_text(f"{ACME}\n{decision}", encoding="utf-8")
    assert [c.item.removeprefix(BASE) for c in checked(acme).items] == ["decision", "notice-text"]
