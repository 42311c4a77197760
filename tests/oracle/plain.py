"""A second reading of the coverage semantics: plain, slow and written from the specification alone.

Every function cites the section of the specification ("COVERAGE"), the decision record ("RECORD") or the vocabulary
contract ("CONTRACT") it reads. Nothing here is shared with the engine; the differential tests compare the two.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from rdflib import OWL, RDF, SKOS, Dataset, Graph, Literal, Namespace, URIRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "ACCEPTED_AT",
    "CODES",
    "STATES",
    "Policy",
    "assess",
    "compose",
    "counts",
    "gives",
    "live_requirements",
    "r8",
    "roll_up_provision",
    "roll_up_provisions",
    "roll_up_scopes",
]

NG = Namespace("https://w3id.org/normgraph/ns#")
SSSOM = Namespace("https://w3id.org/sssom/")
DCT = Namespace("http://purl.org/dc/terms/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")

COVERED = "Covered"
CLAIMED = "ClaimedWithoutCurrentEvidence"
PARTIAL = "PartiallyCovered"
NOT_COVERED = "NotCovered"
NOT_APPLICABLE = "NotApplicable"
NOT_YET = "NotYetApplicable"
REVIEW = "NeedsLegalReview"
STATES = (COVERED, CLAIMED, PARTIAL, NOT_COVERED, NOT_APPLICABLE, NOT_YET, REVIEW)
CAUTION = (NOT_COVERED, PARTIAL, REVIEW, CLAIMED, COVERED, NOT_YET, NOT_APPLICABLE)

Node = Any  # a term as rdflib returns it; its own types know neither order nor values
Kleene = bool | None
Result = dict[str, Any]


# ---------------------------------------------------------------- §1 and §2: the relation algebra

CODES = ("EQ", "SUB", "SUP", "INT", "DIS")
CONVERSE = {"EQ": "EQ", "SUB": "SUP", "SUP": "SUB", "INT": "INT", "DIS": "DIS"}
CODE_OF = {
    NG.EqualTo: "EQ",
    NG.EquivalentTo: "EQ",
    NG.SubsetOf: "SUB",
    NG.SupersetOf: "SUP",
    NG.IntersectsWith: "INT",
    NG.NoRelationship: "DIS",
}
REGIONS = tuple(region for region in product((False, True), repeat=3) if any(region))


def inhabited_patterns() -> Iterator[tuple[tuple[bool, bool, bool], ...]]:
    """Yield the inhabited Venn regions of every pattern in which A, B and C are all non-empty (COVERAGE §2)."""
    for present in product((False, True), repeat=len(REGIONS)):
        regions = tuple(region for region, there in zip(REGIONS, present, strict=True) if there)
        if all(any(region[one] for region in regions) for one in range(3)):
            yield regions


def relation_between(regions: Iterable[tuple[bool, bool, bool]], one: int, other: int) -> str:
    """Return the code of the relation two of the three sets have in a pattern (COVERAGE §1)."""
    both = any(region[one] and region[other] for region in regions)
    only_one = any(region[one] and not region[other] for region in regions)
    only_other = any(region[other] and not region[one] for region in regions)
    if not both:
        return "DIS"
    if only_one and only_other:
        return "INT"
    if only_one:
        return "SUP"
    return "SUB" if only_other else "EQ"


def enumerate_composition() -> dict[tuple[str, str], frozenset[str]]:
    """Derive the composition table by looking at all patterns of the seven regions (COVERAGE §2)."""
    table: dict[tuple[str, str], set[str]] = {pair: set() for pair in product(CODES, repeat=2)}
    for regions in inhabited_patterns():
        pair = relation_between(regions, 0, 1), relation_between(regions, 1, 2)
        table[pair].add(relation_between(regions, 0, 2))
    return {pair: frozenset(found) for pair, found in table.items()}


COMPOSITION = enumerate_composition()


def compose(first: str, second: str) -> frozenset[str]:
    """Return what A R B and B S C leave open about A and C (COVERAGE §2)."""
    return COMPOSITION[first, second]


def gives(relations: Iterable[str]) -> str | None:
    """Return FULL, PART, NONE or None (unknown): the same in every relation left (COVERAGE §2)."""
    left = set(relations)
    if left and left <= {"EQ", "SUP"}:
        return "FULL"
    if left == {"DIS"}:
        return "NONE"
    return "PART" if left and "DIS" not in left else None


# ---------------------------------------------------------------- §4: inputs

REVIEW_STATES = ("proposed", "expert-reviewed", "legally-reviewed")
REVIEW_OF = dict(zip((NG.Proposed, NG.ExpertReviewed, NG.LegallyReviewed), REVIEW_STATES, strict=True))
ACCEPTED_AT = {least: REVIEW_STATES[rank:] for rank, least in enumerate(REVIEW_STATES)}


@dataclass(frozen=True)
class Policy:
    """The acceptance policy: the least review state accepted and the largest number of hops (COVERAGE §4)."""

    least: str = "proposed"
    hops: int = 1


@dataclass(frozen=True, eq=False)
class World:
    """Everything a state depends on, except the requirement and the scope (COVERAGE §0).

    Seen through an asset (RECORD 25), it keeps the whole, whose mapping rows are its own.
    """

    graph: Graph
    organisation: URIRef
    as_of: date
    policy: Policy
    through: Node | None = None
    whole: World | None = None


@dataclass(frozen=True)
class Row:
    """One mapping row as stored (CONTRACT, mapping rows)."""

    source: Node
    target: Node
    code: str
    functional: bool
    review: str | None
    object_version: str
    elements: frozenset[Node]


@dataclass(frozen=True)
class Support:
    """What one control contributes to a requirement by R4: FULL or PART, its elements, and whose word it is."""

    control: Node
    grade: str
    elements: frozenset[Node]
    review: str | None


@dataclass(frozen=True)
class Inner:
    """What R3 to R7 find for one requirement in one scope, applicability left aside."""

    state: str
    rule: str
    question: str | None = None
    missing: frozenset[Node] = field(default_factory=frozenset)
    assurance: str | None = None
    first_expiry: date | None = None


def union_of(dataset: Dataset | Graph) -> Graph:
    """Return the union of all graphs of a dataset (COVERAGE §4: one set of inputs)."""
    merged = Graph()
    for subject, predicate, value, *_ in (
        dataset.quads((None, None, None, None)) if isinstance(dataset, Dataset) else dataset
    ):
        merged.add((subject, predicate, value))
    return merged


def objects(graph: Graph, subject: Node, predicate: URIRef) -> set[Node]:
    """Return all values of a property (CONTRACT, throughout)."""
    return set() if subject is None else set(graph.objects(subject, predicate))


def day(graph: Graph, subject: Node, predicate: URIRef) -> date | None:
    """Return the date a property holds, a date-time giving its own calendar day (CONTRACT, dates)."""
    value = graph.value(subject, predicate)
    found = value.toPython() if isinstance(value, Literal) else None
    if isinstance(found, datetime):
        return found.date()
    return found if isinstance(found, date) else None


def flag(graph: Graph, subject: Node, predicate: URIRef, *, default: bool = False) -> bool:
    """Return a boolean property; an absent one has the cautious default (COVERAGE §3)."""
    value = graph.value(subject, predicate)
    return default if value is None else bool(value.toPython())


def in_force(graph: Graph, node: Node, on: date) -> bool:
    """Tell whether validFrom <= d < validUntil, an absent bound being open (CONTRACT, roles, versions, rules)."""
    start, end = day(graph, node, NG.validFrom), day(graph, node, NG.validUntil)
    return (start is None or start <= on) and (end is None or on < end)


def unexpired(graph: Graph, node: Node, on: date) -> bool:
    """Tell whether issued <= d <= validUntil, both being required (CONTRACT, judgements and overrides)."""
    issued, end = day(graph, node, DCT.issued), day(graph, node, NG.validUntil)
    return issued is not None and end is not None and issued <= on <= end


def broader_or_self(graph: Graph, concept: Node) -> set[Node]:
    """Return a concept with all its skos:broader ancestors (CONTRACT, fact conditions)."""
    return set() if concept is None else set(graph.transitive_objects(concept, SKOS.broader))


def local(iri: Node) -> str:
    """Return the local name of a term."""
    return str(iri).rsplit("#", 1)[-1].rsplit("/", 1)[-1]


# ---------------------------------------------------------------- §4: three-valued applicability


def kleene_and(values: Iterable[Kleene]) -> Kleene:
    """Return the strong Kleene conjunction; of nothing, true (COVERAGE §4)."""
    found = list(values)
    if False in found:
        return False
    return None if None in found else True


def kleene_or(values: Iterable[Kleene]) -> Kleene:
    """Return the strong Kleene disjunction; of nothing, false (COVERAGE §4)."""
    found = list(values)
    if True in found:
        return True
    return None if None in found else False


def kleene_not(value: Kleene) -> Kleene:
    """Return the strong Kleene negation (COVERAGE §4)."""
    return None if value is None else not value


def truth(world: World, condition: Node, scope: Node) -> Kleene:
    """Return the truth of a condition in a scope; one that says nothing is undetermined (CONTRACT, conditions)."""
    kinds = objects(world.graph, condition, RDF.type)
    parts = [truth(world, part, scope) for part in objects(world.graph, condition, NG.operand)]
    if NG.FactCondition in kinds:
        return truth_of_fact(world, condition, scope)
    if not parts:
        return None
    if NG.Conjunction in kinds:
        return kleene_and(parts)
    if NG.Disjunction in kinds:
        return kleene_or(parts)
    return kleene_not(kleene_and(parts)) if NG.Negation in kinds else None


def truth_of_fact(world: World, condition: Node, scope: Node) -> Kleene:
    """Return the truth of a fact condition over all its subjects (CONTRACT, conditions)."""
    prop, expected = world.graph.value(condition, NG.onFact), world.graph.value(condition, NG.expects)
    kind = world.graph.value(prop, NG.factOf)
    subjects = fact_subjects(world, kind, scope)
    if subjects:
        return kleene_or([truth_of_one_fact(world, prop, expected, one) for one in subjects])
    return False if kind in objects(world.graph, world.organisation, NG.hasNone) else None


def fact_subjects(world: World, kind: Node | None, scope: Node) -> set[Node]:
    """Return the subjects whose facts a condition asks about (CONTRACT, conditions)."""
    if kind == NG.Organisation:
        return {world.organisation}
    if kind in objects(world.graph, scope, RDF.type):
        return {scope}
    if scope == world.organisation:
        return set(assets_of_class(world, kind))
    linked = objects(world.graph, scope, NG.uses) | set(world.graph.subjects(NG.uses, scope))
    return {one for one in linked if (one, RDF.type, kind) in world.graph}


def truth_of_one_fact(world: World, prop: Node, expected: Node, subject: Node) -> Kleene:
    """Return whether one subject has the expected value; no value is undetermined (CONTRACT, conditions)."""
    values = objects(world.graph, subject, prop)
    if not values:
        return None
    return any(expected in broader_or_self(world.graph, value) for value in values)


def assets_of_class(world: World, kind: Node | None) -> list[Node]:
    """Return the organisation's own assets of a class (CONTRACT, organisation)."""
    owned = world.graph.subjects(NG.belongsTo, world.organisation)
    return sorted({one for one in owned if (one, RDF.type, kind) in world.graph})


