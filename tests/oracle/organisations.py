"""Small, nasty, reproducible organisations for the differential test: one seed, one graph, one question.

Dates crowd around the as-of date, facts are missing, evidence approves itself, rows are stale, rules overlap.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Any

from rdflib import OWL, RDF, SKOS, XSD, Dataset, Literal, Namespace, URIRef

from tests.oracle import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Case", "generate", "histogram"]

NG, SSSOM, DCT, ELI = plain.NG, plain.SSSOM, plain.DCT, plain.ELI
ORG = Namespace("http://www.w3.org/ns/org#")
ID = Namespace("https://w3id.org/normgraph/id/")
EX = Namespace("https://w3id.org/normgraph/example/random/")
G = Namespace("https://w3id.org/normgraph/g/")

ORGANISATION, OTHER_ORGANISATION = EX.organisation, EX.stranger
MIDDLE_DAY = date(2026, 6, 15)
NEAR = (-400, -200, -30, -2, -1, 0, 1, 2, 30, 200, 400)
PAST = (-800, -400, -200, -30, -1, 0)

ROLES = {"roles": ("provider", "deployer", "distributor", "importer"), "entities": ("nis2", "essential", "important")}
NARROWER = {"importer": "distributor", "essential": "nis2", "important": "nis2"}
FACTS = {
    NG.continuesToLearn: (NG.AISystem, (True, False)),
    NG.riskClass: (NG.AISystem, (ID["risk/high-1"], ID["risk/high-2"], ID["risk/minimal"])),
    NG.largeEntity: (NG.Organisation, (True, False)),
    NG.personalData: (NG.ProcessingActivity, (True, False)),
    NG.criticalService: (NG.ICTService, (True, False)),
}
OPEN_FACTS = {
    NG.modifiedByUs: NG.AISystem,
    NG.namedAfterUs: NG.AISystem,
    NG.isDevice: NG.AISystem,
    NG.smallEntity: NG.Organisation,
}
CONDITIONS = {
    "learns": (NG.continuesToLearn, True),
    "static": (NG.continuesToLearn, False),
    "high-risk": (NG.riskClass, ID["risk/high"]),
    "high-risk-1": (NG.riskClass, ID["risk/high-1"]),
    "large": (NG.largeEntity, True),
    "personal": (NG.personalData, True),
    "critical": (NG.criticalService, True),
}
OPEN_CONDITIONS = {
    "modified": NG.modifiedByUs,
    "named": NG.namedAfterUs,
    "device": NG.isDevice,
    "small": NG.smallEntity,
}
EVENTS = {"incident": None, "serious": "incident", "rights": "serious", "outage": "incident", "breach": None}
COMPOSED = {
    "large-and-high-risk": (NG.Conjunction, ("large", "high-risk")),
    "personal-or-critical": (NG.Disjunction, ("personal", "critical")),
    "not-learning": (NG.Negation, ("learns",)),
    "large-or-not-learning": (NG.Disjunction, ("large", "not-learning")),
}
ASSET_CLASSES = {NG.AISystem: 5, NG.ICTService: 2, NG.ProcessingActivity: 2, NG.Contract: 1, NG.Supplier: 1}
SCOPED = {
    NG.PerOrganisation: 5,
    NG.PerSystem: 7,
    NG.PerICTService: 2,
    NG.PerProcessingActivity: 2,
    NG.PerContract: 1,
}
RELATIONS = {
    NG.EqualTo: 5,
    NG.EquivalentTo: 1,
    NG.SupersetOf: 5,
    NG.SubsetOf: 4,
    NG.IntersectsWith: 5,
    NG.NoRelationship: 1,
}
REVIEWS = {
    NG.Proposed: 5,
    NG.ExpertReviewed: 5,
    NG.LegallyReviewed: 4,
    NG.Rejected: 1,
    NG.Disputed: 1,
    NG.Superseded: 1,
}
STATUSES = {NG.Implemented: 16, NG.Planned: 1, NG.InProgress: 1, NG.Retired: 1, NG.Excluded: 3}
TYPES = ("report", "test-report", "minutes")
STANDARDS = {"std": ("A.1", "A.2", "A.3", "6.1"), "std2": ("A.1", "A.2")}
VERSION_OF = {"std": "2023", "std2": "2022"}


@dataclass
class Case:
    """A random dataset with the question to ask of it."""

    seed: int
    dataset: Dataset
    as_of: date
    policy: plain.Policy
    organisation: URIRef = ORGANISATION

    def nquads(self) -> str:
        """Return the dataset as sorted N-Quads."""
        quads = self.dataset.quads((None, None, None, None))
        return "".join(sorted(f"{s.n3()} {p.n3()} {o.n3()} <{g}> .\n" for s, p, o, g in quads))

    def assess(self) -> list[plain.Result]:
        """Return the oracle's answer."""
        return plain.assess(self.dataset, self.organisation, self.as_of, self.policy)


