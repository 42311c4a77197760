"""The values the engine reasons over: norms on one side, an organisation's records on the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from engine.periods import covers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.graph import Iri, Value

__all__ = [
    "Asset",
    "Condition",
    "Element",
    "Event",
    "Evidence",
    "Finding",
    "Framework",
    "FrameworkVersion",
    "Implementation",
    "Judgement",
    "Organisation",
    "Override",
    "Provision",
    "ProvisionVersion",
    "Requirement",
    "ReviewState",
    "Risk",
    "RoleAssignment",
    "State",
    "Template",
]


class State(Enum):
    """What coverage can be (COVERAGE §5); the value is the local name of the concept."""

    COVERED = "Covered"
    CLAIMED = "ClaimedWithoutCurrentEvidence"
    PARTIALLY = "PartiallyCovered"
    NOT_COVERED = "NotCovered"
    NOT_APPLICABLE = "NotApplicable"
    NOT_YET = "NotYetApplicable"
    REVIEW = "NeedsLegalReview"


class ReviewState(IntEnum):
    """Who vouches for a mapping row; those below zero never count (COVERAGE §0, §5 R3)."""

    DISPUTED = -3
    REJECTED = -2
    SUPERSEDED = -1
    PROPOSED = 0
    EXPERT_REVIEWED = 1
    LEGALLY_REVIEWED = 2

    @property
    def label(self) -> str:
        """The name as SSSOM files and reports write it: ``expert-reviewed``."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class FrameworkVersion:
    """One state of a framework: a consolidation of a law, an edition of a standard."""

    iri: Iri
    name: str
    valid_from: date | None
    source: str
    issued: date | None = None


@dataclass(frozen=True, slots=True)
class Framework:
    """A published body of provisions, with its versions from old to new."""

    iri: Iri
    key: str
    name: str
    title: str
    source: str
    versions: tuple[FrameworkVersion, ...]

    @property
    def is_law(self) -> bool:
        """Whether it is an act with an ELI, as against a standard."""
        return "/eli/" in self.source

    @property
    def is_directive(self) -> bool:
        """Whether it is a directive, which binds entities through national law only."""
        return "/eli/dir" in self.source

    def version_named(self, name: str) -> FrameworkVersion | None:
        """Return the version of a name, as mapping rows give it, or nothing."""
        return next((version for version in self.versions if version.name == name), None)

    def version_on(self, day: date) -> FrameworkVersion:
        """Return the version in force on a day; the first one where none is yet."""
        in_force = [v for v in self.versions if v.valid_from is None or v.valid_from <= day]
        return (in_force or list(self.versions[:1]))[-1]


@dataclass(frozen=True, slots=True)
class ProvisionVersion:
    """What a numbering slot said in a period; ``valid_until`` is the first day it no longer does.

    :ivar change: what the amending act did: Inserted, Replaced or Deleted; empty for the wording before.
    :ivar label: the new official heading, where the heading was replaced.
    """

    iri: Iri
    valid_from: date | None
    valid_until: date | None
    change: str
    changed_by: Iri | None = None
    label: str = ""
    summary: str = ""

    def in_force(self, day: date) -> bool:
        """Tell whether the slot had this text on a day."""
        return self.change != "Deleted" and covers(self, day)


@dataclass(frozen=True, slots=True)
class Provision:
    """A citable part of a framework: chapter, article, paragraph, point, clause, objective or control."""

    iri: Iri
    framework: Iri
    parent: Iri | None
    kind: str
    number: str
    notation: str
    label: str
    summary: str
    sort_key: str
    graph: Iri
    norm_class: str = ""
    decomposed: bool = False
    versions: tuple[ProvisionVersion, ...] = ()

    def version_on(self, day: date) -> Iri | None:
        """Return the version in force on a day: the slot itself where it never changed, nothing where it is gone."""
        if not self.versions:
            return self.iri
        return next((v.iri for v in self.versions if v.in_force(day)), None)

    def title_on(self, day: date) -> str:
        """Return the heading on a day: the last one that a version in force by then gave it, or its first."""
        begun = (v for v in self.versions if v.valid_from is None or v.valid_from <= day)
        return next((v.label for v in reversed(list(begun)) if v.label), self.label)