def role_assignments(world: World, scope: Node) -> set[Node]:
    """Return A: the party's assignments in respect of the scope, or any for the organisation (CONTRACT, bearer)."""
    mine = {one for one in world.graph.subjects(NG.party, world.organisation) if is_a(world, one, NG.RoleAssignment)}
    if scope == world.organisation:
        return mine
    wanted = {scope, world.organisation} if scope == world.through else {scope}
    return {one for one in mine if wanted & objects(world.graph, one, NG.inRespectOf)}


def is_a(world: World, node: Node, kind: URIRef) -> bool:
    """Tell whether a node is asserted to be of a class."""
    return (node, RDF.type, kind) in world.graph


def denies(world: World, assignment: Node) -> bool:
    """Tell whether an assignment records an "is not" (CONTRACT, ng:holds false)."""
    return not flag(world.graph, assignment, NG.holds, default=True)


@lru_cache(maxsize=1024)
def recorded(world: World, bearer: Node, scope: Node) -> Kleene:
    """Return what the record says of a bearer role in a scope on the date (CONTRACT, bearer; RECORD 21, roles)."""
    assignments = role_assignments(world, scope)
    current = [(one, world.graph.value(one, NG.role)) for one in assignments if in_force(world.graph, one, world.as_of)]
    standing = [role for one, role in current if not denies(world, one) and not ended(world, role, scope)]
    if any(bearer in broader_or_self(world.graph, role) for role in standing):
        return True
    if any(role in broader_or_self(world.graph, bearer) and denies(world, one) for one, role in current):
        return False
    schemes = objects(world.graph, bearer, SKOS.inScheme)
    held = [one for one in assignments if not denies(world, one)]
    if any(schemes & objects(world.graph, world.graph.value(one, NG.role), SKOS.inScheme) for one in held):
        return False
    return None


def bears(world: World, bearer: Node, scope: Node) -> Kleene:
    """Return whether the organisation has a bearer role, on record or by a change of role (RECORD 22)."""
    return kleene_or([recorded(world, bearer, scope), *(value for value, _ in changes_to(world, bearer, scope))])


def conditions_hold(world: World, node: Node, scope: Node) -> Kleene:
    """Return the Kleene conjunction of a node's ng:appliesWhen (CONTRACT, 0..n and all must hold)."""
    return kleene_and([truth(world, one, scope) for one in objects(world.graph, node, NG.appliesWhen)])


def applicability(world: World, requirement: Node, scope: Node) -> Kleene:
    """Return bearer and conditions joined; a requirement without bearer is undetermined (COVERAGE §4)."""
    bearers = [bears(world, one, scope) for one in objects(world.graph, requirement, NG.bearer)]
    return kleene_and([kleene_or(bearers) if bearers else None, conditions_hold(world, requirement, scope)])


# ---------------------------------------------------------------- provisions, versions, live requirements, scopes


@lru_cache(maxsize=8192)
def chain(world: World, node: Node) -> list[Node]:
    """Return a requirement or provision and its ancestors, nearest first and the framework last (CONTRACT, parts)."""
    found = [node]
    for one in found:
        parents = objects(world.graph, one, NG.derivedFrom) | objects(world.graph, one, NG.directPartOf)
        found.extend(sorted(parents - set(found)))
    frameworks = {framework for one in found for framework in objects(world.graph, one, NG.inFramework)}
    return [one for one in found if one not in frameworks] + sorted(frameworks)


def versions_of(world: World, provision: Node) -> frozenset[Node]:
    """Return the version nodes of a provision (CONTRACT, amendments)."""
    nodes = world.graph.subjects(NG.versionOf, provision)
    return frozenset(one for one in nodes if is_a(world, one, NG.ProvisionVersion))


def versions_in_force(world: World, provision: Node, on: date | None) -> frozenset[Node]:
    """Return the version nodes of a provision in force on a date; on no date, none (CONTRACT, amendments)."""
    return frozenset(one for one in versions_of(world, provision) if on and in_force(world.graph, one, on))


@lru_cache(maxsize=16)
def live_requirements(world: World) -> list[Node]:
    """Return the requirements to assess on the date (CONTRACT, requirements live on d; COVERAGE §5, permissions)."""
    graph = world.graph
    return sorted(
        one
        for one in graph.subjects(RDF.type, NG.Requirement)
        if flag(graph, one, NG.organisationFacing)
        and (one, NG.modality, NG.Permission) not in graph
        and all(in_force(graph, version, world.as_of) for version in objects(graph, one, NG.derivedFromVersion))
    )


CLASS_PER = {
    NG.PerSystem: NG.AISystem,
    NG.PerProcessingActivity: NG.ProcessingActivity,
    NG.PerICTService: NG.ICTService,
    NG.PerContract: NG.Contract,
    NG.PerModel: NG.AIModel,
}


def scope_class(world: World, requirement: Node) -> URIRef | None:
    """Return the class of the scopes of a requirement, None for the organisation (COVERAGE §5, assessedPer)."""
    return CLASS_PER.get(world.graph.value(requirement, NG.assessedPer))


def scopes_of(world: World, requirement: Node) -> list[Node]:
    """Return the scopes of a requirement; the organisation stands in when there is no asset (CONTRACT, scopes)."""
    kind = scope_class(world, requirement)
    return (assets_of_class(world, kind) if kind else []) or [world.organisation]


def asset_question(world: World, requirement: Node) -> str | None:
    """Return None where there is a scope, else "none" or "unknown" (CONTRACT, scopes)."""
    kind = scope_class(world, requirement)
    if kind is None or assets_of_class(world, kind):
        return None
    return "none" if kind in objects(world.graph, world.organisation, NG.hasNone) else "unknown"


# ---------------------------------------------------------------- rules between norms


@lru_cache(maxsize=8192)
def rules_for(world: World, kind: URIRef, predicate: URIRef, requirement: Node) -> list[Node]:
    """Return the rules of a kind that concern a requirement, exceptions taken out (CONTRACT, time and rules)."""
    mine = set(chain(world, requirement))
    return sorted(
        rule
        for rule in world.graph.subjects(RDF.type, kind)
        if mine & objects(world.graph, rule, predicate)
        and not mine & objects(world.graph, rule, NG.exceptProvision)
        and in_force(world.graph, rule, world.as_of)
    )


