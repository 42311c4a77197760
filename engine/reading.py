"""Read shipped content from a graph into :class:`engine.knowledge.Knowledge`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from engine.graph import Graph, Iri
from engine.knowledge import Knowledge
from engine.mapping.rows import rows_of
from engine.mapping.sets import sets_of
from engine.model import (
    Condition,
    Element,
    Framework,
    FrameworkVersion,
    Provision,
    ProvisionVersion,
    Requirement,
    Template,
)
from engine.rule_reading import read_rules
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import NamedNode


__all__ = ["read_framework_versions", "read_knowledge", "read_provision_versions"]

_SKOS, _DCT, _ELI, _OWL = (PREFIXES[name] for name in ("skos", "dcterms", "eli", "owl"))
_LABEL, _DEFINITION, _NOTATION = f"{_SKOS}prefLabel", f"{_SKOS}definition", f"{_SKOS}notation"
_PARTS = ("Provision", "Clause", "ControlObjective", "Control")


def read_knowledge(content: Graph) -> Knowledge:
    """Return what a graph of content says, as values."""
    requirements = {iri: _requirement(content, iri) for iri in content.instances(NG.Requirement)}
    templates: dict[Iri, list[Template]] = defaultdict(list)
    for iri in content.instances(NG.EvidenceTemplate):
        template = _template(content, iri)
        templates[template.control].append(template)
    return Knowledge(
        frameworks=_frameworks(content),
        provisions=_provisions(content),
        requirements=requirements,
        conditions=_conditions(content),
        **read_rules(content),
        rows=rows_of(content),
        mapping_sets=sets_of(content),
        templates={control: tuple(found) for control, found in templates.items()},
        fact_properties={iri: _required(content, iri, NG.factOf) for iri in content.instances(NG.FactProperty)},
        ancestors_of_concept=_closure(content),
        schemes={iri: scheme for iri in content if (scheme := content.iri(iri, f"{_SKOS}inScheme")) is not None},
        labels={iri: label for iri in content if (label := content.text(iri, _LABEL))},
        homes={iri: home for iri in content if (home := content.home(iri))},
    )


def _required(content: Graph, iri: Iri, predicate: NamedNode | str) -> Iri:
    return Iri(content.text(iri, predicate))


def _local(content: Graph, iri: Iri, predicate: NamedNode | str) -> str:
    return NG.local(_required(content, iri, predicate))


def read_framework_versions(content: Graph) -> dict[Iri, list[FrameworkVersion]]:
    """Return the versions that a graph states, by framework."""
    versions: dict[Iri, list[FrameworkVersion]] = defaultdict(list)
    for iri in content.instances(NG.FrameworkVersion):
        versions[_required(content, iri, NG.versionOf)].append(
            FrameworkVersion(
                iri,
                content.text(iri, f"{_OWL}versionInfo"),
                content.date(iri, NG.validFrom),
                content.text(iri, f"{_DCT}source"),
                content.date(iri, f"{_DCT}issued"),
            )
        )
    return versions


def _frameworks(content: Graph) -> dict[Iri, Framework]:
    versions = read_framework_versions(content)
    return {
        iri: Framework(
            iri=iri,
            key=iri.removeprefix(ID),
            name=content.text(iri, NG.citationName) or content.text(iri, _LABEL),
            title=content.text(iri, f"{_DCT}title"),
            source=content.text(iri, f"{_DCT}source"),
            versions=tuple(sorted(versions[iri], key=lambda v: (v.valid_from or date.min, v.name))),
        )
        for iri in content.instances(NG.Framework)
    }


def read_provision_versions(content: Graph) -> dict[Iri, list[ProvisionVersion]]:
    """Return the wordings that a graph states, by numbering slot."""
    versions: dict[Iri, list[ProvisionVersion]] = defaultdict(list)
    for iri in content.instances(NG.ProvisionVersion):
        versions[_required(content, iri, NG.versionOf)].append(
            ProvisionVersion(
                iri,
                content.date(iri, NG.validFrom),
                content.date(iri, NG.validUntil),
                _local(content, iri, NG.changeType),
                content.iri(iri, NG.changedBy),
                content.text(iri, _LABEL),
                content.text(iri, f"{_DCT}abstract"),
            )
        )
    return versions


def _provisions(content: Graph) -> dict[Iri, Provision]:
    found = {iri: _provision(content, iri, kind) for kind in _PARTS for iri in content.instances(NG(kind))}
    for slot, known in read_provision_versions(content).items():
        if slot in found:
            ordered = tuple(sorted(known, key=lambda v: (v.valid_from or date.min, v.iri)))
            found[slot] = replace(found[slot], versions=ordered)
    return found


def _provision(content: Graph, iri: Iri, part: str) -> Provision:
    kind = _local(content, iri, f"{_ELI}type_subdivision")
    return Provision(
        iri=iri,
        framework=_required(content, iri, NG.inFramework),
        parent=content.iri(iri, NG.directPartOf),
        kind=kind or part,
        number=content.text(iri, f"{_ELI}number"),
        notation=content.text(iri, _NOTATION),
        label=content.text(iri, _LABEL),
        summary=content.text(iri, f"{_DCT}abstract"),
        sort_key=content.text(iri, NG.sortKey),
        graph=content.home(iri),
        norm_class=_local(content, iri, NG.provisionClass),
        decomposed=content.flag(iri, NG.decompositionComplete, default=False),
    )


def _requirement(content: Graph, iri: Iri) -> Requirement:
    return Requirement(
        iri=iri,
        provision=_required(content, iri, NG.derivedFrom),
        version=content.iri(iri, NG.derivedFromVersion),
        label=content.text(iri, _LABEL),
        text=content.text(iri, _DEFINITION),
        bearers=content.iris(iri, NG.bearer),
        modality=_local(content, iri, NG.modality),
        conditions=content.iris(iri, NG.appliesWhen),
        elements=_elements(content, iri),
        elements_complete=content.flag(iri, NG.elementsComplete, default=False),
        needs_judgement=content.flag(iri, NG.requiresHumanJudgement, default=True),
        qualifiers=tuple(str(value) for value in content.values(iri, NG.operativeQualifier)),
        assessed_per=_local(content, iri, NG.assessedPer),
        arises_per=_local(content, iri, NG.arisesPer),
        organisation_facing=content.flag(iri, NG.organisationFacing, default=False),
        events=content.iris(iri, NG.triggeredBy),
        presupposes=content.iris(iri, NG.presupposes),
        penalty=content.iri(iri, NG.penaltyTier),
        deadline=content.text(iri, NG.deadline),
        graph=content.home(iri),
    )


def _elements(content: Graph, requirement: Iri) -> tuple[Element, ...]:
    elements = content.iris(requirement, NG.hasElement)
    ordered = sorted(elements, key=lambda iri: (content.text(iri, NG.sortKey), iri))
    return tuple(Element(i, content.text(i, _DEFINITION), content.iris(i, NG.appliesWhen)) for i in ordered)


def _conditions(content: Graph) -> dict[Iri, Condition]:
    facts = {
        iri: Condition(
            iri=iri,
            label=content.text(iri, _LABEL),
            kind="fact",
            graph=content.home(iri),
            fact=_required(content, iri, NG.onFact),
            fact_of=content.iri(_required(content, iri, NG.onFact), NG.factOf),
            expects=content.value(iri, NG.expects),
            question=content.text(iri, NG.question),
        )
        for iri in content.instances(NG.FactCondition)
    }
    connectives = {
        iri: Condition(
            iri, content.text(iri, _LABEL), kind.lower(), content.home(iri), operands=content.iris(iri, NG.operand)
        )
        for kind in ("Conjunction", "Disjunction", "Negation")
        for iri in content.instances(NG(kind))
    }
    return facts | connectives


def _template(content: Graph, iri: Iri) -> Template:
    return Template(
        iri=iri,
        control=_required(content, iri, NG.forControl),
        evidence_type=content.iri(iri, NG.evidenceType),
        minimum=content.number(iri, NG.minimumCount) or 1,
        maximum_age=content.number(iri, NG.maximumAge),
        per_asset=content.flag(iri, NG.perAsset, default=False),
        demands_nothing=content.flag(iri, NG.demandsNothing, default=False),
        justification=content.text(iri, NG.justification),
        label=content.text(iri, _LABEL),
        graph=content.home(iri),
    )


def _closure(content: Graph) -> dict[Iri, frozenset[Iri]]:
    broader = {iri: found for iri in content if (found := content.iris(iri, f"{_SKOS}broader"))}
    return {iri: frozenset(_reach(broader, iri)) for iri in broader}


def _reach(broader: Mapping[Iri, tuple[Iri, ...]], start: Iri) -> set[Iri]:
    seen: set[Iri] = set()
    waiting = list(broader[start])
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += broader.get(current, ())
    return seen
