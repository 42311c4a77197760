"""The proof of a state: one tree whose leaves are asserted statements or counted absences (COVERAGE §7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.applicability import Applicability
from engine.counterfactual import would_apply_if
from engine.coverage.addressed import AddressedReader
from engine.coverage.evidence import OTHER_TYPE
from engine.coverage.values import Kind
from engine.kleene import Truth
from engine.lift import smallest_change
from engine.mapping.relations import Gives
from engine.model import State
from engine.rulebook import accompanying_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Candidate, EvidenceCheck, Result, Support, TemplateCheck
    from engine.graph import Iri
    from engine.model import Requirement

__all__ = ["Input", "ProofNode", "explain", "explain_all", "explain_provision", "prose", "to_json"]

_UNCONFIRMED = "the decomposition of this provision is not confirmed complete"


@dataclass(frozen=True, slots=True)
class Input:
    """An asserted statement a proof rests on: what it is about, and the named graph that asserts it."""

    iri: Iri
    graph: str


@dataclass(frozen=True, slots=True)
class ProofNode:
    """A conclusion, the rule that gives it, and what it was drawn from.

    :ivar missing: what is absent, in words; an absence is counted over the records of the day.
    :ivar rejected: what was looked at and not counted, each with its reason.
    """

    conclusion: str
    rule: str
    inputs: tuple[Input, ...] = ()
    children: tuple[ProofNode, ...] = ()
    missing: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    state: str = ""
    as_of: str = ""
    policy: str = ""
    lift: str = ""


class _Explainer:
    """Turn results of one assessment into proof trees."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.knowledge = assessment.knowledge
        self.organisation = assessment.organisation
        self.applicability = Applicability(self.knowledge, self.organisation, assessment.day)
        self.addressed = AddressedReader(self.applicability, assessment.policy)
        self._homes = {**self.knowledge.homes, **self.organisation.homes}
        self._implementations = {i.iri: i for i in self.organisation.implementations}
        self._reviewers = {row.iri: row.reviewer for row in self.knowledge.rows if row.reviewer}
        self._templates = {t.iri: t for templates in self.knowledge.templates.values() for t in templates}

    def name(self, iri: Iri) -> str:
        return self.organisation.labels.get(iri) or self.knowledge.citation(iri)

    def inputs(self, iris: Iterable[Iri]) -> tuple[Input, ...]:
        return tuple(Input(iri, self._homes.get(iri, "")) for iri in dict.fromkeys(iris))

    def result(self, result: Result) -> ProofNode:
        requirement = self.knowledge.requirements[result.requirement]
        review = "" if result.assurance is None or result.assurance > 0 else " · unreviewed mappings"
        where = f"{self.knowledge.citation(result.requirement)} for {self.name(result.scope)}"
        basis = result.otherwise if result.otherwise is not None else result
        return ProofNode(
            conclusion=f"{where}: {result.state.value}{review if result.support else ''}: {result.reason}",
            rule=result.rule,
            inputs=self.inputs((requirement.iri, *result.inputs)),
            children=(
                *self._applicability(requirement, result),
                *self._counterfactual(requirement, result),
                *self._accompanied(requirement, result),
                *self._if_applicable(result),
                *self._support(result),
            ),
            missing=tuple(self._element(requirement, e) for e in result.missing) if result is basis else (),
            rejected=tuple(self._rejected(candidate) for candidate in result.candidates),
            state=result.state.value,
            as_of=self.assessment.day.isoformat(),
            policy=self.assessment.policy.label,
            lift=self._lift(requirement, result),
        )

    def _element(self, requirement: Requirement, iri: Iri) -> str:
        return next((element.text for element in requirement.elements if element.iri == iri), iri)

    def _applicability(self, requirement: Requirement, result: Result) -> Iterator[ProofNode]:
        if result.arises_from is not None:
            asset = self.applicability.name(result.arises_from)
            yield ProofNode(f"arises from {asset}", "R1", self.inputs((result.arises_from,)))
        for ground in result.grounds:
            asked = ground.truth is Truth.UNDETERMINED and ground.question
            text = f"{ground.statement}: {ground.question}" if asked else ground.statement
            yield ProofNode(text, "R1", self.inputs(ground.inputs))
        if result.effective_from is not None and result.kind is None:
            timing = self.applicability.timing_of(requirement, result.arises_from or result.scope)
            yield ProofNode(f"applies from {result.effective_from}", "R2", self.inputs(timing.windows))
        for question in result.questions:
            yield ProofNode(f"to be answered: {question}", result.rule, self.inputs((requirement.iri,)))

    def _counterfactual(self, requirement: Requirement, result: Result) -> Iterator[ProofNode]:
        changes = would_apply_if(self.applicability, result)
        if changes:
            state = self.addressed.of(requirement, result.scope).state.value
            yield ProofNode(
                f"would apply if {' and '.join(changes)}; then {state}", "R1", self.inputs((requirement.iri,))
            )

    def _accompanied(self, requirement: Requirement, result: Result) -> Iterator[ProofNode]:
        """Yield the rules beside a requirement that applies, unless their conditions are known not to hold."""
        if result.state is State.NOT_APPLICABLE:
            return
        for note in accompanying_on(self.knowledge, requirement, self.applicability.day):
            verdict = self.applicability.hold(note.conditions, result.scope)
            if verdict.truth is Truth.FALSE:
                continue
            unless = f" (to be answered: {' '.join(verdict.questions)})" if verdict.questions else ""
            yield ProofNode(f"{note.label} {note.kind}: {note.says}{unless}", "R1", self.inputs((note.iri,)))

    def _if_applicable(self, result: Result) -> Iterator[ProofNode]:
        if result.otherwise is not None:
            label = "computed, beside the override" if result.rule == "R0" else "if it applied now"
            inner = self.result(result.otherwise)
            yield replace(inner, conclusion=f"{label}: {inner.state}: {result.otherwise.reason}")

    def _support(self, result: Result) -> Iterator[ProofNode]:
        if result.rule == "R0":
            return
        for support in result.support:
            yield self._supporting(self.knowledge.requirements[result.requirement], support)

    def _supporting(self, requirement: Requirement, support: Support) -> ProofNode:
        covers = ", ".join(self._element(requirement, element) for element in support.covers)
        extent = {
            Gives.FULL: "gives all of it",
            Gives.PART: f"covers {covers}" if covers else "covers no element fully",
        }
        via = f" through {self.knowledge.citation(support.on_ancestor)}" if support.on_ancestor else ""
        control = self.knowledge.citation(support.control)
        label = "its own requirement" if support.review_state is None else support.review_state.label
        text = f"{control} {support.relationship}{via}, {extent[support.gives]} ({label}{self._by(support.premises)})"
        children = tuple(self._implemented(check) for check in support.checks)
        return ProofNode(text, "R4", self.inputs((*support.premises, support.control)), children)

    def _implemented(self, check: EvidenceCheck) -> ProofNode:
        implementation = self._implementations[check.implementation]
        label = implementation.label or self.name(implementation.iri)
        owner = f", owned by {self.name(implementation.owner)}" if implementation.owner else ""
        findings = tuple(f"open major finding: {self.name(finding)}" for finding in check.findings)
        missing = findings if check.templates else ("no evidence template for this control", *findings)
        verdict = "evidenced" if check.passes else "not evidenced"
        children = tuple(self._template(template) for template in check.templates)
        return ProofNode(
            f"implemented: {label}{owner}; {verdict}",
            "R5",
            self.inputs((implementation.iri, *check.findings)),
            children,
            missing,
        )

    def _template(self, check: TemplateCheck) -> ProofNode:
        template = self._templates[check.template]
        label = template.label or self.name(template.iri)
        current = f", current to {check.first_expiry}" if check.first_expiry else ""
        text = f"{label}: {len(check.counted)} of {check.needed} current{current}"
        lacking = check.needed - len(check.counted)
        return ProofNode(
            text,
            "R6",
            self.inputs((template.iri, *check.counted)),
            missing=(f"{lacking} more item{'s' if lacking > 1 else ''}",) if lacking > 0 else (),
            rejected=tuple(
                f"{self.name(item.evidence)}: {item.reason}" for item in check.rejected if item.reason != OTHER_TYPE
            ),
        )

    def _rejected(self, candidate: Candidate) -> str:
        review = candidate.review_state.label if candidate.review_state is not None else "its own requirement"
        by = self._by(candidate.premises)
        row = f"{self.knowledge.citation(candidate.control)} {candidate.relationship} ({review}{by})"
        return f"{candidate.rule} {row}: {candidate.reason}"

    def _by(self, rows: Iterable[Iri]) -> str:
        """Return the persons whose decisions about some rows count, in words; nothing where nobody has decided."""
        names = dict.fromkeys(self._reviewers[iri] for iri in rows if iri in self._reviewers)
        return f", decided by {'; '.join(names)}" if names else ""

    def _lift(self, requirement: Requirement, result: Result) -> str:
        """Return the smallest set of known controls that would address what is missing, in words."""
        if result.state not in {State.PARTIALLY, State.NOT_COVERED} or not result.missing:
            return ""
        chosen = smallest_change(result)
        if not chosen:
            return f"no known control addresses {'these elements' if len(result.missing) > 1 else 'this element'}"
        controls = " and ".join(self.knowledge.citation(control) for control in chosen)
        left = set(result.missing) - {e for c in result.candidates if c.control in chosen for e in c.covers}
        rest = f"; still missing then: {', '.join(self._element(requirement, e) for e in sorted(left))}" if left else ""
        return f"implement {controls}{rest}"