def any_rule_fires(world: World, kind: URIRef, predicate: URIRef, requirement: Node, scope: Node) -> Kleene:
    """Return whether some rule of a kind fires: Kleene disjunction over the rules (COVERAGE §5, R1b and R1c)."""
    rules = rules_for(world, kind, predicate, requirement)
    return kleene_or([conditions_hold(world, rule, scope) for rule in rules])


def displaced(world: World, requirement: Node, scope: Node) -> Kleene:
    """Return whether a displacement rule fires (COVERAGE §5, R1b)."""
    return any_rule_fires(world, NG.DisplacementRule, NG.displaces, requirement, scope)


def deemed(world: World, requirement: Node, scope: Node) -> Kleene:
    """Return whether a deeming rule fires (COVERAGE §5, R1c)."""
    return any_rule_fires(world, NG.DeemingRule, NG.deems, requirement, scope)


def firing_deeming_rules(world: World, requirement: Node, scope: Node) -> list[Node]:
    """Return the deeming rules whose conditions are known true (COVERAGE §5, R1c)."""
    rules = rules_for(world, NG.DeemingRule, NG.deems, requirement)
    return [rule for rule in rules if conditions_hold(world, rule, scope) is True]


def referred_provisions(world: World, rules: Iterable[Node]) -> set[Node]:
    """Return the provisions that rules refer to and that are in the graph (COVERAGE §5, R1c)."""
    return {one for rule in rules for one in objects(world.graph, rule, NG.fulfilledBy)}


def live_below(world: World, provision: Node) -> list[Node]:
    """Return the live requirements of a subtree (COVERAGE §6)."""
    return [one for one in live_requirements(world) if provision in chain(world, one)]


def refers_to_itself(world: World, requirement: Node) -> bool:
    """Tell whether deeming rules lead from a requirement back to it, fired or not (COVERAGE §5, R1c: no ground)."""
    seen: set[Node] = set()
    todo = [requirement]
    while todo:
        rules = rules_for(world, NG.DeemingRule, NG.deems, todo.pop())
        found = {leaf for one in referred_provisions(world, rules) for leaf in live_below(world, one)}
        todo.extend(found - seen)
        seen |= found
    return requirement in seen


def outside_the_graph(world: World, rules: Iterable[Node]) -> bool:
    """Tell whether some referred rules have no requirement in the graph (COVERAGE §5, R1c)."""
    return any(
        objects(world.graph, rule, NG.fulfilledByLaw)
        or not objects(world.graph, rule, NG.fulfilledBy)
        or not all(live_below(world, one) for one in objects(world.graph, rule, NG.fulfilledBy))
        for rule in rules
    )


def changed_since_cut_off(world: World, scope: Node, cut_offs: list[date]) -> Kleene:
    """Return whether the asset was significantly changed as from the cut-off; the date of change wins (111(2))."""
    changed_on = day(world.graph, scope, NG.significantChangeDate)
    if changed_on is not None:
        if changed_on > world.as_of or not cut_offs or changed_on < cut_offs[0]:
            return False
        return True if changed_on >= cut_offs[-1] else None
    recorded = world.graph.value(scope, NG.significantlyChanged)
    return False if recorded is not None and not recorded.toPython() else None


def placed_before(market: date | None, cut_offs: list[date]) -> Kleene:
    """Return whether the market date is before the cut-off, open between several (CONTRACT, legacy)."""
    if market is None or not cut_offs:
        return None
    if market < cut_offs[0]:
        return True
    return None if market < cut_offs[-1] else False


def cut_offs_of(world: World, rule: Node) -> list[date]:
    """Return the cut-offs of a legacy rule, in order (CONTRACT, legacy)."""
    return sorted(one.toPython() for one in world.graph.objects(rule, NG.cutOff))


def legacy_outcome(world: World, rule: Node, scope: Node) -> str:
    """Return exempt, later, open, unknown or no: what a legacy rule says of an asset (COVERAGE §5, R1d)."""
    applies, grace = conditions_hold(world, rule, scope), day(world.graph, rule, NG.graceUntil)
    if (grace is not None and grace <= world.as_of) or not in_force(world.graph, rule, world.as_of):
        return "no"
    market = day(world.graph, scope, NG.marketDate)
    before = placed_before(market, cut_offs_of(world, rule))
    ends = flag(world.graph, rule, NG.endedBySignificantChange)
    changed = changed_since_cut_off(world, scope, cut_offs_of(world, rule))
    lasting = kleene_not(changed) if ends else True
    fires = kleene_and([applies, before, lasting])
    if fires is None:
        return "open" if market and before is None and applies and lasting else "unknown"
    if not fires:
        return "no"
    return "exempt" if grace is None else "later"


def legacy_outcomes(world: World, requirement: Node, scope: Node) -> set[str]:
    """Return what all legacy rules governing a requirement say (COVERAGE §5, R1d)."""
    rules = rules_for(world, NG.LegacyRule, NG.governs, requirement)
    return {legacy_outcome(world, rule, scope) for rule in rules}


def grace_date(world: World, requirement: Node, scope: Node) -> date:
    """Return the latest date to which a firing legacy rule gives grace (CONTRACT, graceUntil)."""
    rules = rules_for(world, NG.LegacyRule, NG.governs, requirement)
    later = [rule for rule in rules if legacy_outcome(world, rule, scope) == "later"]
    return max(found for rule in later if (found := day(world.graph, rule, NG.graceUntil)))


def taken_away(world: World, requirement: Node, scope: Node) -> Kleene:
    """Return whether a limitation without event and question takes a requirement away (RECORD 22, limitation)."""
    rules = limitations_of(world, requirement)
    plain_ones = [one for one in rules if not limited_events(world, one) and not has_question(world, one)]
    return kleene_or([conditions_hold(world, rule, scope) for rule in plain_ones])


def limitations_of(world: World, requirement: Node) -> list[Node]:
    """Return the scope limitations that name a requirement or what is above it (RECORD 22, limitation)."""
    return rules_for(world, NG.ScopeLimitationRule, NG.limits, requirement)


def limited_events(world: World, rule: Node) -> set[Node]:
    """Return the types of event a limitation leaves (RECORD 22, ng:limitedToEvent)."""
    return objects(world.graph, rule, NG.limitedToEvent)


def has_question(world: World, rule: Node) -> bool:
    """Tell whether the law leaves the extent of a limitation to a later act (RECORD 22, ng:question)."""
    return (rule, NG.question, None) in world.graph


def extent_is_open(world: World, requirement: Node, scope: Node) -> bool:
    """Tell whether a limitation with a question holds or may hold (RECORD 22, limitation)."""
    asking = [rule for rule in limitations_of(world, requirement) if has_question(world, rule)]
    return any(conditions_hold(world, rule, scope) is not False for rule in asking)


def passes(world: World, rule: Node, event: Node) -> bool:
    """Tell whether an event is of a type a limitation leaves, or narrower (RECORD 22, limitation)."""
    kinds = objects(world.graph, event, NG.eventType)
    return any(limited_events(world, rule) & broader_or_self(world.graph, kind) for kind in kinds)


def kept(world: World, requirement: Node, scope: Node, events: list[Node], firing: Kleene) -> list[Node]:
    """Return the events left by the limitations to events that fire, or of which it is open (RECORD 22)."""
    rules = [rule for rule in limitations_of(world, requirement) if limited_events(world, rule)]
    chosen = [rule for rule in rules if conditions_hold(world, rule, scope) is firing]
    return [event for event in events if all(passes(world, rule, event) for rule in chosen)]


def event_is_open(world: World, requirement: Node, scope: Node) -> bool:
    """Tell whether an event is recorded that a limitation, if it fires, leaves aside (RECORD 22, limitation)."""
    events = events_upon(world, requirement, scope)
    return kept(world, requirement, scope, events, None) != events


# ---------------------------------------------------------------- changes of role

Span = tuple[date, date]
ALWAYS: Span = (date.min, date.min)
OPEN: Span = (date.min, date.max)


def current_roles(world: World, scope: Node, *, denied: bool) -> list[Node]:
    """Return the roles that current records in respect of a scope hold, or deny (RECORD 22, on record)."""
    found = [one for one in role_assignments(world, scope) if in_force(world.graph, one, world.as_of)]
    return [world.graph.value(one, NG.role) for one in found if denies(world, one) is denied]


