"""The law as it stood adopted on a day: what was published later is left out, in force or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Framework, Provision, ProvisionVersion
    from engine.rules import LegacyRule, Window

__all__ = ["adopted_by"]

_Dated = TypeVar("_Dated", "Window", "LegacyRule", "ProvisionVersion")


def adopted_by(knowledge: Knowledge, day: date) -> Knowledge:
    """Return knowledge of what was adopted by a day: in force by then, or published by then and in force later.

    A change is known from the day on which the framework version that brings it was issued.
    """
    versions = [version for framework in knowledge.frameworks.values() for version in framework.versions]
    later = {v.valid_from for v in versions if v.valid_from and v.valid_from > day}
    published = {v.valid_from for v in versions if v.valid_from and v.issued and v.issued <= day}
    unknown = frozenset(later - published)
    if not unknown:
        return knowledge
    frameworks = {iri: _framework(framework, unknown) for iri, framework in knowledge.frameworks.items()}
    known = {iri: framework for iri, framework in frameworks.items() if framework is not None}
    provisions = {p.iri: found for p in knowledge.provisions.values() if (found := _provision(p, known, unknown))}
    return replace(
        knowledge,
        frameworks=known,
        provisions=provisions,
        requirements={iri: r for iri, r in knowledge.requirements.items() if r.provision in provisions},
        windows=tuple(w for w in _known(knowledge.windows, unknown) if _governs(w.governs, known, provisions)),
        legacies=tuple(r for r in _known(knowledge.legacies, unknown) if _governs(r.governs, known, provisions)),
    )


def _governs(governed: Iterable[Iri], *known: Mapping[Iri, object]) -> bool:
    return any(iri in found for iri in governed for found in known)


def _framework(framework: Framework, unknown: frozenset[date]) -> Framework | None:
    """Return a framework with the versions that are known; nothing where it had versions and none is."""
    versions = tuple(version for version in framework.versions if version.valid_from not in unknown)
    return replace(framework, versions=versions) if versions or not framework.versions else None


def _known(dated: Iterable[_Dated], unknown: frozenset[date]) -> tuple[_Dated, ...]:
    """Return what does not begin by an unknown change, without the end that an unknown change gives it."""
    kept = (thing for thing in dated if thing.valid_from not in unknown)
    return tuple(replace(thing, valid_until=None) if thing.valid_until in unknown else thing for thing in kept)


def _provision(provision: Provision, frameworks: Mapping[Iri, object], unknown: frozenset[date]) -> Provision | None:
    """Return a slot with the texts that are known; nothing where its act, or the change that inserts it, is not."""
    versions = _known(provision.versions, unknown)
    if provision.framework not in frameworks or (provision.versions and not versions):
        return None
    return replace(provision, versions=versions)