@dataclass
class Maker:
    """The state of one generation: the dice, the graph and what has been made so far."""

    dice: Random
    as_of: date
    dataset: Dataset = field(default_factory=Dataset)
    provisions: dict[str, list[URIRef]] = field(default_factory=dict)
    controls: list[URIRef] = field(default_factory=list)
    requirements: list[URIRef] = field(default_factory=list)
    elements: dict[URIRef, list[URIRef]] = field(default_factory=dict)
    decomposed: set[URIRef] = field(default_factory=set)
    assets: dict[URIRef, URIRef] = field(default_factory=dict)
    templates: dict[URIRef, list[tuple[URIRef, str, bool]]] = field(default_factory=dict)
    implementations: list[tuple[URIRef, URIRef, list[URIRef]]] = field(default_factory=list)
    rows: set[URIRef] = field(default_factory=set)
    changed_on: date = MIDDLE_DAY
    serial: int = 0

    def say(self, graph: str, subject: URIRef, facts: Mapping[URIRef, Any]) -> URIRef:
        """Add facts about a subject; None is left out, a list gives several values."""
        context = self.dataset.graph(G[graph])
        for predicate, value in facts.items():
            values = value if isinstance(value, (list, tuple, set)) else [value]
            for one in values:
                if one is not None:
                    context.add((subject, predicate, one if isinstance(one, URIRef) else Literal(one)))
        return subject

    def fresh(self, kind: str) -> URIRef:
        """Return a new name in the organisation's graph."""
        self.serial += 1
        return EX[f"{kind}-{self.serial}"]

    def maybe(self, chance: float) -> bool:
        """Return true with the given chance."""
        return self.dice.random() < chance

    def pick(self, weights: Mapping[URIRef, int]) -> URIRef:
        """Return a key by weight."""
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def some(self, pool: Sequence[URIRef], most: int, least: int = 0) -> list[URIRef]:
        """Return some different members of a pool."""
        return self.dice.sample(list(pool), min(len(pool), self.dice.randint(least, most)))

    def near(self, offsets: Sequence[int] = NEAR) -> date:
        """Return a date near the as-of date."""
        return self.as_of + timedelta(days=self.dice.choice(offsets))

    def period(self, chance: float) -> dict[URIRef, date]:
        """Return a period that with the given chance is bounded, often not around the as-of date."""
        found = {}
        if self.maybe(chance):
            found[NG.validFrom] = self.near()
        if self.maybe(chance):
            found[NG.validUntil] = self.near()
        return found

    def conditions(self, chance: float, most: int = 1) -> list[URIRef]:
        """Return with the given chance some conditions."""
        names = [*CONDITIONS, *COMPOSED, *("learns", "high-risk", "large", "large-or-not-learning") * 2]
        return [ID[f"condition/{one}"] for one in self.dice.sample(names, self.dice.randint(1, most))] * self.maybe(
            chance
        )

    def subject(self, scope_only: Iterable[URIRef] = ()) -> URIRef:
        """Return the organisation or one of its assets."""
        return self.dice.choice([ORGANISATION, *self.assets, *scope_only])


def make_vocabulary(maker: Maker) -> None:
    """Add roles, risk classes, facts, conditions and evidence types."""
    for scheme, roles in ROLES.items():
        for role in roles:
            above = ID[f"role/{NARROWER[role]}"] if role in NARROWER else None
            maker.say("vocabulary", ID[f"role/{role}"], {SKOS.inScheme: ID[scheme], SKOS.broader: above})
    for risk, above in {"high-1": "high", "high-2": "high", "minimal": "not-high"}.items():
        maker.say("vocabulary", ID[f"risk/{risk}"], {SKOS.broader: ID[f"risk/{above}"]})
    for fact, (kind, _) in FACTS.items():
        maker.say("vocabulary", fact, {RDF.type: NG.FactProperty, NG.factOf: kind})
    for name, (fact, expected) in CONDITIONS.items():
        facts = {RDF.type: NG.FactCondition, NG.onFact: fact, NG.expects: expected}
        maker.say("vocabulary", ID[f"condition/{name}"], facts)
    for name, fact in OPEN_CONDITIONS.items():
        facts = {RDF.type: NG.FactCondition, NG.onFact: fact, NG.expects: True}
        maker.say("vocabulary", ID[f"condition/{name}"], facts)
        maker.say("vocabulary", fact, {RDF.type: NG.FactProperty, NG.factOf: OPEN_FACTS[fact]})
    for name, (kind, parts) in COMPOSED.items():
        operands = [ID[f"condition/{one}"] for one in parts]
        maker.say("vocabulary", ID[f"condition/{name}"], {RDF.type: kind, NG.operand: operands})
    maker.say("vocabulary", ID["type/test-report"], {SKOS.broader: ID["type/report"]})
    for event, broader in EVENTS.items():
        maker.say("vocabulary", ID[f"event/{event}"], {SKOS.broader: ID[f"event/{broader}"] if broader else None})


def make_framework(maker: Maker, key: str, versions: Mapping[str, date | None]) -> URIRef:
    """Add a framework with its versions."""
    for version, start in versions.items():
        facts = {RDF.type: NG.FrameworkVersion, NG.versionOf: ID[key], OWL.versionInfo: version, NG.validFrom: start}
        maker.say(f"framework/{key}/{version}", ID[f"{key}/v/{version}"], facts)
    return maker.say(f"framework/{key}/{next(iter(versions))}", ID[key], {RDF.type: NG.Framework})