def has_if_role(world: World, rule: Node, asset: Node) -> bool:
    """Tell whether one of a rule's ng:ifRole, if any, is on record for an asset (RECORD 22, change of role)."""
    wanted = objects(world.graph, rule, NG.ifRole)
    held = current_roles(world, asset, denied=False)
    return not wanted or any(wanted & broader_or_self(world.graph, role) for role in held)


def role_rules(world: World) -> list[Node]:
    """Return the changes of role that are law on the date (RECORD 22; CONTRACT, rules)."""
    found = world.graph.subjects(RDF.type, NG.RoleChangeRule)
    return sorted(one for one in found if in_force(world.graph, one, world.as_of))


def changes(world: World, rule: Node, asset: Node) -> Kleene:
    """Return whether a change of role takes place in respect of an asset (RECORD 22, change of role)."""
    return conditions_hold(world, rule, asset) if has_if_role(world, rule, asset) else False


def makes(world: World, rule: Node, asset: Node, scope: Node) -> Kleene:
    """Return whether a rule makes its role for an asset; a denial settles what is undetermined (RECORD 22)."""
    value = changes(world, rule, asset)
    made = {above for one in objects(world.graph, rule, NG.makesRole) for above in broader_or_self(world.graph, one)}
    denials = current_roles(world, asset, denied=True)
    if scope == world.organisation:
        denials += denied_of_organisation(world)
    return False if value is None and made & set(denials) else value


def denied_of_organisation(world: World) -> list[Node]:
    """Return the roles that are denied in respect of the organisation itself (RECORD 22, denial)."""
    found = [one for one in role_assignments(world, world.organisation) if in_force(world.graph, one, world.as_of)]
    mine = [one for one in found if (one, NG.inRespectOf, world.organisation) in world.graph]
    return [world.graph.value(one, NG.role) for one in mine if denies(world, one)]


def asked_of(world: World, condition: Node) -> set[Node]:
    """Return the classes of the things whose facts a condition asks about (CONTRACT, conditions)."""
    parts = objects(world.graph, condition, NG.operand)
    kind = world.graph.value(world.graph.value(condition, NG.onFact), NG.factOf)
    return ({kind} - {None}).union(*(asked_of(world, part) for part in parts))


def read_for(world: World, rule: Node, scope: Node) -> list[Node]:
    """Return the assets a change of role is read for; the organisation stands in when none is recorded (RECORD 22)."""
    if scope != world.organisation:
        return [scope]
    kinds = set().union(*(asked_of(world, one) for one in objects(world.graph, rule, NG.appliesWhen)))
    own = sorted(set(world.graph.subjects(NG.belongsTo, world.organisation)))
    if not kinds - {NG.Organisation}:
        return own
    return [one for one in own if kinds & objects(world.graph, one, RDF.type)] or [scope]


@lru_cache(maxsize=1024)
def changes_to(world: World, bearer: Node, scope: Node) -> tuple[tuple[Kleene, Span], ...]:
    """Return how surely, and from when, each change of role that is not ruled out gives a role (RECORD 22)."""
    found = []
    for rule in role_rules(world):
        made = objects(world.graph, rule, NG.makesRole)
        if not any(bearer in broader_or_self(world.graph, one) for one in made):
            continue
        for asset in read_for(world, rule, scope):
            value = makes(world, rule, asset, scope)
            if value is not False:
                found.append((value, span_of_rule(world, rule, asset)))
    return tuple(found)


def ended(world: World, role: Node, scope: Node) -> bool:
    """Tell whether a change of role has ended a role on record, never for the organisation (RECORD 22, ng:endsRole)."""
    return scope != world.organisation and any(
        objects(world.graph, rule, NG.endsRole) & broader_or_self(world.graph, role)
        and changes(world, rule, scope) is True
        and when(world, span_of_rule(world, rule, scope)) == "after"
        for rule in role_rules(world)
    )


def span_of_rule(world: World, rule: Node, asset: Node) -> Span:
    """Return the span of dates from which the provision that lays a rule down applies to an asset (RECORD 22)."""
    source = world.graph.value(rule, DCT.source)
    return ALWAYS if source is None else own_span(world, source, asset)


def role_span(world: World, requirement: Node, scope: Node) -> Span:
    """Return the span in which the first role that binds begins: on record always, else by rules (RECORD 22)."""
    sure, unsure = [], []
    for bearer in objects(world.graph, requirement, NG.bearer):
        changed = changes_to(world, bearer, scope)
        on_record = recorded(world, bearer, scope)
        sure += [ALWAYS] * (on_record is True) + [span for value, span in changed if value]
        unsure += [span for value, span in changed if value is None]
        if on_record is None and not any(value for value, _ in changed):
            unsure.append(ALWAYS)
    earliest = min((first for first, _ in sure + unsure), default=date.min)
    return earliest, min((last for _, last in sure), default=max((last for _, last in unsure), default=date.min))


# ---------------------------------------------------------------- effective dates


def windows_governing(world: World, node: Node, *, ever: bool = False) -> list[Node]:
    """Return the windows of the nearest ancestor-or-self that has one that is law on the date (CONTRACT, windows)."""
    above = chain(world, node)
    for ancestor in above:
        found = [
            window
            for window in world.graph.subjects(NG.governs, ancestor)
            if is_a(world, window, NG.ApplicationWindow)
            and (ever or not set(above) & objects(world.graph, window, NG.exceptProvision))
            and (ever or in_force(world.graph, window, world.as_of))
        ]
        if found:
            return found
    return []


def possible_dates(world: World, node: Node, scope: Node) -> list[date]:
    """Return the dates from which a norm may apply (CONTRACT, effective date)."""
    found = set()
    for window in windows_governing(world, node):
        holds = kleene_and([truth(world, one, scope) for one in objects(world.graph, window, NG.underCondition)])
        start = day(world.graph, window, NG.appliesFrom)
        if holds is not False and start is not None:
            found.add(start)
    return sorted(found)


def own_span(world: World, node: Node, scope: Node) -> Span:
    """Return the first and last date a norm itself may apply from; what no window ever governs has none (CONTRACT)."""
    dates = possible_dates(world, node, scope)
    if dates:
        return dates[0], dates[-1]
    return OPEN if windows_governing(world, node, ever=True) else ALWAYS


def whole_span(world: World, requirement: Node, scope: Node) -> Span:
    """Return the span of the later of the norm's own date and that of the role it follows from (RECORD 22)."""
    own, role = own_span(world, requirement, scope), role_span(world, requirement, scope)
    return max(own[0], role[0]), max(own[1], role[1])


def when(world: World, span: Span) -> str:
    """Return before, after or open: where the date stands in a span (COVERAGE §5, R2 and R2b)."""
    if span[1] <= world.as_of:
        return "after"
    return "before" if world.as_of < span[0] else "open"


def effective_from(world: World, requirement: Node, scope: Node) -> date | None:
    """Return the earliest date from which a requirement may apply (COVERAGE §5, R2)."""
    first, _ = whole_span(world, requirement, scope)
    return None if first == date.min else first


# ---------------------------------------------------------------- R3: acceptance


def all_rows(world: World) -> list[Row]:
    """Return every stored mapping row (CONTRACT, mapping rows)."""
    graph = world.graph
    return [
        Row(
            source=graph.value(node, OWL.annotatedSource),
            target=graph.value(node, OWL.annotatedTarget),
            code=CODE_OF[graph.value(node, NG.relationship)],
            functional=graph.value(node, NG.rationaleType) == NG.Functional,
            review=REVIEW_OF.get(graph.value(node, NG.reviewState)),
            object_version=str(graph.value(node, SSSOM.object_source_version)),
            elements=frozenset(graph.objects(node, NG.coversElement)),
        )
        for node in sorted(graph.subjects(RDF.type, SSSOM.Mapping))
        if (node, NG.relationship, None) in graph
    ]


def date_of_framework_version(world: World, provision: Node, version: str) -> date | None:
    """Return the first day of the framework version a row was written against (CONTRACT, R3 on versions)."""
    graph = world.graph
    for framework in objects(graph, provision, NG.inFramework):
        for node in graph.subjects(NG.versionOf, framework):
            if is_a(world, node, NG.FrameworkVersion) and str(graph.value(node, OWL.versionInfo)) == version:
                return day(graph, node, NG.validFrom) or day(graph, node, DCT.issued)
    return None


def stale(world: World, row: Row) -> bool:
    """Tell whether the target's provision has changed since the row's object version (CONTRACT, R3 on versions)."""
    provisions = objects(world.graph, row.target, NG.derivedFrom) or {row.target}
    return any(changed_since(world, one, row.object_version) for one in provisions if versions_of(world, one))


def changed_since(world: World, provision: Node, version: str) -> bool:
    """Tell whether a provision with versions reads otherwise now, or is not in force now (CONTRACT, R3 on versions)."""
    now = versions_in_force(world, provision, world.as_of)
    return not now or now != versions_in_force(world, provision, date_of_framework_version(world, provision, version))


