"""What a gap report says, as frozen values: one model from which every format is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the schema reads the annotations at run time

from engine.coverage.values import Freshness, Kind  # noqa: TC001 - as above
from engine.graph import Iri  # noqa: TC001 - as above
from engine.model import State  # noqa: TC001 - as above

__all__ = [
    "ApplicabilityGroup",
    "Asset",
    "Cover",
    "Edition",
    "EvidenceItem",
    "EvidenceStatus",
    "EvidenceUse",
    "Fact",
    "FrameworkCounts",
    "Gap",
    "GapRow",
    "Imprint",
    "KindCount",
    "MappingRecord",
    "MappingSetUse",
    "Modelled",
    "OpenFinding",
    "Proof",
    "Question",
    "Reference",
    "RejectedMapping",
    "Report",
    "ReportedControl",
    "ReviewCount",
    "Role",
    "SharedControl",
    "StateCount",
    "Statement",
    "Summary",
]


@dataclass(frozen=True, slots=True)
class Reference:
    """Something the report names; ``href`` is where a reader can look it up, empty where there is no such place."""

    iri: str
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What only the one who orders the report can say of it.

    :ivar content_hash: the hash of the shipped content that was assessed.
    :ivar run: the identifier of the run, as its statements have it.
    :ivar status: ``Draft`` until a person has read it and says otherwise.
    :ivar marking: how far it may be passed on.
    """

    content_hash: str = ""
    run: str = ""
    status: str = "Draft"
    marking: str = "Confidential"
    author: str = ""
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """A law at a version, or an edition of a standard, as the assessment used it."""

    framework: Reference
    key: str
    title: str
    version: str
    in_force_from: date | None
    source: str
    amended_by: str
    is_law: bool
    assessed: bool


@dataclass(frozen=True, slots=True)
class ReviewCount:
    """How many rows of a mapping set are in a review state."""

    review_state: str
    rows: int