def make_provision(maker: Maker, key: str, path: str, parent: URIRef, kind: URIRef) -> URIRef:
    """Add one provision, perhaps with versions, perhaps read completely."""
    node = ID[f"{key}/{path}"]
    facts = {RDF.type: NG.Provision, NG.inFramework: ID[key], NG.directPartOf: parent, ELI.type_subdivision: kind}
    maker.say(f"framework/{key}/2024-07-12", node, facts)
    if maker.maybe(0.75):
        maker.say(f"requirements/{key}", node, {NG.decompositionComplete: True})
    if maker.maybe(0.2):
        make_versions(maker, key, node)
    maker.provisions.setdefault(key, []).append(node)
    return node


def make_versions(maker: Maker, key: str, node: URIRef) -> None:
    """Add an old and a new version of a provision, or only a new one: an insertion."""
    new = {RDF.type: NG.ProvisionVersion, NG.versionOf: node, NG.validFrom: maker.changed_on}
    maker.say(f"framework/{key}/2026-07-27", URIRef(f"{node}/v/2026-07-27"), new)
    if maker.maybe(0.75):
        old = {RDF.type: NG.ProvisionVersion, NG.versionOf: node, NG.validUntil: maker.changed_on}
        maker.say(f"framework/{key}/2024-07-12", URIRef(f"{node}/v/2024-07-12"), old)


def make_law(maker: Maker, key: str, articles: int) -> None:
    """Add a law: a chapter of articles with paragraphs and points."""
    versions = {"2024-07-12": date(2024, 8, 1), "2026-07-27": maker.changed_on}
    framework = make_framework(maker, key, versions)
    chapter = make_provision(maker, key, "ch_I", framework, NG.Chapter)
    for number in range(1, articles + 1):
        article = make_provision(maker, key, f"art_{number}", chapter, NG.Article)
        for par in range(1, maker.dice.randint(1, 2) + 1):
            paragraph = make_provision(maker, key, f"art_{number}/par_{par}", article, NG.Paragraph)
            if maker.maybe(0.3):
                make_provision(maker, key, f"art_{number}/par_{par}/pnt_a", paragraph, NG.Point)


def make_standard(maker: Maker, key: str) -> None:
    """Add a standard: an objective with controls, a clause, and their evidence templates."""
    version = VERSION_OF[key]
    framework = make_framework(maker, key, {version: None})
    graph = f"framework/{key}/{version}"
    objective = ID[f"{key}/A"]
    maker.say(graph, objective, {RDF.type: NG.ControlObjective, NG.inFramework: framework, NG.directPartOf: framework})
    for number in STANDARDS[key]:
        control, kind = ID[f"{key}/{number}"], NG.Control if number.startswith("A") else NG.Clause
        parent = objective if kind == NG.Control else framework
        facts = {RDF.type: kind, NG.inFramework: framework, NG.directPartOf: parent, NG.decompositionComplete: True}
        maker.controls.append(maker.say(graph, control, facts))
        make_templates(maker, control)


def make_templates(maker: Maker, control: URIRef) -> None:
    """Add none, one or two evidence templates to a control, or one that demands nothing."""
    maker.templates[control] = []
    name = str(control).removeprefix(str(ID)).replace("/", "-")
    if maker.maybe(0.06):
        why = "a fact, not an activity" if maker.maybe(0.7) else None
        facts = {RDF.type: NG.EvidenceTemplate, NG.forControl: control, NG.demandsNothing: True, NG.justification: why}
        maker.say("vocabulary", ID[f"template/{name}-0"], facts)
        return
    for number in range(1, maker.dice.choice((0, 1, 1, 1, 1, 1, 2)) + 1):
        kind, per_asset = maker.dice.choice(TYPES), maker.maybe(0.2)
        facts = {
            RDF.type: NG.EvidenceTemplate,
            NG.forControl: control,
            NG.evidenceType: ID[f"type/{kind}"],
            NG.minimumCount: maker.dice.choice((1, 1, 1, 2)),
            NG.maximumAge: maker.dice.choice((None, None, 30, 365)),
            NG.perAsset: per_asset,
        }
        template = maker.say("vocabulary", ID[f"template/{name}-{number}"], facts)
        maker.templates[control].append((template, kind, per_asset))