@lru_cache(maxsize=64)
def r3_accepted(world: World) -> list[Row]:
    """Return the functional rows at or above the policy and not stale (COVERAGE §5, R3; §1, rationale type)."""
    if world.whole:
        return r3_accepted(world.whole)
    enough = ACCEPTED_AT[world.policy.least]
    return [row for row in all_rows(world) if row.functional and row.review in enough and not stale(world, row)]


@lru_cache(maxsize=64)
def accepted_by_target(world: World) -> dict[Node, list[Row]]:
    """Return the accepted rows by what they are mapped to (COVERAGE §5, R3)."""
    if world.whole:
        return accepted_by_target(world.whole)
    found: dict[Node, list[Row]] = {}
    for row in r3_accepted(world):
        found.setdefault(row.target, []).append(row)
    return found


# ---------------------------------------------------------------- R4: support


def rows_on(world: World, requirement: Node) -> list[Row]:
    """Return the accepted rows whose target is the requirement itself (COVERAGE §5, R4)."""
    return accepted_by_target(world).get(requirement, [])


def rows_above(world: World, requirement: Node) -> list[Row]:
    """Return the accepted rows whose target is an ancestor provision of the requirement (COVERAGE §5, R4)."""
    provisions = [one for one in chain(world, requirement)[1:] if not is_a(world, one, NG.Framework)]
    return [row for one in provisions for row in accepted_by_target(world).get(one, [])]


def own_controls(world: World, requirement: Node) -> list[Node]:
    """Return the control or clause a standard's requirement is derived from: EQ to it (COVERAGE §3)."""
    found = objects(world.graph, requirement, NG.derivedFrom)
    return sorted(one for one in found if is_a(world, one, NG.Control) or is_a(world, one, NG.Clause))


def as_control(world: World, node: Node) -> Node:
    """Return the control that a requirement of a standard restates, and anything else as it is (COVERAGE §3)."""
    own = own_controls(world, node) if is_a(world, node, NG.Requirement) else []
    return own[0] if own else node


def relations_to(world: World, middle: Node) -> list[tuple[Node, str]]:
    """Return (c, relation of c to the middle) from accepted rows and their converses (COVERAGE §1, converse)."""
    rows = r3_accepted(world)
    stored = [(row.source, row.code) for row in rows if as_control(world, row.target) == middle]
    computed = [(as_control(world, row.target), CONVERSE[row.code]) for row in rows if row.source == middle]
    return [(one, code) for one, code in stored + computed if not is_a(world, one, NG.Requirement)]


def derived_relations(world: World, requirement: Node) -> list[tuple[Node, frozenset[str]]]:
    """Return the two-hop derived mappings, several paths of a pair intersected; they stay proposed (COVERAGE §2)."""
    if world.policy.hops < 2 or "proposed" not in ACCEPTED_AT[world.policy.least]:
        return []
    paths = [
        (control, compose(first, row.code))
        for row in rows_on(world, requirement)
        for control, first in relations_to(world, row.source)
        if control != row.source and control not in own_controls(world, requirement)
    ]
    return [
        (one, frozenset(CODES).intersection(*(left for control, left in paths if control == one)))
        for one in sorted({control for control, _ in paths})
    ]


def r4_support(world: World, requirement: Node) -> list[Support]:
    """Return what controls give the requirement if fully implemented (COVERAGE §3 and §5, R4)."""
    none: frozenset[Node] = frozenset()
    found = [Support(control, "FULL", none, None) for control in own_controls(world, requirement)]
    for row in rows_on(world, requirement):
        grade = gives({row.code})
        if grade in ("FULL", "PART"):
            found.append(Support(row.source, grade, row.elements, row.review))
    full_above = [row for row in rows_above(world, requirement) if gives({row.code}) == "FULL"]
    found += [Support(row.source, "FULL", none, row.review) for row in full_above]
    for control, relations in derived_relations(world, requirement):
        grade = gives(relations)
        if grade in ("FULL", "PART"):
            found.append(Support(control, grade, none, "proposed"))
    return found


ABOVE = {
    "EQ": frozenset({"EQ", "SUP"}),
    "SUP": frozenset({"EQ", "SUP"}),
    "SUB": frozenset(CODES),
    "INT": frozenset(CODES),
    "DIS": frozenset({"DIS"}),
}


def rows_contradict(world: World, requirement: Node) -> bool:
    """Tell whether for some control nothing satisfies all that is accepted (COVERAGE §2; CONTRACT, contradiction)."""
    claims = [(one, frozenset({"EQ"})) for one in own_controls(world, requirement)]
    claims += [(row.source, frozenset({row.code})) for row in rows_on(world, requirement)]
    claims += [(row.source, ABOVE[row.code]) for row in rows_above(world, requirement)]
    claims += derived_relations(world, requirement)
    return any(not frozenset.intersection(*[said for two, said in claims if two == one]) for one, _ in claims)


# ---------------------------------------------------------------- R5: implemented


def contains(world: World, implementation: Node, scope: Node) -> bool:
    """Tell whether an implementation's scope contains a scope; the organisation contains all (CONTRACT, scope)."""
    return bool({scope, world.organisation} & objects(world.graph, implementation, NG.hasScope))


def statements_about(world: World, control: Node, scope: Node, status: URIRef) -> list[Node]:
    """Return the control implementations of a status that are valid on the date and contain the scope (CONTRACT)."""
    return sorted(
        one
        for one in world.graph.subjects(NG.implementsControl, control)
        if is_a(world, one, NG.ControlImplementation)
        and (one, NG.status, status) in world.graph
        and in_force(world.graph, one, world.as_of)
        and contains(world, one, scope)
    )


def r5_implementations(world: World, control: Node, scope: Node) -> list[Node]:
    """Return the implementations of a control in a scope that does not exclude it (COVERAGE §5, R5).

    Nobody implements a requirement: a row between two norms supports nothing by itself (record 21).
    """
    if is_a(world, control, NG.Requirement) or statements_about(world, control, scope, NG.Excluded):
        return []
    return statements_about(world, control, scope, NG.Implemented)


# ---------------------------------------------------------------- R6: evidenced


def four_eyes(world: World, item: Node) -> bool:
    """Tell whether an item is approved and none of its approvers collected it (COVERAGE §5, R6)."""
    approvers = objects(world.graph, item, NG.approvedBy)
    return bool(approvers) and not approvers & objects(world.graph, item, NG.collectedBy)


def superseded(world: World, item: Node) -> bool:
    """Tell whether a successor is issued and approved by another (CONTRACT, evidence)."""
    return any(
        (issued := day(world.graph, successor, DCT.issued)) is not None
        and issued <= world.as_of
        and four_eyes(world, successor)
        for successor in world.graph.subjects(NG.supersedes, item)
    )


def last_day(world: World, item: Node, template: Node) -> date | None:
    """Return the last day an item counts for a template, None if it never ends (CONTRACT, evidence)."""
    ends = [day(world.graph, item, NG.validUntil)]
    issued, age = day(world.graph, item, DCT.issued), world.graph.value(template, NG.maximumAge)
    if issued is not None and age is not None:
        ends.append(issued + timedelta(days=int(age.toPython())))
    return min((one for one in ends if one is not None), default=None)


def current(world: World, item: Node, template: Node) -> bool:
    """Tell whether an item is issued, valid and young enough on the date (COVERAGE §5, R6)."""
    issued, end = day(world.graph, item, DCT.issued), last_day(world, item, template)
    dated = issued is not None and day(world.graph, item, NG.validUntil) is not None
    return dated and issued <= world.as_of and world.as_of <= end


def speaks_of(world: World, item: Node, subject: Node, *, itself: bool) -> bool:
    """Tell whether an item is in scope for a subject; for a per-asset template it names it (CONTRACT, evidence)."""
    respects = objects(world.graph, item, NG.inRespectOf)
    if itself:
        return subject in respects
    return not respects or bool({subject, world.organisation} & respects)


def right_type(world: World, item: Node, template: Node) -> bool:
    """Tell whether an item's type is the template's or narrower (CONTRACT, evidence)."""
    wanted = world.graph.value(template, NG.evidenceType)
    return any(wanted in broader_or_self(world.graph, one) for one in objects(world.graph, item, NG.evidenceType))


def counted_items(world: World, implementation: Node, template: Node, subject: Node, *, itself: bool) -> list[Node]:
    """Return the evidence of an implementation that counts for a template and a subject (CONTRACT, evidence)."""
    return sorted(
        item
        for item in world.graph.subjects(NG.evidences, implementation)
        if is_a(world, item, NG.Evidence)
        and (item, NG.outcome, NG.Supports) in world.graph
        and right_type(world, item, template)
        and current(world, item, template)
        and four_eyes(world, item)
        and speaks_of(world, item, subject, itself=itself)
        and not superseded(world, item)
    )