@dataclass(frozen=True, slots=True)
class MappingSetUse:
    """A mapping set at hand, with its rows per review state."""

    set_id: str
    subject: str
    target: str
    rows: int
    per_review_state: tuple[ReviewCount, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """The front page: who and what was assessed, on which day, on the strength of which texts and mappings."""

    organisation: Reference
    scopes: tuple[Reference, ...]
    as_of: date
    policy: str
    stricter_policy: str
    editions: tuple[Edition, ...]
    mapping_sets: tuple[MappingSetUse, ...]
    content_hash: str
    run: str
    status: str
    marking: str
    author: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many requirements are in a state.

    :ivar unreviewed: how many of them rest on a mapping that nobody has reviewed.
    :ivar stricter: how many are in the state under the stricter policy; nothing where none was asked for.
    """

    state: State
    requirements: int
    unreviewed: int
    stricter: int | None


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many requirements are not applicable for one kind of reason."""

    kind: Kind
    requirements: int


@dataclass(frozen=True, slots=True)
class FrameworkCounts:
    """The requirements of a framework per state; ``total`` is the denominator of all of them."""

    framework: Reference
    version: str
    total: int
    states: tuple[StateCount, ...]
    not_applicable: tuple[KindCount, ...]
    not_modelled: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement that the organisation does not meet on record, with when it matters and what comes next.

    :ivar state: the state over all scopes; what it would be where the requirement applies only later.
    :ivar unreviewed: whether it rests on a mapping that nobody has reviewed: then it is printed with that.
    :ivar applies_now: whether it applies on the day of the report; undetermined counts as not.
    """

    requirement: Iri
    citation: str
    label: str
    state: State
    unreviewed: bool
    effective_from: date | None
    applies_now: bool
    undetermined: bool
    penalty: str
    scopes: tuple[Reference, ...]
    next_step: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The executive summary: counts with their denominators, and the most urgent gaps."""

    frameworks: tuple[FrameworkCounts, ...]
    urgent: tuple[Gap, ...]
    gaps: int


@dataclass(frozen=True, slots=True)
class Role:
    """A role the organisation has, or is recorded not to have, and on what ground."""

    role: Reference
    holds: bool
    ground: str
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A recorded fact: a value in words, ``yes`` or ``no``."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Asset:
    """Something assessed: the organisation or one of its assets, with its roles, class and facts."""

    asset: Reference
    kind: str
    risk_class: str
    roles: tuple[Role, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ApplicabilityGroup:
    """Requirements of one framework that share scope, verdict and reason.

    :ivar verdict: ``applies``, ``deemed``, ``not-yet``, ``undetermined`` or ``not-applicable``.
    """

    verdict: str
    kind: Kind | None
    framework: str
    scopes: tuple[Reference, ...]
    applies_from: date | None
    reason: str
    requirements: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class EvidenceUse:
    """An evidence item that a control shows, and whether it counts; ``reason`` says why it does not."""

    iri: str
    label: str
    issued: date | None
    valid_until: date | None
    sha256: str
    counts: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReportedControl:
    """An implemented control that a requirement relies on, through which mapping and with which evidence."""

    control: Reference
    title: str
    relationship: str
    rationale_type: str
    review_state: str
    covers: tuple[str, ...]
    residual: str
    mappings: tuple[str, ...]
    owners: tuple[str, ...]
    evidenced: bool
    evidence: tuple[EvidenceUse, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RejectedMapping:
    """A mapping that was looked at and does not count here, and why."""

    control: str
    relationship: str
    review_state: str
    reason: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """One requirement in the scopes for which everything said is the same.

    :ivar state: the state in these scopes; ``if_applicable`` is the state otherwise, where it applies later or perhaps.
    :ivar computed: the computed state beside one that a named reviewer has set.
    :ivar assurance: the weakest review state among the mappings relied on, empty where there is none.
    """

    ref: str
    requirement: Reference
    framework: str
    version: str
    addressees: tuple[str, ...]
    modality: str
    label: str
    text: str
    note: str
    scopes: tuple[Reference, ...]
    applies_from: date | None
    state: State
    if_applicable: State | None
    computed: State | None
    organisation_state: State
    organisation_unreviewed: bool
    unreviewed: bool
    assurance: str
    freshness: Freshness
    first_expiry: date | None
    reason: str
    elements: int
    missing: tuple[str, ...]
    unevidenced: tuple[str, ...]
    controls: tuple[ReportedControl, ...]
    performance: tuple[EvidenceUse, ...]
    rejected: tuple[RejectedMapping, ...]
    questions: tuple[str, ...]
    penalty: str
    owners: tuple[str, ...]
    due: date | None
    next_step: str
    proofs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedControl:
    """An implemented control that requirements of several frameworks rely on."""

    control: Reference
    title: str
    evidenced: bool
    serves: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A heading with what is said under it."""

    heading: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """An item of the evidence register.

    :ivar current_until: the last day on which it counts for every template of its controls.
    :ivar refs: the rows of the gap table in which it counts, or counted until it lapsed.
    """

    iri: str
    label: str
    evidence_type: str
    outcome: str
    controls: tuple[str, ...]
    collected_by: tuple[str, ...]
    approved_by: tuple[str, ...]
    four_eyes: bool
    issued: date | None
    current_until: date | None
    freshness: Freshness
    replaced_by: tuple[str, ...]
    sha256: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that is open on the day."""

    iri: str
    label: str
    severity: str
    controls: tuple[str, ...]
    issued: date | None
    due: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class EvidenceStatus:
    """The state of the evidence: what lapses within ``days``, what has, what nobody else approved, what contradicts."""

    total: int
    current: int
    days: int
    expiring: tuple[EvidenceItem, ...]
    expired: tuple[EvidenceItem, ...]
    self_approved: tuple[EvidenceItem, ...]
    contradicting: tuple[EvidenceItem, ...]
    findings: tuple[OpenFinding, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the engine cannot settle.

    :ivar kind: ``judgement`` (is it enough?), ``fact`` (what is the case?) or ``law`` (what does the text mean?).
    """

    kind: str
    text: str
    requirements: tuple[Reference, ...]
    scopes: tuple[Reference, ...]
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Modelled:
    """Which parts of a framework carry requirements in this release, and how much does not."""

    framework: str
    parts: tuple[str, ...]
    not_modelled: int


@dataclass(frozen=True, slots=True)
class Proof:
    """Why one requirement is in its state in one scope, in prose."""

    anchor: str
    ref: str
    requirement: str
    scope: str
    text: str


@dataclass(frozen=True, slots=True)
class MappingRecord:
    """A mapping row that some result relies on.

    :ivar reviewer: whose decisions count for it, empty where nobody has decided.
    """

    iri: str
    set_id: str
    control: Reference
    requirement: Reference
    relationship: str
    rationale_type: str
    rationale: str
    residual: str
    covers: tuple[str, ...]
    review_state: str
    author: str
    reviewer: str
    created: date | None
    versions: str


@dataclass(frozen=True, slots=True)
class TensionRecord:
    """Provisions that pull apart and both bind here, or may; it changes no state.

    :ivar extent: how much of it the wording of the law settles.
    """

    iri: str
    title: str
    pull: str
    one_side: tuple[Reference, ...]
    other_side: tuple[Reference, ...]
    what_texts_say: str
    extent: str
    proposed_resolution: str
    review_state: str
    author: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole gap report, in the order in which it is read."""

    cover: Cover
    summary: Summary
    assets: tuple[Asset, ...]
    applicability: tuple[ApplicabilityGroup, ...]
    gaps: tuple[GapRow, ...]
    shared_controls: tuple[SharedControl, ...]
    tensions: tuple[TensionRecord, ...]
    evidence: EvidenceStatus
    questions: tuple[Question, ...]
    modelled: tuple[Modelled, ...]
    assumptions: tuple[str, ...]
    method: tuple[Statement, ...]
    disclaimers: tuple[str, ...]
    proofs: tuple[Proof, ...]
    mappings: tuple[MappingRecord, ...]
    evidence_register: tuple[EvidenceItem, ...]