def make_requirement(maker: Maker, key: str, provision: URIRef, number: int) -> URIRef:
    """Add one requirement with its elements."""
    node, graph = URIRef(f"{provision}/req_{number}"), f"requirements/{key}"
    per = scoped(maker)
    names = (*["provider"] * 14, "deployer", "importer", "distributor", "essential", "nis2")
    bearers = {ID[f"role/{maker.dice.choice(names)}"] for _ in range(maker.dice.choice((1, 1, 2)))}
    flagged = maker.maybe(0.7)
    facts = {
        RDF.type: NG.Requirement,
        NG.derivedFrom: provision,
        NG.derivedFromVersion: version_for(maker, provision),
        NG.bearer: bearers,
        NG.modality: maker.dice.choice((*[NG.Obligation] * 10, NG.Prohibition, NG.Recommendation, NG.Permission)),
        NG.appliesWhen: maker.conditions(0.22, most=2),
        NG.elementsComplete: True if flagged else maker.dice.choice((False, None)),
        NG.requiresHumanJudgement: maker.dice.choice((True, None, *[False] * 5)),
        NG.operativeQualifier: "appropriate" if maker.maybe(0.12) else None,
        NG.assessedPer: per,
        NG.arisesPer: maker.dice.choice((NG.PerSystem, NG.PerSystem, NG.PerProcessingActivity, None))
        if per == NG.PerOrganisation
        else None,
        NG.organisationFacing: not maker.maybe(0.04),
        NG.triggeredBy: ID[f"event/{maker.dice.choice(('incident', 'incident', 'serious'))}"]
        if maker.maybe(0.5)
        else None,
        NG.presupposes: maker.dice.choice(maker.provisions["law"]) if maker.maybe(0.25) else None,
    }
    maker.say(graph, node, facts)
    if flagged:
        maker.decomposed.add(node)
    maker.elements[node] = [make_element(maker, graph, node, one) for one in range(maker.dice.choice((0, 1, 2, 2, 3)))]
    maker.requirements.append(node)
    return node


def scoped(maker: Maker) -> URIRef:
    """Return what a requirement is assessed per, mostly something the organisation has."""
    present = {
        per: weight for per, weight in SCOPED.items() if plain.CLASS_PER.get(per) in {None, *maker.assets.values()}
    }
    return maker.pick(present if maker.maybe(0.9) else SCOPED)


def make_element(maker: Maker, graph: str, requirement: URIRef, number: int) -> URIRef:
    """Add one element, sometimes a conditional one."""
    node = URIRef(f"{requirement}/el_{number + 1}")
    maker.say(graph, requirement, {NG.hasElement: node})
    return maker.say(graph, node, {RDF.type: NG.Element, NG.appliesWhen: maker.conditions(0.25)})


def version_for(maker: Maker, provision: URIRef) -> URIRef | None:
    """Return a version of the provision to derive from, mostly the one in force."""
    context = list(maker.dataset.quads((None, NG.versionOf, provision, None)))
    versions = sorted({one[0] for one in context if str(one[0]).startswith(f"{provision}/v/")})
    if not versions:
        return None
    newest_is_law = maker.changed_on <= maker.as_of
    mostly = versions[-1] if newest_is_law else versions[0]
    return mostly if maker.maybe(0.85) else maker.dice.choice(versions)


def make_requirements(maker: Maker) -> None:
    """Add three to eight requirements, some of them a standard's own."""
    pool = [(key, one) for key, ones in maker.provisions.items() for one in ones if "/art_" in one]
    for number in range(1, maker.dice.randint(3, 6) + 1):
        key, provision = maker.dice.choice(pool)
        make_requirement(maker, key, provision, number)
    for control in maker.some(maker.controls, 3):
        make_requirement(maker, "std", control, 1)
    taken = {str(one).split("/req_", maxsplit=1)[0] for one in maker.requirements}
    for key, provision in pool:
        if str(provision) not in taken and maker.maybe(0.4):
            maker.say(f"requirements/{key}", provision, {NG.provisionClass: NG.AuthorityFacing})


def make_windows(maker: Maker) -> None:
    """Add application windows: of the law, of provisions, conditional, nested, and law only for a time."""
    for key in ("law", "lex"):
        excepted = maker.dice.choice(maker.provisions[key]) if maker.maybe(0.1) else None
        start = {NG.appliesFrom: maker.near(PAST), NG.exceptProvision: excepted, **maker.period(0.04)}
        make_window(maker, key, ID[key], start)
    for number in range(maker.dice.choice((0, 1, 1, 2))):
        key = maker.dice.choice(("law", "law", "lex"))
        node = maker.dice.choice(maker.provisions[key])
        for _ in range(maker.dice.choice((1, 1, 2))):
            excepted = maker.dice.choice(maker.provisions[key]) if maker.maybe(0.2) else None
            facts = {
                NG.appliesFrom: maker.near((-1, 0, 1, 200) if number else NEAR),
                NG.exceptProvision: None if excepted == node else excepted,
                NG.underCondition: maker.conditions(0.5),
                **maker.period(0.15),
            }
            make_window(maker, key, node, facts)


def make_window(maker: Maker, key: str, node: URIRef, facts: Mapping[URIRef, Any]) -> None:
    """Add one application window."""
    maker.serial += 1
    window = ID[f"window/{maker.serial}"]
    maker.say(f"rules/{key}", window, {RDF.type: NG.ApplicationWindow, NG.governs: node, **facts})


def concerned(maker: Maker, key: str) -> URIRef:
    """Return a provision that a rule may concern: that of a requirement, often, or any."""
    derived = [URIRef(str(one).split("/req_", maxsplit=1)[0]) for one in maker.requirements if f"/{key}/" in one]
    return maker.dice.choice(derived if derived and maker.maybe(0.6) else maker.provisions[key][1:])


def own_parts(maker: Maker) -> list[URIRef]:
    """Return the controls and clauses that have a requirement of their own."""
    return [one for one in maker.controls if URIRef(f"{one}/req_1") in maker.requirements]