def template_subjects(world: World, implementation: Node, template: Node, scope: Node) -> list[tuple[Node, bool]]:
    """Return (subject, must be named itself) for each subject a template must be met for (CONTRACT, evidence)."""
    if not flag(world.graph, template, NG.perAsset):
        return [(scope, False)]
    if scope != world.organisation:
        return [(scope, True)]
    return [(one, one != scope) for one in sorted(objects(world.graph, implementation, NG.hasScope))]


def templates_of(world: World, control: Node) -> list[Node]:
    """Return the evidence templates of a control (CONTRACT, evidence templates)."""
    return sorted(one for one in world.graph.subjects(NG.forControl, control) if is_a(world, one, NG.EvidenceTemplate))


def template_met(world: World, implementation: Node, template: Node, scope: Node) -> bool:
    """Tell whether a template is met, or demands nothing and says why (COVERAGE §5, R6)."""
    if flag(world.graph, template, NG.demandsNothing):
        return (template, NG.justification, None) in world.graph
    least = world.graph.value(template, NG.minimumCount)
    wanted = max(1, int(least.toPython())) if least is not None else 1
    return all(
        len(counted_items(world, implementation, template, subject, itself=itself)) >= wanted
        for subject, itself in template_subjects(world, implementation, template, scope)
    )


def open_major_finding(world: World, implementation: Node) -> bool:
    """Tell whether a major finding is open on the date (COVERAGE §5, R6; CONTRACT, finding)."""
    for finding in world.graph.subjects(NG.against, implementation):
        issued, closed = day(world.graph, finding, DCT.issued), day(world.graph, finding, NG.closedOn)
        raised = issued is None or issued <= world.as_of
        ended = closed is not None and closed <= world.as_of
        if (finding, NG.severity, NG.Major) in world.graph and raised and not ended:
            return True
    return False


def r6_evidenced(world: World, implementation: Node, control: Node, scope: Node) -> bool:
    """Tell whether an implementation has current evidence for every template of the control (COVERAGE §5, R6)."""
    templates = templates_of(world, control)
    return (
        bool(templates)
        and all(template_met(world, implementation, template, scope) for template in templates)
        and not open_major_finding(world, implementation)
    )


def ends_of_evidence(world: World, implementation: Node, control: Node, scope: Node) -> list[date]:
    """Return the last days of all counted items of an implementation (COVERAGE §0, freshness)."""
    return [
        end
        for template in templates_of(world, control)
        for subject, itself in template_subjects(world, implementation, template, scope)
        for item in counted_items(world, implementation, template, subject, itself=itself)
        if (end := last_day(world, item, template)) is not None
    ]


# ---------------------------------------------------------------- §3: several partial mappings


def elements_of(world: World, requirement: Node, scope: Node) -> frozenset[Node]:
    """Return E(r): the elements whose condition is not known false (COVERAGE §3)."""
    found = world.graph.objects(requirement, NG.hasElement)
    return frozenset(one for one in found if conditions_hold(world, one, scope) is not False)


def addressed(support: Iterable[Support], elements: frozenset[Node]) -> frozenset[Node]:
    """Return designed(r) or proven(r): the elements the given support covers fully (COVERAGE §3)."""
    found: set[Node] = set()
    for one in support:
        found |= elements if one.grade == "FULL" else one.elements & elements
    return frozenset(found)


def complete(world: World, requirement: Node, support: list[Support], elements: frozenset[Node]) -> bool:
    """Tell whether support completes a requirement: one FULL, or all elements and the flag (COVERAGE §3)."""
    if any(one.grade == "FULL" for one in support):
        return True
    flagged = flag(world.graph, requirement, NG.elementsComplete)
    return flagged and bool(elements) and addressed(support, elements) == elements


def loose(support: Support) -> bool:
    """Tell whether a partial row names no element at all (COVERAGE §3)."""
    return support.grade == "PART" and not support.elements


def bears_upon(support: Support, elements: frozenset[Node]) -> bool:
    """Tell whether support adds anything: all, an element still in E(r), or loosely (COVERAGE §3)."""
    return support.grade == "FULL" or loose(support) or bool(support.elements & elements)


# ---------------------------------------------------------------- R7: the state


def open_textured(world: World, requirement: Node) -> bool:
    """Tell whether a human must judge; yes by default and for every qualifier recorded (COVERAGE §3 and §5, R7)."""
    asked = flag(world.graph, requirement, NG.requiresHumanJudgement, default=True)
    return asked or (requirement, NG.operativeQualifier, None) in world.graph


def latest_judgement(world: World, requirement: Node, scope: Node) -> Node | None:
    """Return the conclusion of the latest judgement in force, the insufficient one of a tie (CONTRACT, judgement)."""
    graph = world.graph
    found = [
        (day(graph, one, DCT.issued), (one, NG.conclusion, NG.Insufficient) in graph, graph.value(one, NG.conclusion))
        for one in graph.subjects(NG.ofRequirement, requirement)
        if is_a(world, one, NG.Judgement)
        and (one, NG.inRespectOf, scope) in graph
        and unexpired(graph, one, world.as_of)
    ]
    return max(found)[2] if found else None


def judged(world: World, requirement: Node, scope: Node) -> tuple[str, str | None]:
    """Return the state and question of a requirement proven complete (COVERAGE §5, R7; CONTRACT, Insufficient)."""
    conclusion = latest_judgement(world, requirement, scope)
    if conclusion == NG.Insufficient:
        return PARTIAL, None
    if conclusion is None and open_textured(world, requirement):
        return REVIEW, "ready for judgement"
    return COVERED, None


def events_upon(world: World, requirement: Node, scope: Node) -> list[Node]:
    """Return the recorded events that set a requirement going in a scope (CONTRACT, event-triggered; RECORD 22)."""
    graph = world.graph
    wanted = objects(graph, requirement, NG.triggeredBy)
    found = sorted(
        event
        for event in graph.subjects(RDF.type, NG.Event)
        if any(wanted & broader_or_self(graph, kind) for kind in objects(graph, event, NG.eventType))
        and (scope == world.organisation or {scope, world.organisation} & objects(graph, event, NG.inRespectOf))
        and any(
            known is not None and known <= world.as_of
            for known in (day(graph, event, NG.awareAt), day(graph, event, DCT.issued))
        )
    )
    return kept(world, requirement, scope, found, firing=True)


def performed(world: World, requirement: Node, event: Node) -> bool:
    """Tell whether counting evidence shows performance for an event (CONTRACT, event-triggered)."""
    graph = world.graph
    return any(
        (item, NG.ofEvent, event) in graph
        and (item, NG.outcome, NG.Supports) in graph
        and (issued := day(graph, item, DCT.issued)) is not None
        and issued <= world.as_of
        and four_eyes(world, item)
        for item in graph.subjects(NG.showsPerformanceOf, requirement)
        if is_a(world, item, NG.Evidence)
    )


def performance(world: World, requirement: Node, scope: Node) -> Inner | None:
    """Return the state by performance once an event is recorded, else None: readiness (COVERAGE §5, events)."""
    done = [performed(world, requirement, event) for event in events_upon(world, requirement, scope)]
    if not done:
        return None
    if not all(done):
        return Inner(PARTIAL if any(done) else NOT_COVERED, "R7")
    state, question = judged(world, requirement, scope)
    return Inner(state, "R7", question)


def weakest(reviews: Iterable[str | None]) -> str | None:
    """Return the weakest review state, None if there is none (COVERAGE §0, assurance)."""
    return min((one for one in reviews if one), key=REVIEW_STATES.index, default=None)


def readiness(world: World, requirement: Node, scope: Node) -> Inner:
    """Return what R3 to R7 find over mappings, implementations and evidence (COVERAGE §5, R7)."""
    elements = elements_of(world, requirement, scope)
    used = [
        (one, implementation)
        for one in r4_support(world, requirement)
        if bears_upon(one, elements)
        for implementation in r5_implementations(world, one.control, scope)
    ]
    designed = [one for one, _ in used]
    proven = [one for one, implementation in used if r6_evidenced(world, implementation, one.control, scope)]
    state, question = r7_order(world, requirement, scope, designed, proven)
    ends = [end for one, implementation in used for end in ends_of_evidence(world, implementation, one.control, scope)]
    return Inner(
        state=state,
        rule="R7",
        question=question,
        missing=elements - addressed(designed, elements),
        assurance=weakest(one.review for one in designed),
        first_expiry=min(ends, default=None),
    )


