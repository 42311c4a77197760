"""What pending law may say: new texts, requirements and windows that fit the law, and nothing about what is shipped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.errors import BadInput
from engine.graph import Iri
from engine.integrity import check_links, check_parts, check_terms, check_values
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from engine.content import Content
    from engine.graph import Graph
    from engine.integrity import Source
    from engine.knowledge import Knowledge
    from engine.model import Provision, ProvisionVersion

__all__ = ["check_changes", "check_pending"]

_TYPE, _XSD, _DCT = PREFIXES["rdf"] + "type", PREFIXES["xsd"], PREFIXES["dcterms"]
_LABEL, _DEFINITION = PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "definition"
_NOTATION = PREFIXES["skos"] + "notation"
_REPLACES = _DCT + "replaces"
_CONDITION = (_LABEL, _DEFINITION)
_KINDS: dict[str, tuple[str, ...]] = {
    "FrameworkVersion": ("versionOf", PREFIXES["owl"] + "versionInfo", "validFrom", _DCT + "source"),
    "ProvisionVersion": ("versionOf", "validFrom", "changeType"),
    "Provision": ("inFramework", "directPartOf", "sortKey", _NOTATION),
    "Requirement": (
        *("derivedFrom", "derivedFromVersion", "bearer", "modality", "assessedPer", "organisationFacing"),
        *(_LABEL, _DEFINITION),
    ),
    "Element": ("sortKey", _DEFINITION),
    "ApplicationWindow": ("governs", "appliesFrom", "validFrom"),
    "FactCondition": (*_CONDITION, "onFact", "expects"),
    "Conjunction": (*_CONDITION, "operand"),
    "Disjunction": (*_CONDITION, "operand"),
    "Negation": (*_CONDITION, "operand"),
}
"""The kinds of node that a proposal may add, and what each must say."""
_TOLERATED = {PREFIXES["owl"] + "Ontology"}
_DATATYPES = {
    NG.appliesFrom.value: f"{_XSD}date",
    **{
        NG(name).value: f"{_XSD}boolean"
        for name in ("organisationFacing", "elementsComplete", "requiresHumanJudgement", "decompositionComplete")
    },
}


def check_pending(source: Source, stated: Graph, content: Content) -> None:
    """Refuse a proposal that restates shipped nodes, adds what it may not, leaves something out or leads nowhere.

    :raises BadInput: for the first such thing, with its line.
    """
    check_terms(source, {subject for subject in content.graph if subject.startswith(NG.base)})
    _check_subjects(source, stated, content)
    for kind, properties in _KINDS.items():
        for iri in stated.instances(NG(kind)):
            _check_complete(source, stated, iri, kind, properties)
    check_parts([source], stated)
    check_values([source], stated, _DATATYPES)
    check_links([source], _known(stated, content))
    _check_versions(source, stated, content.knowledge)
    _check_requirements(source, stated)
    _check_windows(source, stated, content.knowledge)


def _name(iri: str) -> str:
    return iri.removeprefix(ID)


def _check_subjects(source: Source, stated: Graph, content: Content) -> None:
    allowed = {NG(kind).value for kind in _KINDS} | _TOLERATED
    for quad in source.quads:
        if not isinstance(quad.subject, NamedNode):
            problem, remedy = "a node without a name", "name it below the base, as <…/v/pending-name>"
            raise BadInput(source.path, source.line(getattr(quad.object, "value", "")), problem, remedy)
        iri = quad.subject.value
        if iri in content.graph:
            problem = f"{_name(iri)} is shipped, and pending law says nothing about what is shipped"
            remedy = "add a version, requirement or window of its own instead, as <…/v/pending-name>"
            raise BadInput(source.path, _line_about(source, iri), problem, remedy)
        kinds = stated.iris(iri, _TYPE)
        foreign = next((kind for kind in kinds if kind not in allowed), None)
        if foreign or not kinds:
            problem = f"{_name(iri)} is {f'a {NG.local(foreign)}' if foreign else 'of no kind'}"
            raise BadInput(source.path, _line_about(source, iri), problem, f"pending law may add: {', '.join(_KINDS)}")


def _line_about(source: Source, iri: str) -> int | None:
    """Return the line that begins with a node, so speaks about it; the first that names it where none does."""
    forms = "|".join(re.escape(form) for form in (iri, _name(iri)))
    found = re.search(rf"^[ \t]*<(?:{forms})>", source.text, re.MULTILINE)
    return source.text.count("\n", 0, found.start()) + 1 if found else source.line(iri)


def _check_complete(source: Source, stated: Graph, iri: Iri, kind: str, properties: Iterable[str]) -> None:
    for name in properties:
        if not stated.values(iri, name if ":" in name else NG(name)):
            short = _short(name)
            raise BadInput(
                source.path, source.line(iri), f"{_name(iri)} has no {short}", f"a {kind} needs one: add {short}"
            )


def _short(name: str) -> str:
    if ":" not in name:
        return f"ng:{name}"
    return next(f"{p}:{name.removeprefix(base)}" for p, base in PREFIXES.items() if name.startswith(base))


def _known(stated: Graph, content: Content) -> dict[str, Collection[str]]:
    law = content.knowledge
    provisions = {*law.provisions, *stated.instances(NG.Provision)}
    conditions = (
        iri
        for kind in ("FactCondition", "Conjunction", "Disjunction", "Negation")
        for iri in stated.instances(NG(kind))
    )
    return {
        "provision": provisions,
        "framework or provision": {*law.frameworks, *provisions},
        "framework": law.frameworks,
        "condition": {*law.conditions, *conditions},
        "version in this file": stated.instances(NG.ProvisionVersion),
        "element in this file": stated.instances(NG.Element),
        "role": {iri for iri, scheme in law.schemes.items() if "roles" in scheme},
        "fact": law.fact_properties,
        "amending provision": {*law.frameworks, *law.provisions},
        "window": {window.iri for window in law.windows},
        "node of the content": frozenset(content.graph),
    }


def _check_versions(source: Source, stated: Graph, law: Knowledge) -> None:
    """Refuse a version of a framework that would not come last, and a change on a day that no such version brings."""
    found = stated.instances(NG.FrameworkVersion)
    if not found:
        remedy = "add one: <…/v/pending-name> a ng:FrameworkVersion ; ng:versionOf <…>"
        raise BadInput(source.path, None, "there is no version of a framework", remedy)
    days: set[tuple[str, date | None]] = set()
    for iri in found:
        framework = law.frameworks.get(Iri(stated.text(iri, NG.versionOf)))
        begins = stated.date(iri, NG.validFrom)
        last = max((v.valid_from for v in framework.versions if v.valid_from), default=None) if framework else None
        if framework is None or (last and begins and begins <= last):
            problem = f"{_name(iri)} is not a later version of a framework" + (
                f": the last is of {last}" if last else ""
            )
            raise BadInput(
                source.path, source.line(iri), problem, "give it ng:versionOf a framework and a later ng:validFrom"
            )
        days.add((framework.iri, begins))
    for iri in (*stated.instances(NG.ProvisionVersion), *stated.instances(NG.ApplicationWindow)):
        begins = stated.date(iri, NG.validFrom)
        acts = _acts(stated, law, iri)
        if any((act, begins) not in days for act in acts):
            other = any(day == begins for _, day in days)
            whose = " and ".join(map(law.citation, acts)) if other else "a framework"
            problem = f"{_name(iri)} begins on {begins}, when no version of {whose} does"
            raise BadInput(source.path, source.line(iri), problem, "add an ng:FrameworkVersion with that ng:validFrom")


def _acts(stated: Graph, law: Knowledge, iri: Iri) -> list[Iri]:
    """Return the frameworks that a text or a window is about, also where the file adds the provision."""
    about = (*stated.iris(iri, NG.versionOf), *stated.iris(iri, NG.governs))
    acts = ((law.framework_of(each), each) for each in about)
    return sorted({act.iri if act else Iri(stated.text(each, NG.inFramework)) for act, each in acts})


def _check_requirements(source: Source, stated: Graph) -> None:
    for iri in stated.instances(NG.Requirement):
        version = stated.text(iri, NG.derivedFromVersion)
        if stated.iri(Iri(version), NG.versionOf) != stated.iri(iri, NG.derivedFrom):
            problem = f"{_name(iri)} is derived from another provision than its version {_name(version)}"
            raise BadInput(source.path, source.line(iri), problem, "derive both from the same provision")


def _check_windows(source: Source, stated: Graph, law: Knowledge) -> None:
    """Refuse a window beside a shipped one of the same route, and one that leaves a part of what it replaces bare."""
    pending = stated.instances(NG.ApplicationWindow)
    for iri in pending:
        replaced, begins = stated.iris(iri, _REPLACES), stated.date(iri, NG.validFrom)
        governed, route = stated.iris(iri, NG.governs), stated.iri(iri, NG.underCondition)
        for window in law.windows:
            rival = window.condition == route and set(window.governs) & set(governed) and window.iri not in replaced
            if rival and begins and window.is_law(begins):
                problem = f"{_name(iri)} governs what {_name(window.iri)} governs on the same route"
                remedy = f"say that it replaces it: dcterms:replaces <{_name(window.iri)}>"
                raise BadInput(source.path, source.line(iri), problem, remedy)
    for window in law.windows:
        heirs = [iri for iri in pending if window.iri in stated.iris(iri, _REPLACES)]
        bare = set(window.governs) - {unit for iri in heirs for unit in stated.iris(iri, NG.governs)}
        if heirs and bare:
            problem = f"{_name(heirs[0])} replaces {_name(window.iri)}, but does not govern {_name(min(bare))}"
            raise BadInput(source.path, source.line(heirs[0]), problem, "govern all that the replaced window governs")


def check_changes(
    source: Source, law: Knowledge, slots: Mapping[Iri, Provision], texts: Mapping[Iri, Sequence[ProvisionVersion]]
) -> None:
    """Refuse a change that the law does not allow for: of what is not there, or of a part only of what goes.

    :param slots: all provisions, those that the file adds among them.
    :raises BadInput: for the first such change.
    """
    for iri in slots:
        if iri not in law.provisions and iri not in texts:
            problem = f"{_name(iri)} has no text"
            remedy = "add an ng:ProvisionVersion of it with ng:changeType ng:Inserted"
            raise BadInput(source.path, source.line(iri), problem, remedy)
    gone = {slot for slot, versions in texts.items() if versions[0].change == "Deleted"}
    for slot, (version, *others) in sorted(texts.items()):
        if others:
            problem = f"{_name(slot)} has {len(others) + 1} texts"
            raise BadInput(source.path, source.line(others[0].iri), problem, "state one: what it would say in the end")
        _check_change(source, law, slots, version, slot)
        if version.change == "Deleted" and version.valid_from:
            _check_parts_go(source, law, slot, version.valid_from, gone)


def _check_change(
    source: Source, law: Knowledge, slots: Mapping[Iri, Provision], version: ProvisionVersion, slot: Iri
) -> None:
    provision = slots.get(slot)
    if provision is None or version.change not in {"Inserted", "Replaced", "Deleted"} or version.valid_from is None:
        remedy = "give it ng:versionOf a provision, and ng:changeType ng:Inserted, ng:Replaced or ng:Deleted"
        raise BadInput(source.path, source.line(version.iri), f"{_name(version.iri)} is no text of a provision", remedy)
    present = slot in law.provisions and provision.version_on(version.valid_from) is not None
    if present == (version.change == "Inserted"):
        told = (
            "is in force and cannot be inserted"
            if present
            else f"is not in force and cannot be {version.change.lower()}"
        )
        remedy = "say ng:Replaced or ng:Deleted" if present else "say ng:Inserted"
        raise BadInput(source.path, source.line(version.iri), f"{provision.notation} {told}", remedy)


def _check_parts_go(source: Source, law: Knowledge, slot: Iri, day: date, gone: Collection[Iri]) -> None:
    for part in law.subtree(slot):
        if part not in gone and law.provisions[part].version_on(day) is not None:
            problem = f"{law.citation(slot)} is deleted, but not its part {law.citation(part)}"
            raise BadInput(
                source.path, source.line(slot), problem, "add the deletion of every part, as <…/v/pending-name>"
            )