def make_rules(maker: Maker) -> None:
    """Add displacement, deeming and legacy rules with exceptions and conditions."""
    if maker.maybe(0.25):
        displaces = {NG.displaces: concerned(maker, "law"), NG.inFavourOf: maker.provisions["lex"][1]}
        make_rule(maker, NG.DisplacementRule, displaces)
    if maker.maybe(0.35):
        deems = concerned(maker, "law")
        mine = [one for one in maker.requirements if "/law/" in one]
        if mine and maker.maybe(0.3):
            deems = maker.dice.choice(mine)
        pool = [*maker.provisions["lex"][1:], *maker.controls]
        referred = maker.dice.sample(pool, maker.dice.choice((0, 1, 1, 2)))
        if maker.maybe(0.8):
            referred = [maker.dice.choice([concerned(maker, "lex"), *own_parts(maker)])]
        outside = "rules elsewhere" if not referred or maker.maybe(0.15) else None
        make_rule(maker, NG.DeemingRule, {NG.deems: deems, NG.fulfilledBy: referred, NG.fulfilledByLaw: outside})
    if maker.maybe(0.5):
        make_rule(maker, NG.LegacyRule, legacy_facts(maker))


def legacy_facts(maker: Maker) -> dict[URIRef, Any]:
    """Return the facts of a legacy rule, with one or two cut-offs."""
    return {
        NG.governs: maker.dice.choice((concerned(maker, "law"), ID["law/ch_I"])),
        NG.cutOff: {maker.near((-100, -30, -1, 0, 1)) for _ in range(maker.dice.choice((1, 2, 3)))},
        NG.graceUntil: maker.near((-1, 0, 1, 200)) if maker.maybe(0.35) else None,
        NG.endedBySignificantChange: maker.dice.choice((True, False, None)),
        **maker.period(0.1),
    }


def open_conditions(maker: Maker) -> list[URIRef]:
    """Return one or two conditions that are as often unknown as known not to hold."""
    names = (*OPEN_CONDITIONS, *OPEN_CONDITIONS, "high-risk", "large-or-not-learning")
    return [ID[f"condition/{one}"] for one in maker.dice.sample(names, maker.dice.choice((1, 1, 1, 2)))]


def make_limitations(maker: Maker) -> None:
    """Add scope limitations: that take away, that leave some events, and whose extent is open."""
    for _ in range(maker.dice.choice((0, 1, 2, 3))):
        way = maker.dice.choice(("away", "away", "event", "event", "event", "event", "question", "question", "both"))
        named = triggered(maker) if way in {"event", "both"} else maker.requirements
        facts = {
            NG.limits: [limited(maker, named) for _ in range(maker.dice.choice((1, 1, 1, 2)))],
            NG.limitedToEvent: some_events(maker) if way in {"event", "both"} else None,
            NG.question: "how far does it go?" if way in {"question", "both"} else None,
            NG.appliesWhen: open_conditions(maker),
        }
        make_rule(maker, NG.ScopeLimitationRule, facts)


def limited(maker: Maker, requirements: Sequence[URIRef]) -> URIRef:
    """Return one of some requirements, its provision, or any provision of a law."""
    if not requirements or maker.maybe(0.3):
        return concerned(maker, maker.dice.choice(("law", "lex")))
    named = maker.dice.choice(requirements)
    return named if maker.maybe(0.3) else URIRef(str(named).split("/req_", maxsplit=1)[0])


def some_events(maker: Maker) -> list[URIRef]:
    """Return one or two types of event, some of them narrower than others."""
    return [ID[f"event/{one}"] for one in maker.dice.sample([*EVENTS], maker.dice.choice((1, 1, 2)))]


def triggered(maker: Maker) -> list[URIRef]:
    """Return the requirements that an event triggers."""
    found = maker.dataset.quads((None, NG.triggeredBy, None, None))
    return sorted({one[0] for one in found})


def make_role_changes(maker: Maker) -> None:
    """Add changes of role, laid down in provisions with dates of their own, often conditional ones."""
    for _ in range(maker.dice.choice((0, 1, 1, 2, 3))):
        made, gone = changing(maker)
        wanted = [ID[f"role/{one}"] for one in maker.dice.sample(("provider", "deployer", "distributor"), 2)]
        source = maker.dice.choice(maker.provisions["law"][1:])
        facts = {
            NG.makesRole: ID[f"role/{made}"] if made else None,
            NG.endsRole: ID[f"role/{gone}"] if gone else None,
            NG.ifRole: wanted[: maker.dice.choice((1, 2))] if maker.maybe(0.45) else None,
            NG.appliesWhen: open_conditions(maker),
            NG.exceptProvision: None,
            DCT.source: source,
        }
        make_rule(maker, NG.RoleChangeRule, facts)
        if maker.maybe(0.6):
            make_dates_of(maker, source)


def changing(maker: Maker) -> tuple[str | None, str | None]:
    """Return the role that a change of role makes and the one it ends, at least one of them."""
    if maker.maybe(0.6):
        return maker.dice.choice(("provider", "provider", "provider", "importer", "distributor", "essential")), None
    return maker.dice.choice((None, "importer")), maker.dice.choice(("provider", "provider", "distributor"))