def r7_order(
    world: World, requirement: Node, scope: Node, designed: list[Support], proven: list[Support]
) -> tuple[str, str | None]:
    """Return the state and question: the order of R7, first match wins (COVERAGE §5, R7)."""
    elements = elements_of(world, requirement, scope)
    if rows_contradict(world, requirement):
        return REVIEW, "conflict"
    if complete(world, requirement, proven, elements):
        return judged(world, requirement, scope)
    if complete(world, requirement, designed, elements):
        insufficient = latest_judgement(world, requirement, scope) == NG.Insufficient
        return (PARTIAL if insufficient else CLAIMED), None
    return (PARTIAL if designed else NOT_COVERED), None


def r7_state(world: World, requirement: Node, scope: Node) -> Inner:
    """Return the state applicability left aside: performance if there was an event, else readiness (COVERAGE §5)."""
    return performance(world, requirement, scope) or readiness(world, requirement, scope)


# ---------------------------------------------------------------- R0 to R2b: verdicts before the evidence


def verdict(
    world: World, requirement: Node, scope: Node, state: str, *, rule: str, question: str | None = None
) -> Result:
    """Return a verdict that keeps beside it the state otherwise (COVERAGE §5, ifApplicable)."""
    inner = r7_state(world, requirement, scope)
    return {
        "state": state,
        "kind": None,
        "rule": rule,
        "question": question,
        "missing": set(inner.missing),
        "if_applicable": inner.state,
        "assurance": inner.assurance,
        "first_expiry": inner.first_expiry,
        "effective_from": effective_from(world, requirement, scope),
    }


def not_applicable(world: World, requirement: Node, scope: Node, rule: str, kind: str) -> Result:
    """Return a NotApplicable verdict with its kind (COVERAGE §5, counted by kind)."""
    return {
        "state": NOT_APPLICABLE,
        "kind": kind,
        "rule": rule,
        "question": None,
        "missing": set(),
        "if_applicable": None,
        "assurance": None,
        "first_expiry": None,
        "effective_from": effective_from(world, requirement, scope),
    }


