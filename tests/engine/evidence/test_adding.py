"""An item is recorded whole or not at all: checked by the shapes, logged, and written for everybody to read."""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from engine.errors import BadInput, BadParameter, EngineError
from engine.evidence.adding import REGISTER
from engine.evidence.chain import Deed
from engine.evidence.custody import HEAD, LOG, read_custody
from engine.evidence.files import Verdict
from engine.evidence.verifying import Custody
from engine.graph import Iri
from engine.validation import validate
from engine.vocabulary import NG
from tests.engine.evidence.acme import ANN, BASE, BOB, DRAFT, added, approved, checked, deeds, opened

if TYPE_CHECKING:
    from pathlib import Path


def test_an_item_is_recorded_logged_and_read_again(acme: Path) -> None:
    before = (acme / "acme.ttl").read_bytes()
    found = added(acme)
    name = found.item.removeprefix(BASE)
    assert re.fullmatch(r"evidence/text-of-the-notice-version-3-[0-9a-f]{8}", name)
    assert deeds(acme) == [
        (Deed.COLLECTED, "head-of-support", name),
        (Deed.APPROVED, "data-protection-officer", name),
        (Deed.SUPERSEDED, "data-protection-officer", "notice-text"),
    ]
    (item,) = (e for e in opened(acme).organisation.evidence if e.iri == found.item)
    assert (item.label, item.sha256, item.issued) == (DRAFT.label, DRAFT.sha256, DRAFT.issued)
    assert (item.supersedes, item.respects, item.four_eyes) == (DRAFT.supersedes, DRAFT.respects, True)
    assert found.to_do == ()
    assert (acme / "acme.ttl").read_bytes() == before
    assert sorted(path.name for path in acme.iterdir()) == [".lock", "acme.ttl", HEAD, LOG, REGISTER]


def test_the_shapes_find_nothing_in_what_was_recorded(acme: Path) -> None:
    found = added(acme)
    assert [r for r in validate(opened(acme), date(2026, 11, 27)).results if found.item in str(r)] == []


def test_an_item_that_nobody_approved_waits_and_supersedes_nothing_yet(acme: Path) -> None:
    found = added(acme, replace(DRAFT, approved_by=()))
    assert [text[:30] for text in found.to_do] == ["Have the artefact approved and"]
    assert [did for did, _, _ in deeds(acme)] == [Deed.COLLECTED]
    assert approved(acme, found.item, BOB).to_do == ()
    assert [did for did, _, _ in deeds(acme)] == [Deed.COLLECTED, Deed.APPROVED, Deed.SUPERSEDED]
    approved(acme, found.item, BOB)
    assert [did for did, _, _ in deeds(acme)][3:] == [Deed.APPROVED]
    assert {c.custody for c in checked(acme).items if c.item == found.item} == {Custody.KEPT}


def test_nobody_approves_what_they_collected(acme: Path) -> None:
    found = added(acme, replace(DRAFT, approved_by=()))
    kept = {path.name: path.read_bytes() for path in acme.iterdir()}
    with pytest.raises(BadInput, match="somebody other than the collector"):
        approved(acme, found.item, ANN)
    assert {path.name: path.read_bytes() for path in acme.iterdir()} == kept


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"valid_until": date(2026, 10, 1)}, "must not lie before dcterms:issued"),
        ({"approved_by": (ANN,)}, "somebody other than the collector"),
        ({"period_from": date(2026, 9, 1), "period_until": date(2026, 8, 1)}, "Mend the period"),
        ({"sha256": "abc"}, "as 64 hexadecimal digits"),
        ({"location": "/etc/passwd"}, "relative to the evidence folder"),
        ({"location": "../notice-3.pdf"}, "relative to the evidence folder"),
        ({"location": "https://example.org/notice-3.pdf"}, "relative to the evidence folder"),
        ({"implementations": ()}, "in the scope of what the file evidences"),
        ({"implementations": (), "respects": ()}, "Add ng:evidences"),
        ({"outcome": Iri(NG.Covered.value)}, "Add exactly one ng:outcome"),
        ({"respects": (Iri(f"{BASE}organisation"),)}, "in the scope of what the file evidences"),
    ],
)
def test_what_breaks_a_shape_is_refused_and_nothing_is_written(wrong: dict[str, object], told: str, acme: Path) -> None:
    with pytest.raises((BadInput, BadParameter), match=re.escape(told)):
        added(acme, replace(DRAFT, **wrong))  # type: ignore[arg-type]
    assert sorted(path.name for path in acme.iterdir()) == [".lock", "acme.ttl"]


def test_the_same_item_is_not_recorded_twice(acme: Path) -> None:
    added(acme)
    kept = {path.name: path.read_bytes() for path in acme.iterdir()}
    with pytest.raises(BadInput, match="is recorded already"):
        added(acme)
    assert {path.name: path.read_bytes() for path in acme.iterdir()} == kept


def test_nothing_is_recorded_onto_a_chain_that_does_not_hold(acme: Path) -> None:
    added(acme)
    log = acme / LOG
    log.write_text(log.read_text(encoding="ascii").replace("approved", "verified"), encoding="ascii")
    register = (acme / REGISTER).read_bytes()
    with pytest.raises(BadInput, match="the chain of custody does not hold"):
        added(acme, replace(DRAFT, issued=date(2026, 11, 2)))
    assert (acme / REGISTER).read_bytes() == register


def test_records_that_cannot_be_read_take_no_item(acme: Path) -> None:
    (acme / "broken.ttl").write_text("<a", encoding="utf-8")
    with pytest.raises(EngineError, match=r"broken\.ttl"):
        added(acme)
    assert not (acme / LOG).exists()


def _add(acme: Path, number: int) -> str:
    return added(acme, replace(DRAFT, label=f"Notice {number}", issued=date(2026, 11, 1 + number))).item


def test_nothing_is_lost_when_several_add_at_once(acme: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as several:
        items = {done.result() for done in [several.submit(_add, acme, number) for number in range(6)]}
    found = checked(acme)
    assert found.breaks == ()
    assert {c.item for c in found.items if c.custody is Custody.KEPT and c.verdict is Verdict.OK} == items
    assert len(read_custody(acme).entries) == 3 * len(items)
