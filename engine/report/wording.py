"""The fixed words of a report: what the states mean, how mappings compose, and what the report does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.coverage.values import Kind
from engine.model import State
from engine.report.values import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ASSURANCE_WORDS",
    "DISCLAIMERS",
    "FRESHNESS_WORDS",
    "INCIDENTS",
    "KIND_WORDS",
    "METHOD",
    "OVERLAP_OF_ACTS",
    "STATE_MEANINGS",
    "STATE_WORDS",
    "UNREVIEWED",
    "VERDICT_WORDS",
]

UNREVIEWED = "unreviewed mappings"

STATE_WORDS: Mapping[State, str] = {
    State.COVERED: "Covered",
    State.CLAIMED: "Claimed without current evidence",
    State.PARTIALLY: "Partially covered",
    State.NOT_COVERED: "Not covered",
    State.REVIEW: "Needs legal review",
    State.NOT_YET: "Not yet applicable",
    State.NOT_APPLICABLE: "Not applicable",
}
"""What a state is called, in the order in which states are counted and shown."""

STATE_MEANINGS: Mapping[State, str] = {
    State.COVERED: "On record, every element is addressed by a control in operation through an accepted mapping, "
    "each such control has current evidence of every kind it needs, and where the wording is open a named person "
    "has judged that it is enough. Nobody has to act before the first expiry.",
    State.CLAIMED: "Every element is addressed by a control in operation, but some of the evidence is missing, has "
    "lapsed or was approved by nobody but its collector. The owner of the evidence acts next.",
    State.PARTIALLY: "Something is in place and something is missing, or the mapping does not say which elements it "
    "gives. The missing elements are listed. The owner of the control acts next.",
    State.NOT_COVERED: "No control in operation addresses it through an accepted mapping. The head of compliance "
    "acts next.",
    State.REVIEW: "The records alone cannot settle it: a fact is unknown, a text is open to more than one reading, "
    "mappings contradict each other, or what is in place awaits a judgement. The question is stated.",
    State.NOT_YET: "It binds, but only from a later date, which is shown with what the state would be today.",
    State.NOT_APPLICABLE: "A condition is known not to hold, other law takes its place, it is spared as legacy, or it "
    "was excluded with a reason. Not knowing is never taken for not applicable.",
}

KIND_WORDS: Mapping[Kind, str] = {
    Kind.ROLE_OR_CLASS: "role or class does not match",
    Kind.DISPLACED: "displaced by other law",
    Kind.DEEMED: "deemed fulfilled elsewhere",
    Kind.LEGACY: "legacy, spared",
    Kind.EXCLUDED: "excluded with a reason",
    Kind.NO_ASSET: "nothing of that kind",
}

VERDICT_WORDS: Mapping[str, str] = {
    "applies": "Applies",
    "deemed": "Deemed fulfilled by other rules",
    "not-yet": "Not yet",
    "undetermined": "Undetermined",
    "not-applicable": "Not applicable",
}

ASSURANCE_WORDS: Mapping[str, str] = {
    "proposed": "proposed, nobody has reviewed it",
    "expert-reviewed": "reviewed by an expert",
    "legally-reviewed": "reviewed by a lawyer",
    "": "rests on no mapping",
}

FRESHNESS_WORDS: Mapping[str, str] = {
    "fresh": "evidence current",
    "expiring": "evidence lapses soon",
    "expired": "evidence has lapsed",
    "unknown": "no dated evidence",
}

OVERLAP_OF_ACTS = Statement(
    "Overlap between acts, provision by provision",
    (
        "Not in this report: mappings between requirements of two acts are on record and give no coverage.",
        "Where one act stands in for another, a rule says so, and it is told with the state.",
        "The named questions overlap-matrix and fria-beside-dpia are about what two acts share.",
    ),
)
INCIDENTS = Statement(
    "Incident notification clocks",
    ("Not in this report: which clocks an incident starts depends on the incident, and is asked for each one.",),
)

_METHOD = """
# What is counted

Each provision is taken apart into requirements: one addressee, one thing to do. A requirement is assessed once for
the organisation, or once for every system, processing activity, service or contract it is about; the counts are of
requirements, each once, with its state over all of these.

Over several scopes the state is the one on which all ways of settling the open ones agree. Scopes to which the
requirement does not apply, or not yet, are left out. Nothing is averaged or weighted.

Permissions are not counted. A duty that an event triggers is assessed on readiness until an event is recorded, and
on what was done from then on.

# Three things kept apart

State says how much is addressed and evidenced. Assurance says who vouches for the mappings used: the weakest review
among them. Freshness says what happens next to the evidence. None is read into another.

A state that rests on a mapping nobody has reviewed is always printed with “unreviewed mappings”.

# When a mapping gives coverage

A mapping says how what a control achieves lies to what a requirement asks: the same, more, less, partly the same,
or nothing in common. Only a mapping argued from function counts; likeness of wording or of subject makes a
candidate, which is listed and never counts.

Several partial mappings make a whole only where each names the elements it gives in full, these are all the
elements, and a second reader has confirmed that the list of elements is complete. A control that gives a provision
as a whole gives each part of it; one that gives it in part gives no part for certain.

Rows that are rejected, disputed, superseded, below the policy, or written for a text no longer in force are set
aside, with the reason.

# When a control is evidenced

Every kind of evidence its template asks for is there in the number asked for: supporting, issued, within its
validity, about the right scope, and approved by someone other than the collector. A control without a template, or
with an open major finding, is not evidenced.
"""

_DISCLAIMERS = """
This report informs legal work and is not legal advice.

Coverage is a statement about records: what is mapped, in operation and evidenced. It is not a finding that the law
is observed.

Certification to a standard gives no presumption of conformity unless the reference of a harmonised standard is
published in the Official Journal and listed in this report. None is listed.

Requirements are summarised in our own words. Only the text in the Official Journal is authentic.

The text of ISO standards is not reproduced; their clauses and controls are named by number and short title.

States hold for the date on the front page, on the facts recorded by then. Facts that are not established are put as
questions.
"""


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _statements(text: str) -> tuple[Statement, ...]:
    parts = (_paragraphs(part) for part in text.split("# ") if part.strip())
    return tuple(Statement(heading, tuple(texts)) for heading, *texts in parts)


METHOD = _statements(_METHOD)
DISCLAIMERS = _paragraphs(_DISCLAIMERS)