def explain(assessment: Assessment, result: Result) -> ProofNode:
    """Return the proof of one result."""
    return _Explainer(assessment).result(result)


def explain_all(assessment: Assessment) -> dict[tuple[Iri, Iri], ProofNode]:
    """Return the proof of every result, by requirement and scope."""
    explainer = _Explainer(assessment)
    return {(r.requirement, r.scope): explainer.result(r) for r in assessment.results}


def explain_provision(assessment: Assessment, provision: Iri) -> tuple[ProofNode, ...]:
    """Return a tree per scope: the roll-up of a provision, its parts, and the proof of every leaf below."""
    explainer = _Explainer(assessment)
    scopes = dict.fromkeys(leaf.scope for leaf in assessment.leaves_of(provision))
    return tuple(node for scope in scopes if (node := _rolled(explainer, provision, scope)) is not None)


def _rolled(explainer: _Explainer, provision: Iri, scope: Iri) -> ProofNode | None:
    assessment, knowledge = explainer.assessment, explainer.knowledge
    state = assessment.state_of_provision(provision, scope)
    if state is None:
        return None
    if (alike := _alike(explainer, provision, scope, state)) is not None:
        return alike
    own = {r.iri for r in knowledge.requirements_of.get(provision, ())}
    leaves = [explainer.result(leaf) for leaf in assessment.leaves_of(provision, scope) if leaf.requirement in own]
    parts = [_rolled(explainer, child, scope) for child in knowledge.children.get(provision, ())]
    why = _why(assessment, provision, scope)
    title = f"{knowledge.citation(provision)} is {state.value} for {explainer.name(scope)}{why}"
    children = (*leaves, *(part for part in parts if part is not None))
    incomplete = () if knowledge.is_decomposed(provision) else (_UNCONFIRMED,)
    inputs = explainer.inputs((provision,))
    return ProofNode(title, "R8", inputs, children, incomplete, state=state.value, as_of=assessment.day.isoformat())