def make_dates_of(maker: Maker, source: URIRef) -> None:
    """Add one or two windows over the provision that lays down a change of role."""
    for _ in range(maker.dice.choice((1, 1, 2))):
        when = [ID["condition/high-risk-1"]] if maker.maybe(0.4) else []
        starts = {NG.appliesFrom: maker.near((-200, -1, 0, 1, 200)), NG.underCondition: when, **maker.period(0.05)}
        make_window(maker, "law", source, starts)


def make_accompanying_rules(maker: Maker) -> None:
    """Add a rule that has to be told and changes nothing."""
    if maker.maybe(0.3):
        kinds = (NG.IntegrationRule, NG.ReuseRule, NG.RecordKeepingRule, NG.SupplementRule)
        facts = {NG.concerns: concerned(maker, "law"), NG.refersTo: maker.provisions["lex"][1]}
        make_rule(maker, maker.dice.choice(kinds), facts)


def make_rule(maker: Maker, kind: URIRef, facts: Mapping[URIRef, Any]) -> None:
    """Add one rule with perhaps a condition and an exception."""
    maker.serial += 1
    excepted = maker.dice.choice(maker.provisions["law"]) if maker.maybe(0.2) else None
    when = maker.conditions(0.35)
    rule = ID[f"rule/{maker.serial}"]
    said = {RDF.type: kind, NG.exceptProvision: excepted, NG.appliesWhen: when, **maker.period(0.1), **facts}
    maker.say("rules/law", rule, said)


def make_assets(maker: Maker) -> None:
    """Add the organisation, two to five assets, their facts and links, and a stranger with an asset of its own."""
    maker.say("organisation/assets", ORGANISATION, {RDF.type: ORG.FormalOrganization})
    for _ in range(maker.dice.randint(2, 5)):
        kind = maker.pick(ASSET_CLASSES)
        asset = maker.fresh("asset")
        maker.assets[asset] = kind
        maker.say(
            "organisation/assets", asset, {RDF.type: kind, NG.belongsTo: ORGANISATION, **dated_facts(maker, kind)}
        )
    for one in maker.assets:
        maker.say(
            "organisation/assets", one, {NG.uses: [two for two in maker.some(list(maker.assets), 1) if two != one]}
        )
    absent = [one for one in ASSET_CLASSES if one not in maker.assets.values() and maker.maybe(0.8)]
    maker.say("organisation/assets", ORGANISATION, {NG.hasNone: absent})
    for subject, kind in {**maker.assets, ORGANISATION: NG.Organisation}.items():
        make_facts(maker, subject, kind)
    foreign = {RDF.type: NG.AISystem, NG.belongsTo: OTHER_ORGANISATION, NG.riskClass: ID["risk/high-1"]}
    maker.say("organisation/assets", EX["foreign-asset"], foreign)


def make_facts(maker: Maker, subject: URIRef, kind: URIRef) -> None:
    """Add the facts of a subject: known to hold, known not to, or missing."""
    for fact, (factual_kind, values) in FACTS.items():
        if factual_kind == kind:
            value = maker.dice.choices((*values, None), (10, *[2] * (len(values) - 1), 2))[0]
            maker.say("organisation/assets", subject, {fact: value})
    for fact, factual_kind in OPEN_FACTS.items():
        if factual_kind == kind:
            maker.say("organisation/assets", subject, {fact: maker.dice.choice((True, True, False, None))})


def dated_facts(maker: Maker, kind: URIRef) -> dict[URIRef, Any]:
    """Return the market date of a system and whether and when it was significantly changed."""
    if kind != NG.AISystem:
        return {}
    changed = maker.dice.choice((True, False, False, None))
    return {
        NG.marketDate: maker.near((-200, -60, -30, -10, -2, -1, 0)) if maker.maybe(0.85) else None,
        NG.significantlyChanged: changed,
        NG.significantChangeDate: maker.near((-20, -1, 0, 1)) if changed and maker.maybe(0.8) else None,
    }


def make_roles(maker: Maker) -> None:
    """Add role assignments in and out of their period, for assets and the organisation, some denying."""
    usual = maker.dice.choice((0.85, 0.85, 0.85, 0.4, 0.05))
    for subject in (ORGANISATION, *maker.assets):
        for roles in ROLES.values():
            for _ in range(maker.dice.choice((0, 1, 1, 1, 1, 1, 2, 2))):
                role = roles[0] if maker.maybe(usual) else maker.dice.choice(roles)
                facts = {
                    RDF.type: NG.RoleAssignment,
                    NG.party: ORGANISATION if not maker.maybe(0.05) else OTHER_ORGANISATION,
                    NG.role: ID[f"role/{role}"],
                    NG.inRespectOf: subject,
                    NG.holds: maker.dice.choice((*[None] * 8, True, False)),
                    **maker.period(0.08),
                }
                maker.say("organisation/assets", maker.fresh("role"), facts)


