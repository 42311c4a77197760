"""What may never happen, on random organisations and small changes of their graphs (COVERAGE §6, invariants)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from random import Random  # noqa: TC003 - read by hypothesis
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from engine.coverage.assess import Assessment, assess
from engine.coverage.values import Policy, Result
from engine.explain import ProofNode, explain_all, explain_provision, prose, to_json
from engine.graph import Graph, Iri
from engine.model import ReviewState, State
from engine.organisation import read_organisation
from engine.reading import read_knowledge
from engine.vocabulary import NG, PREFIXES, graph
from tests.oracle.organisations import generate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEEDS = st.integers(0, 400)
EX = "https://w3id.org/normgraph/example/random/"
OWL, SSSOM, DCT, RDF, XSD = (PREFIXES[name] for name in ("owl", "sssom", "dcterms", "rdf", "xsd"))
PARTIAL = (NG.SubsetOf, NG.IntersectsWith)

few = settings(max_examples=60, deadline=None, derandomize=True)


class Case(NamedTuple):
    quads: tuple[Quad, ...]
    organisation: Iri
    day: date
    policy: Policy


@lru_cache(maxsize=512)
def case_of(seed: int) -> Case:
    made = generate(seed)
    policy = Policy(ReviewState[made.policy.least.upper().replace("-", "_")], made.policy.hops)
    quads = tuple(parse(made.nquads(), format=RdfFormat.N_QUADS))
    return Case(quads, Iri(str(made.organisation)), made.as_of, policy)


def run(case: Case, more: Iterable[Quad] = (), day: date | None = None) -> Assessment:
    return assessed((*case.quads, *more), case, day)


def assessed(quads: Iterable[Quad], case: Case, day: date | None = None) -> Assessment:
    found = Graph(quads)
    knowledge = read_knowledge(found)
    organisation = read_organisation(found, case.organisation, knowledge.fact_properties)
    return assess(knowledge, organisation, day or case.day, case.policy)


@lru_cache(maxsize=512)
def before(seed: int) -> Assessment:
    return run(case_of(seed))


def leaf(result: Result) -> Result:
    """Return the result by R3 to R7 that lies beneath overrides, dates and open questions."""
    while result.otherwise is not None:
        result = result.otherwise
    return result


ORDER = (State.NOT_COVERED, State.PARTIALLY, State.CLAIMED, State.REVIEW, State.COVERED)


def ranks(assessment: Assessment) -> dict[tuple[Iri, Iri], int | None]:
    """Return how far each leaf is; nothing where it stands outside the order."""
    found: dict[tuple[Iri, Iri], int | None] = {}
    for result in assessment.results:
        last = leaf(result)
        outside = last.rule != "R7" or (last.state is State.REVIEW and last.reason != "ready for judgement")
        found[result.requirement, result.scope] = None if outside else ORDER.index(last.state)
    return found


def compared(one: Assessment, other: Assessment) -> Iterator[tuple[tuple[Iri, Iri], int, int]]:
    after = ranks(other)
    for key, rank in ranks(one).items():
        now = after[key]
        if rank is not None and now is not None:
            yield key, rank, now


def told(assessment: Assessment) -> list[tuple[object, ...]]:
    """Return every state, with rule, kind and what it would be otherwise."""
    return [
        (r.requirement, r.scope, r.state, r.rule, r.kind, r.if_applicable, r.missing, r.first_expiry)
        for r in assessment.results
    ]


def statements(subject: str, home: str, facts: dict[str, object]) -> list[Quad]:
    quads = []
    for predicate, value in facts.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            term = one
            if isinstance(one, date):
                term = Literal(one.isoformat(), datatype=NamedNode(f"{XSD}date"))
            elif isinstance(one, str):
                term = NamedNode(one)
            assert isinstance(term, NamedNode | Literal)
            quads.append(Quad(NamedNode(subject), NamedNode(predicate), term, graph(home)))
    return quads


@st.composite
def evidence(draw: st.DrawFn) -> tuple[int, list[Quad]]:
    """Draw good evidence for one implementation: supporting, current, seen by four eyes, superseding nothing."""
    seed = draw(SEEDS)
    made = before(seed)
    assume(made.organisation.implementations)
    implementation = draw(st.sampled_from(made.organisation.implementations))
    types = [t.evidence_type for t in made.knowledge.templates.get(implementation.control, ()) if t.evidence_type]
    assume(types)
    places = [made.organisation.iri, *made.organisation.assets]
    facts: dict[str, object] = {
        f"{RDF}type": NG.Evidence.value,
        NG.evidences.value: implementation.iri,
        NG.evidenceType.value: draw(st.sampled_from(types)),
        NG.outcome.value: NG.Supports.value,
        f"{DCT}issued": made.day - timedelta(days=draw(st.integers(0, 40))),
        NG.validUntil.value: made.day + timedelta(days=draw(st.integers(0, 40))),
        NG.collectedBy.value: f"{EX}tester",
        NG.approvedBy.value: f"{EX}auditor",
        NG.inRespectOf.value: draw(st.lists(st.sampled_from(places), max_size=3, unique=True)),
    }
    if made.organisation.events and draw(st.booleans()):
        facts[NG.ofEvent.value] = draw(st.sampled_from([e.iri for e in made.organisation.events]))
        facts[NG.showsPerformanceOf.value] = draw(st.sampled_from(sorted(made.knowledge.requirements)))
    return seed, statements(f"{EX}new-evidence", "organisation/evidence", facts)


@few
@given(evidence())
def test_more_supporting_evidence_never_lowers_a_leaf(drawn: tuple[int, list[Quad]]) -> None:
    seed, more = drawn
    for key, rank, now in compared(before(seed), run(case_of(seed), more)):
        assert now >= rank, key


@st.composite
def implementations(draw: st.DrawFn) -> tuple[int, list[Quad]]:
    seed = draw(SEEDS)
    made = before(seed)
    controls = [p.iri for p in made.knowledge.provisions.values() if p.kind in {"Control", "Clause"}]
    places = [made.organisation.iri, *made.organisation.assets]
    facts: dict[str, object] = {
        f"{RDF}type": NG.ControlImplementation.value,
        NG.implementsControl.value: draw(st.sampled_from(sorted(controls))),
        NG.status.value: NG.Implemented.value,
        NG.hasScope.value: draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True)),
    }
    return seed, statements(f"{EX}new-implementation", "organisation/controls", facts)


@few
@given(implementations())
def test_one_more_implementation_never_lowers_a_leaf(drawn: tuple[int, list[Quad]]) -> None:
    seed, more = drawn
    for key, rank, now in compared(before(seed), run(case_of(seed), more)):
        assert now >= rank, key


REVIEWS = {
    ReviewState.PROPOSED: NG.Proposed,
    ReviewState.EXPERT_REVIEWED: NG.ExpertReviewed,
    ReviewState.LEGALLY_REVIEWED: NG.LegallyReviewed,
    ReviewState.DISPUTED: NG.Disputed,
    ReviewState.REJECTED: NG.Rejected,
    ReviewState.SUPERSEDED: NG.Superseded,
}


@st.composite
def mapping_rows(draw: st.DrawFn, *, accepted: bool) -> tuple[int, list[Quad]]:
    """Draw a row that the policy accepts, or one that falls short of it in its review state or its rationale."""
    seed = draw(SEEDS)
    made = before(seed)
    requirement = draw(st.sampled_from(sorted(made.knowledge.requirements)))
    of = made.knowledge.requirements[requirement]
    target = draw(st.sampled_from([requirement, requirement, of.provision]))
    relation = draw(st.sampled_from([NG.EqualTo, NG.SupersetOf, NG.SubsetOf, NG.IntersectsWith, NG.NoRelationship]))
    states = [state for state in ReviewState if state >= made.policy.least]
    rationale = NG.Functional
    if not accepted and draw(st.booleans()):
        rationale = draw(st.sampled_from([NG.Semantic, NG.Syntactic]))
    elif not accepted:
        states = [state for state in ReviewState if state not in states]
    partial = target == requirement and relation in PARTIAL
    elements = sorted(element.iri for element in of.elements) if partial else []
    controls = [p.iri for p in made.knowledge.provisions.values() if p.kind in {"Control", "Clause"}]
    framework = made.knowledge.frameworks[made.knowledge.provisions[of.provision].framework]
    facts: dict[str, object] = {
        f"{RDF}type": f"{SSSOM}Mapping",
        f"{OWL}annotatedSource": draw(st.sampled_from(sorted(controls))),
        f"{OWL}annotatedTarget": target,
        NG.relationship.value: relation.value,
        NG.rationaleType.value: rationale.value,
        NG.reviewState.value: REVIEWS[draw(st.sampled_from(states))].value,
        NG.coversElement.value: draw(st.lists(st.sampled_from(elements), unique=True)) if elements else [],
        f"{SSSOM}object_source_version": Literal(framework.version_on(made.day).name),
        f"{SSSOM}subject_source_version": Literal("2023"),
    }
    return seed, statements("https://w3id.org/normgraph/id/mapping/new/1", "mapping/new", facts)


@few
@given(mapping_rows(accepted=True))
def test_one_more_accepted_row_that_contradicts_none_never_lowers_a_leaf(drawn: tuple[int, list[Quad]]) -> None:
    seed, more = drawn
    for key, rank, now in compared(before(seed), run(case_of(seed), more)):
        assert now >= rank, key


@few
@given(mapping_rows(accepted=False))
def test_a_row_that_is_not_accepted_changes_no_state(drawn: tuple[int, list[Quad]]) -> None:
    seed, more = drawn
    assert told(run(case_of(seed), more)) == told(before(seed))


def boundaries(assessment: Assessment) -> set[date]:
    """Return each day on which something else than a piece of evidence lapsing happens."""
    know, organisation = assessment.knowledge, assessment.organisation
    begins = [*know.windows, *know.legacies, *organisation.roles, *organisation.implementations]
    begins += [version for p in know.provisions.values() for version in p.versions]
    begins += [version for f in know.frameworks.values() for version in f.versions]
    found = {getattr(thing, name, None) for thing in begins for name in ("valid_from", "valid_until")}
    found |= {window.applies_from for window in know.windows} | {rule.grace_until for rule in know.legacies}
    found |= {day for rule in know.legacies for day in rule.cut_offs}
    found |= {value for values in organisation.facts.values() for value in values if isinstance(value, date)}
    issued = [*organisation.evidence, *organisation.findings, *organisation.judgements, *organisation.overrides]
    found |= {thing.issued for thing in [*issued, *organisation.events]} | {f.closed for f in organisation.findings}
    words = [*organisation.judgements, *organisation.overrides]
    found |= {word.valid_until + timedelta(days=1) for word in words if word.valid_until}
    return {day for day in found if isinstance(day, date)}


@few
@given(SEEDS, st.integers(0, 10))
def test_evidence_that_lapses_never_raises_a_leaf(seed: int, which: int) -> None:
    made = before(seed)
    ends = {item.valid_until for item in made.organisation.evidence if item.valid_until}
    templates = [t for ts in made.knowledge.templates.values() for t in ts]
    ages = {t.maximum_age for t in templates if t.maximum_age is not None}
    ends |= {i.issued + timedelta(days=age) for i in made.organisation.evidence if i.issued for age in ages}
    fixed = boundaries(made)
    calm = sorted(end for end in ends if made.day <= end and end + timedelta(days=1) not in fixed)
    assume(calm)
    last = calm[which % len(calm)]
    case = case_of(seed)
    for key, rank, now in compared(run(case, day=last), run(case, day=last + timedelta(days=1))):
        assert now <= rank, key


@few
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_no_byte(seed: int, dice: Random) -> None:
    quads = list(case_of(seed).quads)
    dice.shuffle(quads)
    shuffled = assessed(quads, case_of(seed))
    assert repr(shuffled.results) == repr(before(seed).results)
    assert explain_all(shuffled) == explain_all(before(seed))


@few
@given(SEEDS)
def test_equal_inputs_give_identical_bytes(seed: int) -> None:
    assert repr(run(case_of(seed)).results) == repr(before(seed).results)


@few
@given(SEEDS, st.integers(0, 10), st.sampled_from(["0.0", "0.5", "1.0"]))
def test_strength_and_confidence_change_nothing(seed: int, strength: int, confidence: str) -> None:
    made = before(seed)
    more = []
    for row in made.knowledge.rows:
        iri, home = NamedNode(row.iri), NamedNode(row.graph)
        more.append(Quad(iri, NG.strength, Literal(strength), home))
        belief = Literal(confidence, datatype=NamedNode(f"{XSD}decimal"))
        more.append(Quad(iri, NamedNode(f"{SSSOM}confidence"), belief, home))
    changed = run(case_of(seed), more)
    assert any(row.strength == strength for row in changed.knowledge.rows) or not changed.knowledge.rows
    assert repr(changed.results) == repr(made.results)


def walk(node: ProofNode) -> Iterator[ProofNode]:
    yield node
    for child in node.children:
        yield from walk(child)


def rests_on_statements(node: ProofNode, known: Graph) -> bool:
    """Tell whether each leaf of a proof is an asserted statement, or an absence among the records of a day."""
    return all(
        all(given.iri in known for given in step.inputs) and bool(step.children or step.inputs or step.missing)
        for step in walk(node)
    )


@few
@given(SEEDS)
def test_every_state_has_a_proof_that_rests_on_statements(seed: int) -> None:
    made = before(seed)
    known = Graph(case_of(seed).quads)
    proofs = explain_all(made)
    assert proofs.keys() == {(r.requirement, r.scope) for r in made.results}
    for result in made.results:
        proof = proofs[result.requirement, result.scope]
        assert rests_on_statements(proof, known), prose(proof)
        assert (proof.state, proof.rule) == (result.state.value, result.rule)
        assert proof.as_of == made.day.isoformat()
        assert proof.policy == made.policy.label
        assert to_json(proof)["conclusion"] == proof.conclusion
    for provision in made.knowledge.provisions:
        for proof in explain_provision(made, provision):
            assert rests_on_statements(proof, known), prose(proof)
