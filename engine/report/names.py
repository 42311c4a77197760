"""What a report calls things: citations of law, titles of controls, names of the organisation's own records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.report.values import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Support
    from engine.graph import Iri

__all__ = ["Names"]

_LINKABLE = ("http://", "https://")


class Names:
    """Name things of one assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.knowledge = assessment.knowledge
        self.organisation = assessment.organisation
        self._rows = {row.iri: row for row in self.knowledge.rows}
        self._elements = {e.iri: e.text for r in self.knowledge.requirements.values() for e in r.elements}

    def label(self, iri: Iri | None) -> str:
        """Return the name of a thing: as shipped, else the organisation's own name, else the end of its IRI.

        The organisation's graph cannot rename law, roles or types: what it calls them is not asked.
        """
        if iri is None:
            return ""
        shipped = iri in self.knowledge.labels or self.knowledge.framework_of(iri) is not None
        if not shipped and iri in self.organisation.labels:
            return self.organisation.labels[iri]
        named = self.knowledge.citation(iri)
        return named if named != iri else iri.rpartition("/")[2] or iri

    def labels(self, iris: Iterable[Iri]) -> tuple[str, ...]:
        """Return the names of some things, in their order, each once."""
        return tuple(dict.fromkeys(self.label(iri) for iri in iris))

    def scope(self, iri: Iri) -> Reference:
        """Return a reference to the organisation or one of its assets."""
        return Reference(iri, self.label(iri))

    def law(self, iri: Iri) -> Reference:
        """Return a reference to a provision, requirement or framework, with the published act to look it up in.

        The Publications Office mints no identifier below the act for every act, so the link is to the act.
        """
        framework = self.knowledge.framework_of(iri)
        source = framework.source if framework else ""
        return Reference(iri, self.label(iri), source if source.startswith(_LINKABLE) else "")

    def title(self, iri: Iri) -> str:
        """Return the short title of a provision or control."""
        provision = self.knowledge.provisions.get(iri)
        return provision.label if provision else ""

    def elements(self, iris: Iterable[Iri]) -> tuple[str, ...]:
        """Return the texts of elements; events and other things by their names."""
        return tuple(self._elements.get(iri) or self.label(iri) for iri in iris)

    def rationale_type(self, support: Support) -> str:
        """Return the rationale types of the rows that a support rests on."""
        found = (self._rows[iri].rationale_type for iri in support.premises if iri in self._rows)
        return ", ".join(dict.fromkeys(filter(None, found)))

    def residual(self, support: Support) -> str:
        """Return what the rows of a support say they do not give."""
        found = (self._rows[iri].residual for iri in support.premises if iri in self._rows)
        return " ".join(dict.fromkeys(filter(None, found)))