def _alike(explainer: _Explainer, provision: Iri, scope: Iri, state: State) -> ProofNode | None:
    """Return one node for leaves that are all not applicable for the same reason, nothing otherwise."""
    leaves = explainer.assessment.leaves_of(provision, scope)
    if {(leaf.state, leaf.reason) for leaf in leaves} != {(State.NOT_APPLICABLE, leaves[0].reason)}:
        return None
    knowledge = explainer.knowledge
    grounds = explainer.result(leaves[0]).children
    cited = ", ".join(knowledge.citation(leaf.requirement) for leaf in leaves)
    title = f"{knowledge.citation(provision)} is {state.value} for {explainer.name(scope)}: {leaves[0].reason}"
    whole = ProofNode(
        f"{cited}: NotApplicable", leaves[0].rule, explainer.inputs(r.requirement for r in leaves), grounds
    )
    incomplete = () if knowledge.is_decomposed(provision) else (_UNCONFIRMED,)
    as_of = explainer.assessment.day.isoformat()
    return ProofNode(title, "R8", explainer.inputs((provision,)), (whole,), incomplete, state=state.value, as_of=as_of)


def _why(assessment: Assessment, provision: Iri, scope: Iri) -> str:
    leaves = assessment.leaves_of(provision, scope)
    if all(leaf.kind is Kind.LEGACY for leaf in leaves):
        return f": {leaves[0].reason}"
    dates = {leaf.effective_from for leaf in leaves}
    if all(leaf.state is State.NOT_YET for leaf in leaves):
        known: list[date] = sorted(day for day in dates if day is not None)
        return f": applies from {known[0]}" if known else ""
    return ""


def prose(node: ProofNode, depth: int = 0) -> str:
    """Return a proof as indented lines, for a report or a terminal."""
    pad = "  " * depth
    lines = [f"{pad}{node.conclusion} [{node.rule}]"]
    lines += [f"{pad}  missing: {text}" for text in node.missing]
    lines += [prose(child, depth + 1) for child in node.children]
    lines += [f"{pad}  not counted: {text}" for text in node.rejected]
    lines += [f"{pad}  smallest change: {node.lift}"] if node.lift else []
    return "\n".join(lines)


def to_json(node: ProofNode) -> dict[str, object]:
    """Return a proof as plain JSON values; empty parts are left out."""
    value: dict[str, object] = {
        "conclusion": node.conclusion,
        "rule": node.rule,
        "state": node.state,
        "as_of": node.as_of,
        "policy": node.policy,
        "inputs": [{"iri": i.iri, "graph": i.graph} for i in node.inputs],
        "missing": list(node.missing),
        "rejected": list(node.rejected),
        "smallest_change": node.lift,
        "children": [to_json(child) for child in node.children],
    }
    return {key: part for key, part in value.items() if part}
