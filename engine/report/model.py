"""Build the gap report of an assessment: one value, from which every format is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.report.cover import cover, framework_counts
from engine.report.evidence import evidence_register, evidence_status
from engine.report.gaps import gap_rows
from engine.report.names import Names
from engine.report.penalties import shipped_penalties
from engine.report.questions import questions
from engine.report.registers import mapping_register, modelled, proof_annex
from engine.report.scoping import applicability, assets
from engine.report.shared import shared_controls
from engine.report.tensions import tension_register
from engine.report.urgency import all_gaps
from engine.report.values import Imprint, Report, Summary
from engine.report.wording import DISCLAIMERS, METHOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.report.penalties import PenaltyTier
    from engine.tensions import Tension

__all__ = ["build_report"]

_URGENT = 10


def build_report(
    assessment: Assessment,
    stricter: Assessment | None = None,
    *,
    proofs: Mapping[tuple[Iri, Iri], str] | None = None,
    imprint: Imprint | None = None,
    penalties: Mapping[Iri, PenaltyTier] | None = None,
    tensions: Iterable[Tension] = (),
) -> Report:
    """Return the gap report of an assessment.

    :param stricter: the same assessment under a policy that accepts fewer mappings, counted beside it.
    :param proofs: the proof of a result in prose, by requirement and scope; a row without one links to none.
    :param imprint: status, marking, names and the hash of the content.
    :param penalties: the penalty tiers to name and rank by; the shipped ones where none are given.
    :param tensions: those on record, of which the report tells the ones whose sides both bind, or may.
    """
    tiers = shipped_penalties() if penalties is None else penalties
    names, proofs = Names(assessment), proofs or {}
    rows = gap_rows(names, tiers, proofs)
    register = evidence_register(names, rows)
    gaps = all_gaps(assessment, penalties=tiers)
    return Report(
        cover=cover(names, stricter, imprint or Imprint()),
        summary=Summary(framework_counts(names, stricter), gaps[:_URGENT], len(gaps)),
        assets=assets(names),
        applicability=applicability(names),
        gaps=rows,
        shared_controls=shared_controls(names, rows),
        tensions=tension_register(names, tensions),
        evidence=evidence_status(names, register),
        questions=questions(names, rows),
        modelled=modelled(names),
        assumptions=_assumptions(names),
        method=METHOD,
        disclaimers=DISCLAIMERS,
        proofs=proof_annex(rows, proofs),
        mappings=mapping_register(names, rows),
        evidence_register=register,
    )


def _assumptions(names: Names) -> tuple[str, ...]:
    """Return what was taken for granted, from the records of this organisation."""
    organisation = names.organisation
    none = ", ".join(names.labels(organisation.has_none))
    taken = [
        "The records of the organisation are taken as they are: nothing in them was checked against the outside world.",
        "The file behind an evidence item was not opened; its hash is carried from the records.",
        "The law is taken as at the versions on the front page. Pending law and national measures are not read in.",
        f"The policy accepts mapping rows that are at least {names.assessment.policy.label}.",
    ]
    if none:
        taken.append(f"The organisation is recorded to have none of these: {none}.")
    return tuple(taken)