def make_implementations(maker: Maker) -> None:
    """Add the statement of applicability: implementations of every status and scope."""
    for control in maker.controls:
        for _ in range(maker.dice.choice((0, 1, 1, 1, 1, 2))):
            status, scopes = maker.pick(STATUSES), [ORGANISATION]
            if maker.maybe(0.35):
                scopes = maker.some([ORGANISATION, *maker.assets], 3, least=1)
            excluded = status == NG.Excluded
            facts = {
                RDF.type: NG.ControlImplementation,
                NG.implementsControl: control,
                NG.status: status,
                NG.hasScope: scopes,
                NG.justification: "not our business" if excluded and maker.maybe(0.85) else None,
                NG.approvedBy: EX.board if excluded and maker.maybe(0.85) else None,
                **maker.period(0.06),
            }
            node = maker.say("organisation/controls", maker.fresh("implementation"), facts)
            maker.implementations.append((node, control, scopes))


def make_all_evidence(maker: Maker) -> None:
    """Add evidence for the templates of every implementation, some for nothing in particular, and findings."""
    for implementation, control, scopes in maker.implementations:
        earlier: list[URIRef] = []
        for _, kind, per_asset in maker.templates[control]:
            for _ in range(maker.dice.choice((0, 1, 2, 3, 3))):
                respects = maker.some([ORGANISATION, *maker.assets], 2, least=1)
                if per_asset and maker.maybe(0.75):
                    respects = [ORGANISATION, *maker.assets] if ORGANISATION in scopes else scopes
                elif maker.maybe(0.75):
                    respects = []
                wanted = kind if maker.maybe(0.9) else maker.dice.choice(TYPES)
                facts = {NG.evidences: implementation, NG.inRespectOf: respects}
                facts[NG.evidenceType] = ID[
                    "type/test-report" if wanted == "report" and maker.maybe(0.4) else f"type/{wanted}"
                ]
                facts[NG.supersedes] = maker.dice.choice(earlier) if earlier and maker.maybe(0.15) else None
                earlier.append(make_evidence(maker, facts))
        if maker.maybe(0.15):
            make_finding(maker, implementation)


def make_evidence(maker: Maker, facts: Mapping[URIRef, Any]) -> URIRef:
    """Add one item of evidence: mostly good, sometimes contradicting, early, expired, or approved by its collector."""
    collector, approver = maker.dice.choices(
        (("tester", "auditor"), ("auditor", "auditor"), ("tester", None), (None, "auditor")), (20, 1, 1, 1)
    )[0]
    ends = maker.as_of + timedelta(days=maker.dice.choice((-1, 0, 1, 30, 90, 300, 300, 300)))
    common = {
        RDF.type: NG.Evidence,
        NG.outcome: maker.dice.choices((NG.Supports, NG.Contradicts, NG.Neutral), (18, 1, 1))[0],
        DCT.issued: maker.near((-366, -365, -200, -31, -30, -29, -29, -10, -10, -5, -5, -1, -1, 0, 1)),
        NG.validUntil: ends if maker.maybe(0.9) else None,
        NG.collectedBy: EX[collector] if collector else None,
        NG.approvedBy: EX[approver] if approver else None,
    }
    return maker.say("organisation/evidence", maker.fresh("evidence"), {**common, **facts})


def make_finding(maker: Maker, implementation: URIRef) -> None:
    """Add a finding, open or closed around the as-of date."""
    facts = {
        RDF.type: NG.Finding,
        NG.against: implementation,
        NG.severity: maker.dice.choice((NG.Major, NG.Major, NG.Minor, NG.Observation)),
        DCT.issued: maker.near((-30, -1, 0, 1)),
        NG.closedOn: maker.near((-1, 0, 1)) if maker.maybe(0.5) else None,
    }
    maker.say("organisation/evidence", maker.fresh("finding"), facts)


def make_word_of_humans(maker: Maker) -> None:
    """Add judgements of both conclusions and overrides, in force and not; never two of one day for one pair."""
    for requirement in maker.requirements:
        for scope in (ORGANISATION, *maker.assets):
            for days in maker.dice.sample((-30, -2, -1, 0, 1), maker.dice.choice((0, 0, 1, 2))):
                facts = {
                    RDF.type: NG.Judgement,
                    NG.conclusion: maker.dice.choice((*[NG.Sufficient] * 4, NG.Insufficient)),
                }
                say_of(maker, requirement, scope, days, facts)
            if maker.maybe(0.05):
                state = maker.dice.choice(plain.STATES)
                say_of(maker, requirement, scope, -1, {RDF.type: NG.Override, NG.overridingState: NG[state]})


def say_of(maker: Maker, requirement: URIRef, scope: URIRef, days: int, facts: Mapping[URIRef, Any]) -> None:
    """Add one judgement or override with its common facts."""
    common = {
        NG.ofRequirement: requirement,
        NG.inRespectOf: scope,
        NG.judgedBy: EX.counsel,
        NG.reason: "as the file shows",
        DCT.issued: maker.as_of + timedelta(days=days),
        NG.validUntil: maker.as_of + timedelta(days=maker.dice.choice((-1, 0, 1, 200, 200))),
    }
    maker.say("organisation/judgements", maker.fresh("word"), {**common, **facts})


