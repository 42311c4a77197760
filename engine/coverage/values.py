"""What an assessment takes and gives: a policy in, results out, each with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from engine.mapping.relations import Gives
from engine.model import ReviewState, State

if TYPE_CHECKING:
    from datetime import date

    from engine.applicability import Applicability
    from engine.graph import Iri
    from engine.limits import LimitationReader
    from engine.model import Implementation, Requirement
    from engine.verdicts import Ground

__all__ = [
    "EXPIRING_DAYS",
    "Addressed",
    "Candidate",
    "ControlStanding",
    "EvidenceCheck",
    "Freshness",
    "Kind",
    "Policy",
    "RejectedEvidence",
    "Result",
    "Support",
    "TemplateCheck",
]


class Kind(Enum):
    """Why a requirement is not applicable (COVERAGE §5)."""

    ROLE_OR_CLASS = "role-or-class"
    DISPLACED = "displaced"
    DEEMED = "deemed"
    LEGACY = "legacy"
    EXCLUDED = "excluded"
    NO_ASSET = "no-asset"


EXPIRING_DAYS = 90
"""Evidence that lapses within this many days is ``expiring``."""


class Freshness(Enum):
    """What happens next to evidence: to one item, or to all that a result rests on."""

    FRESH = "fresh"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNKNOWN = "unknown"

    @classmethod
    def on(cls, day: date, last: date | None) -> Freshness:
        """Return what a last day says on a day: nothing known, lapsed, about to lapse, or none of these."""
        if last is None:
            return cls.UNKNOWN
        if last < day:
            return cls.EXPIRED
        return cls.EXPIRING if last <= day + timedelta(days=EXPIRING_DAYS) else cls.FRESH


@dataclass(frozen=True, slots=True)
class Policy:
    """Which mapping rows are accepted: the least review state, and how many hops a chain may have."""

    least: ReviewState = ReviewState.PROPOSED
    hops: int = 1

    @property
    def label(self) -> str:
        """How reports name the policy."""
        return f"{self.least.label}, {'direct rows only' if self.hops == 1 else f'up to {self.hops} hops'}"


@dataclass(frozen=True, slots=True)
class RejectedEvidence:
    """An evidence item that a template looked at and does not count, and why."""

    evidence: Iri
    reason: str
    lapsed_on: date | None = None


@dataclass(frozen=True, slots=True)
class TemplateCheck:
    """How far one template is satisfied: the items that count, those that do not."""

    template: Iri
    needed: int
    counted: tuple[Iri, ...]
    rejected: tuple[RejectedEvidence, ...]
    first_expiry: date | None

    @property
    def passes(self) -> bool:
        """Whether enough items count."""
        return len(self.counted) >= self.needed


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """Whether an implementation is evidenced in a scope (COVERAGE §5 R6)."""

    implementation: Iri
    templates: tuple[TemplateCheck, ...]
    findings: tuple[Iri, ...]

    @property
    def passes(self) -> bool:
        """Whether there is a template, each is satisfied, and no major finding is open."""
        return bool(self.templates) and not self.findings and all(check.passes for check in self.templates)

    @property
    def first_expiry(self) -> date | None:
        """The last day on which all that counts today still does."""
        return min((check.first_expiry for check in self.templates if check.first_expiry), default=None)


@dataclass(frozen=True, slots=True)
class ControlStanding:
    """All that requirements take from a control in a scope (R5 and R6).

    :ivar checks: one for each implementation in operation; none where nothing counts.
    :ivar why_not: why none counts, empty where one does.
    :ivar exclusion: a justified and approved exclusion.
    """

    checks: tuple[EvidenceCheck, ...]
    why_not: str
    exclusion: Implementation | None


@dataclass(frozen=True, slots=True)
class Support:
    """One accepted mapping whose control is implemented in scope.

    :ivar premises: the rows it rests on; none where a control supports its own requirement, which nobody has to review.
    """

    premises: tuple[Iri, ...]
    control: Iri
    relationship: str
    gives: Gives
    covers: tuple[Iri, ...]
    review_state: ReviewState | None
    checks: tuple[EvidenceCheck, ...]
    on_ancestor: Iri | None = None

    @property
    def proven(self) -> bool:
        """Whether some implementation of the control is evidenced."""
        return any(check.passes for check in self.checks)

    @property
    def loose(self) -> bool:
        """Whether it is partial and names no element."""
        return self.gives is Gives.PART and not self.covers


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mapping that does not count here, and why: never changes a state, always listed."""

    premises: tuple[Iri, ...]
    control: Iri
    relationship: str
    review_state: ReviewState | None
    rule: str
    reason: str
    covers: tuple[Iri, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The state of one requirement in one scope, by which rule, and all that it rests on.

    :ivar arises_from: the asset that decides whether and from when an organisation's norm binds (decision 25).
    """

    requirement: Iri
    scope: Iri
    state: State
    rule: str
    reason: str
    kind: Kind | None = None
    grounds: tuple[Ground, ...] = ()
    questions: tuple[str, ...] = ()
    inputs: tuple[Iri, ...] = ()
    effective_from: date | None = None
    live_elements: tuple[Iri, ...] = ()
    missing: tuple[Iri, ...] = ()
    unevidenced: tuple[Iri, ...] = ()
    support: tuple[Support, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    first_expiry: date | None = None
    freshness: Freshness = Freshness.UNKNOWN
    judgement: Iri | None = None
    otherwise: Result | None = None
    arises_from: Iri | None = None

    @property
    def if_applicable(self) -> State | None:
        """What the state would be if the requirement applied now; nothing where it is settled."""
        return self.otherwise.state if self.otherwise is not None and self.rule != "R0" else None

    @property
    def assurance(self) -> ReviewState | None:
        """The weakest review state among the mappings it rests on; nothing where it rests on none."""
        basis = self.otherwise if self.otherwise is not None and not self.support else self
        return min((s.review_state for s in basis.support if s.review_state is not None), default=None)


class Addressed(Protocol):
    """How far requirements are addressed, applicability apart: read row by row, or off columns."""

    @property
    def applicability(self) -> Applicability:
        """Which norms bind the organisation that is asked about."""

    @property
    def limits(self) -> LimitationReader:
        """What scope limitations leave of a norm."""

    def of(self, requirement: Requirement, scope: Iri) -> Result:
        """Return the state by R3 to R7."""

    def exclusion(self, control: Iri, scope: Iri) -> Implementation | None:
        """Return a justified and approved exclusion of a control for a scope."""
