"""What an organisation records, as one table: field, property, datatype, for every kind of record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.model import State
from engine.organisation import ASSET_CLASSES
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KINDS", "ORGANISATION", "Field", "Form", "Kind", "fact_field"]


class Form(Enum):
    """What the values of a field are."""

    TEXT = "text in English"
    PLAIN = "text in no language"
    HASH = "64 hexadecimal digits in small letters"
    DAY = "a day"
    FLAG = "true or false"
    CONCEPT = "a concept: the name of one of ours, or the IRI of another"
    LINK = "the IRI of a thing"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    :ivar says: what it means.
    :ivar needed: whether no record of the kind is written without it.
    :ivar choices: the concepts that it takes; any where it names none.
    """

    name: str
    predicate: NamedNode
    form: Form
    says: str
    example: str | bool
    many: bool = False
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record.

    :ivar name: what the records are called together, as ``evidence``.
    :ivar one: what one is called.
    :ivar segment: what stands before the name of a record in its IRI.
    :ivar types: the classes that a record can be of, by name; where there are several, ``types`` is a field.
    :ivar owned_by: the property by which a record names its organisation.
    """

    name: str
    one: str
    segment: str
    types: Mapping[str, NamedNode]
    fields: tuple[Field, ...]
    owned_by: NamedNode | None = None

    @property
    def is_of_one_type(self) -> bool:
        """Whether all records are of one class."""
        return len(self.types) == 1

    def type_names(self, iris: Iterator[str]) -> list[str]:
        """Return the names of those of some classes that a record of this kind can be of, sorted."""
        named = {iri.value: name for name, iri in self.types.items()}
        return sorted(named[iri] for iri in iris if iri in named)


def _ours(*names: str) -> Mapping[str, NamedNode]:
    return {name: NG(name) for name in names}


_HOME = "https://acme.example/org/"
_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
_ISSUED = NamedNode(PREFIXES["dcterms"] + "issued")
_REQUIREMENT = "https://w3id.org/normgraph/id/eu-ai-act/art_14/par_4/req_1"
_OWNER = f"{_HOME}role/head-of-model-validation"


def _label(example: str) -> Field:
    return Field("label", _LABEL, Form.TEXT, "What it is called.", example, needed=True)


def _agents(name: str, predicate: NamedNode, says: str, *, needed: bool = False) -> Field:
    return Field(name, predicate, Form.LINK, says, _OWNER, many=True, needed=needed)


def _respects(*, needed: bool = False) -> Field:
    says = "The assets, or the organisation, that it is about."
    return Field("in_respect_of", NG.inRespectOf, Form.LINK, says, f"{_HOME}credit-scoring", many=True, needed=needed)


def _day(name: str, predicate: NamedNode, says: str, example: str = "2026-03-01", *, needed: bool = False) -> Field:
    return Field(name, predicate, Form.DAY, says, example, needed=needed)


_FROM = _day("valid_from", NG.validFrom, "The first day on which it holds.")
_UNTIL = _day("valid_until", NG.validUntil, "The last day on which it holds.", "2027-12-31")
_CLOSING = (
    Field("judged_by", NG.judgedBy, Form.LINK, "The agent who answers for it.", _OWNER, needed=True),
    _day("issued", _ISSUED, "The day of it.", needed=True),
    _day("valid_until", NG.validUntil, "The last day on which it holds.", "2027-12-31", needed=True),
    Field("reason", NG.reason, Form.TEXT, "Why.", "Overseers see score and reasons and can stop it.", needed=True),
)
_ABOUT = (
    Field("requirement", NG.ofRequirement, Form.LINK, "The requirement it is about.", _REQUIREMENT, needed=True),
    _respects(needed=True),
)

ORGANISATION = Kind(
    "organisation",
    "organisation",
    "",
    {"FormalOrganization": NamedNode(PREFIXES["org"] + "FormalOrganization")},
    (
        _label("Acme Bank"),
        Field(
            "has_none",
            NG.hasNone,
            Form.CONCEPT,
            "The classes of assets of which it has none.",
            "AIModel",
            many=True,
            choices=ASSET_CLASSES,
        ),
    ),
)
"""The description of the organisation itself."""

_AGENTS = Kind(
    "agents",
    "agent",
    "role/",
    {"Role": NamedNode(PREFIXES["org"] + "Role"), "Person": NamedNode(PREFIXES["prov"] + "Person")},
    (_label("Head of model validation"),),
)
_ASSETS = Kind(
    "assets",
    "asset",
    "",
    _ours(*ASSET_CLASSES),
    (
        _label("Credit scoring"),
        Field("uses", NG.uses, Form.LINK, "The assets that it needs or handles.", f"{_HOME}dataset", many=True),
        Field("owned_by", NG.ownedBy, Form.LINK, "The agent who answers for it.", _OWNER),
    ),
    owned_by=NG.belongsTo,
)
_ROLES = Kind(
    "roles",
    "role assignment",
    "assignment/",
    _ours("RoleAssignment"),
    (
        Field(
            "role",
            NG.role,
            Form.CONCEPT,
            "The legal role.",
            "https://w3id.org/dpv/legal/eu/aiact#AIProvider",
            needed=True,
        ),
        _respects(needed=True),
        Field("ground", NG.ground, Form.TEXT, "Why that is so.", "The bank developed the system itself.", needed=True),
        _FROM,
        _UNTIL,
        Field(
            "holds", NG.holds, Form.FLAG, "False where it does not hold the role; true where left out.", example=True
        ),
    ),
    owned_by=NG.party,
)
_CONTROLS = Kind(
    "controls",
    "control implementation",
    "control/",
    _ours("ControlImplementation"),
    (
        _label("Tests of credit scoring"),
        Field(
            "control",
            NG.implementsControl,
            Form.LINK,
            "The control or clause that is carried out.",
            "https://w3id.org/normgraph/id/iso-42001/A.6.2.4",
            needed=True,
        ),
        Field(
            "status",
            NG.status,
            Form.CONCEPT,
            "How far it is.",
            "Implemented",
            needed=True,
            choices=("Planned", "InProgress", "Implemented", "Retired", "Excluded"),
        ),
        Field(
            "has_scope",
            NG.hasScope,
            Form.LINK,
            "Within what it is carried out: the organisation or assets.",
            f"{_HOME}acme",
            many=True,
            needed=True,
        ),
        Field("owned_by", NG.ownedBy, Form.LINK, "The agent who answers for it day by day.", _OWNER),
        _FROM,
        _UNTIL,
        Field("justification", NG.justification, Form.TEXT, "Why it is left out.", "No models are bought."),
        _agents("approved_by", NG.approvedBy, "The agents who released it."),
        _agents("accountable", NG.accountable, "The agents who have the last word on it."),
        _agents("consulted", NG.consulted, "The agents who are asked before a change."),
        _agents("informed", NG.informed, "The agents who are told after a change."),
    ),
)
_EVIDENCE = Kind(
    "evidence",
    "item of evidence",
    "evidence/",
    _ours("Evidence"),
    (
        _label("Test report of 3 March"),
        Field(
            "evidences",
            NG.evidences,
            Form.LINK,
            "The implementations that it speaks about.",
            f"{_HOME}control/tests",
            many=True,
            needed=True,
        ),
        Field("evidence_type", NG.evidenceType, Form.CONCEPT, "Of which kind it is.", "TestResult", needed=True),
        Field(
            "outcome",
            NG.outcome,
            Form.CONCEPT,
            "What it says of the implementation.",
            "Supports",
            needed=True,
            choices=("Supports", "Contradicts", "Neutral"),
        ),
        _day("issued", _ISSUED, "The day on which it was made.", "2026-03-03", needed=True),
        _day("valid_until", NG.validUntil, "The last day to rely on it.", "2027-03-02", needed=True),
        _day("period_from", NG.periodFrom, "The first day that it covers."),
        _day("period_until", NG.periodUntil, "The last day that it covers."),
        Field(
            "location",
            NG.location,
            Form.PLAIN,
            "Where the file lies below the evidence folder; where it is left out, the file has to be uploaded before.",
            "tests/2026-03-03.pdf",
        ),
        Field("sha256", NG.sha256, Form.HASH, "The SHA-256 of the file.", "0" * 64, needed=True),
        _agents("collected_by", NG.collectedBy, "The agents who obtained it.", needed=True),
        _agents("approved_by", NG.approvedBy, "Other agents, who approved it."),
        _respects(),
        Field(
            "supersedes", NG.supersedes, Form.LINK, "Items whose place it takes.", f"{_HOME}evidence/older", many=True
        ),
        Field(
            "shows_performance_of",
            NG.showsPerformanceOf,
            Form.LINK,
            "Requirements whose duty was carried out.",
            _REQUIREMENT,
            many=True,
        ),
        Field(
            "of_event", NG.ofEvent, Form.LINK, "The events on whose occasion.", f"{_HOME}event/outage-2026", many=True
        ),
    ),
)
_FINDINGS = Kind(
    "findings",
    "finding",
    "finding/",
    _ours("Finding"),
    (
        _label("F-2026-03: logs could be altered"),
        Field(
            "against",
            NG.against,
            Form.LINK,
            "The implementations it was found in.",
            f"{_HOME}control/logging",
            many=True,
            needed=True,
        ),
        Field(
            "severity",
            NG.severity,
            Form.CONCEPT,
            "How much it weighs.",
            "Major",
            needed=True,
            choices=("Major", "Minor", "Observation"),
        ),
        _day("issued", _ISSUED, "The day on which it was found.", "2026-02-24", needed=True),
        _day("due", NG.dueDate, "The last day to put it right.", "2026-08-31"),
        _day("closed", NG.closedOn, "The day on which it was accepted as put right.", "2026-08-21"),
    ),
)
_JUDGEMENTS = Kind(
    "judgements",
    "judgement",
    "judgement/",
    _ours("Judgement"),
    (
        *_ABOUT,
        Field(
            "conclusion",
            NG.conclusion,
            Form.CONCEPT,
            "Whether what was done is enough.",
            "Sufficient",
            needed=True,
            choices=("Sufficient", "Insufficient"),
        ),
        *_CLOSING,
    ),
)
_OVERRIDES = Kind(
    "overrides",
    "override",
    "override/",
    _ours("Override"),
    (
        *_ABOUT,
        Field(
            "state",
            NG.overridingState,
            Form.CONCEPT,
            "The state that is set.",
            "NotCovered",
            needed=True,
            choices=tuple(state.value for state in State),
        ),
        *_CLOSING,
    ),
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (_AGENTS, _ASSETS, _ROLES, _CONTROLS, _EVIDENCE, _FINDINGS, _JUDGEMENTS, _OVERRIDES)
}
"""The kinds of records by name."""


def fact_field(fact: str, datatype: str) -> Field:
    """Return the field that a fact property is.

    :param datatype: of its values; empty where they are concepts.
    """
    form = {f"{PREFIXES['xsd']}boolean": Form.FLAG, f"{PREFIXES['xsd']}date": Form.DAY}.get(datatype)
    return Field("values", NamedNode(fact), form or Form.CONCEPT, "What is so.", example=True, many=True)