@dataclass(frozen=True, slots=True)
class Condition:
    """A typed condition: a fact and its expected value, or a connective over other conditions."""

    iri: Iri
    label: str
    kind: str
    graph: Iri
    fact: Iri | None = None
    fact_of: Iri | None = None
    expects: Value | None = None
    question: str = ""
    operands: tuple[Iri, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """A part of what a requirement asks, small enough for a control to address it whole."""

    iri: Iri
    text: str
    conditions: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One atomic norm, derived from a provision at a version.

    :ivar arises_per: what an organisation's norm hangs on, a value of ``assessed_per``; empty where on the whole.
    """

    iri: Iri
    provision: Iri
    version: Iri | None
    label: str
    text: str
    bearers: tuple[Iri, ...]
    modality: str
    conditions: tuple[Iri, ...]
    elements: tuple[Element, ...]
    elements_complete: bool
    needs_judgement: bool
    qualifiers: tuple[str, ...]
    assessed_per: str
    arises_per: str
    organisation_facing: bool
    events: tuple[Iri, ...]
    presupposes: tuple[Iri, ...]
    penalty: Iri | None
    deadline: str
    graph: Iri

    @property
    def open_textured(self) -> bool:
        """Whether its wording leaves room, so that a recorded judgement is asked for (COVERAGE §5 R7)."""
        return self.needs_judgement or bool(self.qualifiers)


@dataclass(frozen=True, slots=True)
class Template:
    """What evidence a control needs: type, number, age in days, per asset or not."""

    iri: Iri
    control: Iri
    evidence_type: Iri | None
    minimum: int
    maximum_age: int | None
    per_asset: bool
    demands_nothing: bool
    justification: str
    label: str
    graph: Iri


@dataclass(frozen=True, slots=True)
class Asset:
    """Something the organisation owns or runs, and the other assets it uses."""

    iri: Iri
    classes: tuple[Iri, ...]
    label: str
    uses: tuple[Iri, ...]
    graph: Iri


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """That the organisation has, or is recorded not to have, a role in respect of something."""

    iri: Iri
    role: Iri
    respects: tuple[Iri, ...]
    ground: str
    valid_from: date | None
    valid_until: date | None
    holds: bool

    def in_force(self, day: date) -> bool:
        """Tell whether a day lies in the period of the assignment."""
        return covers(self, day)


@dataclass(frozen=True, slots=True)
class Implementation:
    """How the organisation carries out, or excludes, a control in a scope."""

    iri: Iri
    label: str
    control: Iri
    status: str
    scopes: tuple[Iri, ...]
    owner: Iri | None
    valid_from: date | None
    valid_until: date | None
    justification: str
    approved_by: tuple[Iri, ...]
    graph: Iri

    @property
    def excludes(self) -> bool:
        """Whether it leaves the control out, with a reason and somebody who approved that."""
        return self.status == "Excluded" and bool(self.justification and self.approved_by)

    def in_force(self, day: date) -> bool:
        """Tell whether a day lies in the period of the implementation."""
        return covers(self, day)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An artefact that shows, contradicts or merely illustrates that a control operates."""

    iri: Iri
    label: str
    implementations: tuple[Iri, ...]
    evidence_type: Iri | None
    outcome: str
    issued: date | None
    valid_until: date | None
    collected_by: tuple[Iri, ...]
    approved_by: tuple[Iri, ...]
    respects: tuple[Iri, ...]
    supersedes: tuple[Iri, ...]
    performs: tuple[Iri, ...]
    events: tuple[Iri, ...]
    sha256: str
    graph: Iri

    @property
    def four_eyes(self) -> bool:
        """Whether somebody approved it and nobody who approved it also collected it."""
        return bool(self.approved_by) and not set(self.approved_by) & set(self.collected_by)


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit or review found against an implementation."""

    iri: Iri
    label: str
    against: tuple[Iri, ...]
    severity: str
    issued: date | None
    due: date | None
    closed: date | None
    graph: Iri

    def is_open(self, day: date) -> bool:
        """Tell whether the finding was raised and not closed on a day."""
        return (self.issued is None or self.issued <= day) and (self.closed is None or self.closed > day)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A recorded opinion on whether what is in place suffices for an open-textured requirement."""

    iri: Iri
    requirement: Iri
    respects: tuple[Iri, ...]
    sufficient: bool
    judged_by: Iri | None
    issued: date | None
    valid_until: date | None
    reason: str
    graph: Iri


@dataclass(frozen=True, slots=True)
class Override:
    """A state that a named reviewer sets, with reason and expiry, beside the computed one."""

    iri: Iri
    requirement: Iri
    respects: tuple[Iri, ...]
    state: State
    judged_by: Iri | None
    issued: date | None
    valid_until: date | None
    reason: str
    graph: Iri


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and triggers duties."""

    iri: Iri
    label: str
    event_type: Iri | None
    respects: tuple[Iri, ...]
    issued: date | None
    graph: Iri


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that may go wrong, and the implementations that treat it."""

    iri: Iri
    label: str
    treated_by: tuple[Iri, ...]
    graph: Iri


@dataclass(frozen=True)
class Organisation:
    """All an organisation has recorded, read from its graphs."""

    iri: Iri
    label: str
    has_none: tuple[Iri, ...]
    example_date: date | None
    assets: Mapping[Iri, Asset]
    facts: Mapping[tuple[Iri, Iri], tuple[Value, ...]]
    roles: tuple[RoleAssignment, ...]
    implementations: tuple[Implementation, ...]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    judgements: tuple[Judgement, ...]
    overrides: tuple[Override, ...]
    events: tuple[Event, ...]
    risks: tuple[Risk, ...] = ()
    labels: Mapping[Iri, str] = field(default_factory=dict)
    homes: Mapping[Iri, Iri] = field(default_factory=dict)