def make_events(maker: Maker) -> None:
    """Add events, some of another type, and evidence of performance for some of them."""
    for _ in range(maker.dice.choice((0, 1, 2, 3, 4))):
        when = maker.near((-30, -1, 0, 1))
        facts = {
            RDF.type: NG.Event,
            NG.eventType: ID[f"event/{maker.dice.choice((*EVENTS, 'serious', 'rights', 'outage'))}"],
            NG.inRespectOf: maker.subject(),
            DCT.issued: when,
        }
        event = maker.say("organisation/evidence", maker.fresh("event"), facts)
        aware = Literal(f"{when.isoformat()}T09:30:00Z", datatype=XSD.dateTime)
        maker.dataset.graph(G["organisation/evidence"]).add((event, NG.awareAt, aware))
        for requirement in maker.requirements:
            if maker.maybe(0.6):
                make_evidence(maker, {NG.showsPerformanceOf: requirement, NG.ofEvent: event})


def make_row(maker: Maker, source: URIRef, target: URIRef, facts: Mapping[URIRef, Any] | None = None) -> None:
    """Add one mapping row; its name is made from its ends and its set."""
    mapping_set = maker.dice.choice(("main", "second", "third-party"))
    name = sha256(f"{source}\n{target}\n{mapping_set}".encode()).hexdigest()[:16]
    node = ID[f"mapping/{mapping_set}/{name}"]
    if node in maker.rows:
        return
    maker.rows.add(node)
    relation = maker.pick(RELATIONS)
    common = {
        RDF.type: SSSOM.Mapping,
        OWL.annotatedSource: source,
        OWL.annotatedTarget: target,
        NG.relationship: relation,
        NG.rationaleType: maker.dice.choice((*[NG.Functional] * 8, NG.Semantic, NG.Syntactic)),
        NG.reviewState: maker.pick(REVIEWS),
        NG.coversElement: covered_elements(maker, target, relation),
        SSSOM.subject_source_version: version_written(maker, source),
        SSSOM.object_source_version: version_written(maker, target),
    }
    maker.say(f"mapping/{mapping_set}", node, {**common, **(facts or {})})


def covered_elements(maker: Maker, target: URIRef, relation: URIRef) -> list[URIRef]:
    """Return the elements a partial row names, never all of a complete decomposition."""
    if relation not in (NG.SubsetOf, NG.IntersectsWith):
        return []
    elements = maker.elements.get(target, [])
    most = len(elements) - 1 if target in maker.decomposed else len(elements)
    return maker.some(elements, max(most, 0))


def version_written(maker: Maker, target: URIRef) -> str:
    """Return the framework version a row was written against: mostly the current one."""
    key = str(target).removeprefix(str(ID)).split("/", maxsplit=1)[0]
    if key in VERSION_OF:
        return VERSION_OF[key]
    newest_is_law = maker.changed_on <= maker.as_of
    return "2026-07-27" if newest_is_law and maker.maybe(0.75) else "2024-07-12"


def make_rows(maker: Maker) -> None:
    """Add rows on requirements, rows on ancestor provisions, and rows between controls for chains."""
    for requirement in maker.requirements:
        for _ in range(maker.dice.choice((0, 1, 2, 2, 3, 3))):
            make_row(maker, maker.dice.choice(maker.controls), requirement)
    for _ in range(maker.dice.choice((0, 1, 1, 2))):
        key = maker.dice.choice(("law", "lex"))
        make_row(maker, maker.dice.choice(maker.controls), maker.dice.choice(maker.provisions[key][1:]))
    for _ in range(maker.dice.choice((0, 1, 2, 3))):
        source, target = maker.dice.sample(maker.controls, 2)
        make_row(maker, source, target)


def generate(seed: int) -> Case:
    """Return the case of a seed."""
    dice = Random(seed)  # noqa: S311
    maker = Maker(dice, MIDDLE_DAY + timedelta(days=dice.randint(-5, 5)))
    maker.changed_on = maker.near((-200, -30, -1, 0, 1))
    make_vocabulary(maker)
    make_law(maker, "law", dice.randint(2, 3))
    make_law(maker, "lex", dice.randint(1, 2))
    for key in STANDARDS:
        make_standard(maker, key)
    make_assets(maker)
    make_requirements(maker)
    make_windows(maker)
    make_rules(maker)
    make_limitations(maker)
    make_role_changes(maker)
    make_accompanying_rules(maker)
    make_roles(maker)
    make_implementations(maker)
    make_all_evidence(maker)
    make_word_of_humans(maker)
    make_events(maker)
    make_rows(maker)
    least = dice.choice(("proposed", "proposed", "proposed", "expert-reviewed", "legally-reviewed"))
    return Case(seed, maker.dataset, maker.as_of, plain.Policy(least, dice.choice((1, 2))))


def histogram(seeds: Iterable[int]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each state, and each kind of NotApplicable or question, occurs over some seeds."""
    states: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for seed in seeds:
        for result in generate(seed).assess():
            states[result["state"]] += 1
            kinds[result["kind"] or f"{result['rule']}: {result['question'] or result['state']}"] += 1
    return states, kinds


if __name__ == "__main__":
    for counter in histogram(range(int(sys.argv[1]) if sys.argv[1:] else 300)):
        for name, count in counter.most_common():
            sys.stdout.write(f"{count:6} {100 * count / counter.total():5.1f} % {name}\n")
        sys.stdout.write("\n")