def no_scope(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return the single result of a requirement that has no scope (CONTRACT, scopes)."""
    question = asset_question(world, requirement)
    if question == "none":
        return not_applicable(world, requirement, scope, "R1", "no-asset")
    if question == "unknown":
        return verdict(world, requirement, scope, REVIEW, rule="R2b", question="is there no such asset?")
    return None


def r1_not_applicable(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return NotApplicable where a mandatory condition is known false or a limitation fires (R1; RECORD 22)."""
    if applicability(world, requirement, scope) is False or taken_away(world, requirement, scope) is True:
        return not_applicable(world, requirement, scope, "R1", "role-or-class")
    return None


def r1b_displaced(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return NotApplicable where a displacement rule fires (COVERAGE §5, R1b)."""
    if displaced(world, requirement, scope) is True:
        return not_applicable(world, requirement, scope, "R1b", "displaced")
    return None


def r1c_deemed(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return the state of all referred rules where a deeming rule fires (COVERAGE §5, R1c)."""
    rules = firing_deeming_rules(world, requirement, scope)
    if not rules:
        return None
    if outside_the_graph(world, rules) or refers_to_itself(world, requirement):
        return verdict(
            world, requirement, scope, REVIEW, rule="R1c", question="the referred rules are not in the graph"
        )
    provisions = referred_provisions(world, rules)
    leaves = [
        result
        for one in live_requirements(world)
        if provisions & set(chain(world, one))
        for result in assess_requirement(world, one)
    ]
    whole = all(decomposed(world.graph, one) for one in provisions)
    return as_the_referred(world, requirement, scope, leaves, whole=whole)


def as_the_referred(world: World, requirement: Node, scope: Node, leaves: list[Result], *, whole: bool) -> Result:
    """Return the verdict that takes over the referred leaves' state, assurance and freshness (COVERAGE §5, R1c)."""
    state = r8([one["state"] for one in leaves], complete=whole)
    if state == NOT_APPLICABLE:
        return not_applicable(world, requirement, scope, "R1c", "deemed")
    if state in (NOT_YET, REVIEW):
        return verdict(
            world, requirement, scope, state, rule="R1c", question="the referred rules" if state == REVIEW else None
        )
    counted = [one for one in leaves if one["state"] not in (NOT_APPLICABLE, NOT_YET)]
    return not_applicable(world, requirement, scope, "R1c", "deemed") | {
        "state": state,
        "kind": None,
        "assurance": weakest(one["assurance"] for one in counted),
        "first_expiry": min((one["first_expiry"] for one in counted if one["first_expiry"]), default=None),
    }


def r1d_legacy(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return what grandfathering says: never, later, or an open question (COVERAGE §5, R1d)."""
    outcomes = legacy_outcomes(world, requirement, scope)
    if "exempt" in outcomes:
        return not_applicable(world, requirement, scope, "R1d", "legacy")
    if "later" in outcomes:
        own, grace = effective_from(world, requirement, scope), grace_date(world, requirement, scope)
        found = verdict(world, requirement, scope, NOT_YET, rule="R1d")
        return found | {"effective_from": max(grace, own) if own else grace}
    if "open" in outcomes:
        return verdict(world, requirement, scope, REVIEW, rule="R1d", question="which cut-off?")
    return None


def r1e_excluded(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return NotApplicable for a control excluded with justification and approval (COVERAGE §3; CONTRACT, excluded)."""
    for control in own_controls(world, requirement):
        if not is_a(world, control, NG.Control):
            continue
        for statement in statements_about(world, control, scope, NG.Excluded):
            if objects(world.graph, statement, NG.justification) and objects(world.graph, statement, NG.approvedBy):
                return not_applicable(world, requirement, scope, "R1", "excluded")
    return None


def r2_not_yet(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return NotYetApplicable before the effective date under every completion (COVERAGE §5, R2 and R2b)."""
    if when(world, whole_span(world, requirement, scope)) == "before":
        return verdict(world, requirement, scope, NOT_YET, rule="R2")
    return None


def r2b_undetermined(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return NeedsLegalReview where it is not known whether the requirement applies (COVERAGE §5, R2b)."""
    unknown = (
        applicability(world, requirement, scope) is None
        or taken_away(world, requirement, scope) is None
        or extent_is_open(world, requirement, scope)
        or event_is_open(world, requirement, scope)
        or displaced(world, requirement, scope) is None
        or deemed(world, requirement, scope) is None
        or "unknown" in legacy_outcomes(world, requirement, scope)
    )
    if unknown:
        return verdict(world, requirement, scope, REVIEW, rule="R2b", question="does it apply?")
    if when(world, whole_span(world, requirement, scope)) == "open":
        return verdict(world, requirement, scope, REVIEW, rule="R2b", question="from when does it apply?")
    return None


def r2_presupposition(world: World, requirement: Node, scope: Node) -> Result | None:
    """Return NeedsLegalReview where a presupposed provision does not surely apply yet (COVERAGE §5, R2)."""
    presupposed = objects(world.graph, requirement, NG.presupposes)
    if any(when(world, own_span(world, one, scope)) != "after" for one in presupposed):
        return verdict(
            world, requirement, scope, REVIEW, rule="R2", question="does it bite before what it presupposes?"
        )
    return None


def r7_verdict(world: World, requirement: Node, scope: Node) -> Result:
    """Return the verdict of R3 to R7 for a requirement that applies (COVERAGE §5, R7)."""
    inner = r7_state(world, requirement, scope)
    found = verdict(world, requirement, scope, inner.state, rule=inner.rule, question=inner.question)
    return found | {"if_applicable": None}


RULES = (
    no_scope,
    r1_not_applicable,
    r1b_displaced,
    r1c_deemed,
    r1d_legacy,
    r1e_excluded,
    r2_not_yet,
    r2b_undetermined,
    r2_presupposition,
    r7_verdict,
)


def first_match(world: World, requirement: Node, scope: Node) -> Result:
    """Return the first verdict of the rules in their order (COVERAGE §5, first match wins)."""
    return next(found for rule in RULES if (found := rule(world, requirement, scope)) is not None)


def arising_from(world: World, requirement: Node, scope: Node) -> list[Node]:
    """Return the assets from which a norm of the organisation arises, none where it has no such (RECORD 25)."""
    kind = CLASS_PER.get(world.graph.value(requirement, NG.arisesPer))
    return assets_of_class(world, kind) if kind and scope == world.organisation else []


@lru_cache(maxsize=1024)
def seen_through(world: World, asset: Node) -> World:
    """Return the world in which roles of the organisation are read for an asset too (RECORD 25)."""
    return replace(world, through=asset, whole=world)


def by_way_of(world: World, requirement: Node, asset: Node) -> Result:
    """Return what an asset makes of a norm of the organisation; the rest is the organisation's own (RECORD 25)."""
    found = first_match(seen_through(world, asset), requirement, asset)
    own = r7_verdict(world, requirement, world.organisation)
    if found["rule"] == "R7":
        return own | {"effective_from": found["effective_from"]}
    kept = ("missing", "if_applicable", "assurance", "first_expiry")
    beside = {key: own[key] for key in kept} | {"if_applicable": own["state"]}
    return found if found["if_applicable"] is None else found | beside


def how_much_it_binds(world: World, found: Result) -> tuple[int, Any, Any]:
    """Return the place of a verdict from not applicable to in force, ties as RECORD 25 says."""
    first = found["effective_from"] or date.min
    early = (date.max - first).days
    if found["state"] == NOT_APPLICABLE:
        return 0, found["rule"], early
    if found["rule"] == "R1d" and found["state"] == REVIEW and first > world.as_of:
        return 1, early, found["rule"]
    if found["state"] == NOT_YET:
        return 2, early, found["rule"]
    if found["state"] == REVIEW and found["rule"] != "R7":
        return 3, early, found["rule"]
    return (4 if found["rule"] == "R1c" else 5), early, found["rule"]


def computed(world: World, requirement: Node, scope: Node) -> Result:
    """Return the verdict on a requirement, as the asset has it from which it arises and binds most (RECORD 25)."""
    assets = sorted(arising_from(world, requirement, scope))
    if not assets:
        return first_match(world, requirement, scope)
    return max((by_way_of(world, requirement, one) for one in assets), key=lambda one: how_much_it_binds(world, one))


def r0_override(world: World, requirement: Node, scope: Node) -> str | None:
    """Return the state a named reviewer sets, with reason and expiry; the latest wins (COVERAGE §5, R0)."""
    graph = world.graph
    found = [
        (day(graph, one, DCT.issued), -CAUTION.index(state), state)
        for one in graph.subjects(NG.ofRequirement, requirement)
        if is_a(world, one, NG.Override)
        and (one, NG.inRespectOf, scope) in graph
        and unexpired(graph, one, world.as_of)
        and (one, NG.judgedBy, None) in graph
        and (one, NG.reason, None) in graph
        for state in [local(graph.value(one, NG.overridingState))]
    ]
    return max(found)[2] if found else None


def assess_pair(world: World, requirement: Node, scope: Node) -> Result:
    """Return the result of one requirement in one scope (COVERAGE §5)."""
    found = computed(world, requirement, scope)
    found |= {"requirement": requirement, "scope": scope, "computed": found["state"]}
    override = r0_override(world, requirement, scope)
    return found if override is None else found | {"state": override, "kind": None, "rule": "R0"}


def assess_requirement(world: World, requirement: Node) -> list[Result]:
    """Return the results of a requirement over its scopes (COVERAGE §5)."""
    return [assess_pair(world, requirement, scope) for scope in scopes_of(world, requirement)]


def assess(dataset: Dataset | Graph, organisation: URIRef, as_of: date, policy: Policy) -> list[Result]:
    """Return the results of every live requirement in every scope, in order (COVERAGE §0 and §5)."""
    world = World(union_of(dataset), organisation, as_of, policy)
    return [result for one in live_requirements(world) for result in assess_requirement(world, one)]


# ---------------------------------------------------------------- §6: roll-up


def r8(states: Iterable[str], *, complete: bool) -> str:
    """Return the state of a subtree or of an organisation from its leaf states (COVERAGE §6, R8)."""
    leaves = list(states)
    live = [one for one in leaves if one not in (NOT_APPLICABLE, NOT_YET)]
    if not live:
        return r8_none_live(leaves, complete=complete)
    state = r8_open(set(live)) if REVIEW in live else r8_definite(set(live))
    return PARTIAL if state in (COVERED, CLAIMED) and not complete else state


def r8_none_live(leaves: list[str], *, complete: bool) -> str:
    """Return the state of a subtree none of whose leaves is live (COVERAGE §6)."""
    if not complete:
        return REVIEW
    return NOT_YET if NOT_YET in leaves else NOT_APPLICABLE


def r8_definite(live: set[str]) -> str:
    """Return the state of live leaves none of which needs legal review (COVERAGE §6)."""
    if live == {COVERED}:
        return COVERED
    if live <= {COVERED, CLAIMED}:
        return CLAIMED
    return NOT_COVERED if live == {NOT_COVERED} else PARTIAL


def r8_open(live: set[str]) -> str:
    """Return the state of live leaves some of which need legal review (COVERAGE §6, supervaluation)."""
    mixed = NOT_COVERED in live and bool(live & {COVERED, CLAIMED})
    return PARTIAL if PARTIAL in live or mixed else REVIEW


def roll_up_scopes(results: Iterable[Result]) -> dict[Node, str]:
    """Return the organisation's state of each requirement: R8 over its scopes (COVERAGE §5 and §6)."""
    found: dict[Node, list[str]] = {}
    for one in results:
        found.setdefault(one["requirement"], []).append(one["state"])
    return {requirement: r8(states, complete=True) for requirement, states in sorted(found.items())}


ROLLED_UP = {NG.Article, NG.Paragraph, NG.Subparagraph, NG.Point, NG.AnnexItem, NG.Control, NG.Clause}


def kinds_of_part(graph: Graph, provision: Node) -> set[Node]:
    """Return the subdivision types and classes of a framework part (CONTRACT, framework part)."""
    return objects(graph, provision, ELI.type_subdivision) | objects(graph, provision, RDF.type)


def subtree(graph: Graph, provision: Node) -> set[Node]:
    """Return a provision with all its descendants (CONTRACT, directPartOf)."""
    return set(graph.transitive_subjects(NG.directPartOf, provision))


def requirements_of(graph: Graph, provisions: Iterable[Node]) -> set[Node]:
    """Return the requirements derived from any of the provisions, live or not (COVERAGE §6)."""
    return {one for provision in provisions for one in graph.subjects(NG.derivedFrom, provision)}


def modelled(graph: Graph, provision: Node) -> bool:
    """Tell whether a provision or an ancestor of it is classified or has a requirement (COVERAGE §6, not modelled)."""
    above = set(graph.transitive_objects(provision, NG.directPartOf))
    return any((one, NG.provisionClass, None) in graph for one in above) or bool(requirements_of(graph, above))


def decomposed(graph: Graph, provision: Node) -> bool:
    """Tell whether a provision, or what it is part of, is flagged as captured whole (COVERAGE §6)."""
    above = [provision, *graph.transitive_objects(provision, NG.directPartOf)]
    return any(flag(graph, one, NG.decompositionComplete) for one in above)


def roll_up_provision(dataset: Dataset | Graph, results: Iterable[Result], provision: Node) -> dict[str, Any]:
    """Return state, status, counts and what is not modelled of a provision: R8 over its live leaves (COVERAGE §6)."""
    graph = union_of(dataset)
    parts = subtree(graph, provision)
    below = requirements_of(graph, parts)
    leaves = [one for one in results if one["requirement"] in below]
    whole = decomposed(graph, provision)
    status = "modelled" if below else "not modelled"
    if not below and (provision, NG.provisionClass, None) in graph:
        status = "classified"
    childless = [one for one in parts if (None, NG.directPartOf, one) not in graph]
    return {
        "state": r8([one["state"] for one in leaves], complete=whole) if leaves else None,
        "status": status,
        "not_modelled": sum(not modelled(graph, one) for one in childless),
        **counts(leaves),
    }


def roll_up_provisions(dataset: Dataset | Graph, results: list[Result]) -> dict[Node, dict[str, Any]]:
    """Return the roll-up of every provision up to the article, above which there are counts only (COVERAGE §5)."""
    graph = union_of(dataset)
    parts = sorted(one for one in set(graph.subjects(NG.directPartOf)) if kinds_of_part(graph, one) & ROLLED_UP)
    return {one: roll_up_provision(graph, results, one) for one in parts}


def counts(results: Iterable[Result]) -> dict[str, Any]:
    """Return the counts of requirements per state, the kinds of NotApplicable and the denominators (COVERAGE §6)."""
    known = list(results)
    states = roll_up_scopes(known)
    kinds: dict[Node, set[str]] = {}
    for one in known:
        if states[one["requirement"]] == NOT_APPLICABLE:
            kinds.setdefault(one["requirement"], set()).add(one["kind"] or "override")
    return {
        "states": Counter(states.values()),
        "kinds": Counter(kind for found in kinds.values() for kind in found),
        "requirements": len(states),
        "denominator": sum(one not in (NOT_APPLICABLE, NOT_YET) for one in states.values()),
    }
