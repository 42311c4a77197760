"""What is the same for every organisation: frameworks, norms, rules, mappings and templates, as values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from engine.graph import Iri
from engine.rules import law_on
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from engine.mapping.rows import MappingRow
    from engine.mapping.sets import SetDescription
    from engine.model import Condition, Framework, Provision, Requirement, Template
    from engine.rules import (
        AccompanyingRule,
        DeemingRule,
        DisplacementRule,
        LegacyRule,
        ReachingRule,
        RoleChangeRule,
        ScopeLimitationRule,
        Window,
    )

__all__ = ["Knowledge"]

AnyReaching = TypeVar("AnyReaching", bound="ReachingRule")


@dataclass(frozen=True)
class Knowledge:
    """All that is the same for every organisation: the law, the standards, and how they map."""

    frameworks: Mapping[Iri, Framework]
    provisions: Mapping[Iri, Provision]
    requirements: Mapping[Iri, Requirement]
    conditions: Mapping[Iri, Condition]
    windows: tuple[Window, ...]
    displacements: tuple[DisplacementRule, ...]
    deemings: tuple[DeemingRule, ...]
    legacies: tuple[LegacyRule, ...]
    limitations: tuple[ScopeLimitationRule, ...]
    role_changes: tuple[RoleChangeRule, ...]
    accompanying: tuple[AccompanyingRule, ...]
    rows: tuple[MappingRow, ...]
    mapping_sets: Mapping[str, SetDescription]
    templates: Mapping[Iri, tuple[Template, ...]]
    fact_properties: Mapping[Iri, Iri]
    ancestors_of_concept: Mapping[Iri, frozenset[Iri]]
    schemes: Mapping[Iri, Iri]
    labels: Mapping[Iri, str]
    homes: Mapping[Iri, Iri] = field(default_factory=dict)

    @cached_property
    def children(self) -> Mapping[Iri, tuple[Iri, ...]]:
        """The direct parts of each framework and provision, in document order."""
        found: dict[Iri, list[Provision]] = defaultdict(list)
        for provision in self.provisions.values():
            if provision.parent is not None:
                found[provision.parent].append(provision)
        return {iri: tuple(p.iri for p in sorted(parts, key=lambda p: p.sort_key)) for iri, parts in found.items()}

    @cached_property
    def requirements_of(self) -> Mapping[Iri, tuple[Requirement, ...]]:
        """The requirements derived directly from each provision, sorted."""
        found: dict[Iri, list[Requirement]] = defaultdict(list)
        for iri in sorted(self.requirements):
            found[self.requirements[iri].provision].append(self.requirements[iri])
        return {iri: tuple(requirements) for iri, requirements in found.items()}

    @cached_property
    def restated(self) -> Mapping[Iri, Iri]:
        """The clause or control of a standard that each of its own requirements restates (COVERAGE §3)."""
        return {
            iri: requirement.provision
            for iri, requirement in self.requirements.items()
            if requirement.provision in self.provisions
            and self.provisions[requirement.provision].kind in {"Control", "Clause"}
        }

    @cached_property
    def _lineages(self) -> dict[Iri, tuple[Iri, ...]]:
        return {}

    def lineage(self, iri: Iri) -> tuple[Iri, ...]:
        """Return a provision, what it is part of, and so on up to its framework."""
        found = self._lineages.get(iri)
        if found is None:
            found = self._lineages[iri] = tuple(self._climb(iri))
        return found

    def _climb(self, iri: Iri) -> Iterator[Iri]:
        seen: set[Iri] = set()
        current: Iri | None = iri
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            provision = self.provisions.get(current)
            current = provision.parent if provision else None

    def within(self, iri: Iri, wholes: Iterable[Iri]) -> bool:
        """Tell whether a provision is one of some provisions or part of one."""
        return not frozenset(wholes).isdisjoint(self.lineage(iri))

    def reaches(self, requirement: Requirement, wholes: Iterable[Iri], except_for: Iterable[Iri]) -> bool:
        """Tell whether a rule over some provisions or requirements, with exceptions, reaches a requirement."""
        named, spared = frozenset(wholes), frozenset(except_for)
        inside = requirement.iri in named or self.within(requirement.provision, named)
        return inside and not (requirement.iri in spared or self.within(requirement.provision, spared))

    @cached_property
    def _reaching(self) -> dict[tuple[str, Iri], tuple[Any, ...]]:
        return {}

    def displacing(self, requirement: Requirement) -> tuple[DisplacementRule, ...]:
        """Return the rules that displace a requirement, on whatever day they are law."""
        return self._those(self.displacements, requirement, lambda rule: rule.displaces)

    def deeming(self, requirement: Requirement) -> tuple[DeemingRule, ...]:
        """Return the rules that deem a requirement fulfilled, on whatever day they are law."""
        return self._those(self.deemings, requirement, lambda rule: rule.deems)

    def grandfathering(self, requirement: Requirement) -> tuple[LegacyRule, ...]:
        """Return the rules that spare from a requirement what is old, on whatever day they are law."""
        return self._those(self.legacies, requirement, lambda rule: rule.governs)

    def limiting(self, requirement: Requirement) -> tuple[ScopeLimitationRule, ...]:
        """Return the rules that narrow a requirement, on whatever day they are law."""
        return self._those(self.limitations, requirement, lambda rule: rule.limits)

    def _those(
        self, rules: tuple[AnyReaching, ...], requirement: Requirement, over: Callable[[AnyReaching], tuple[Iri, ...]]
    ) -> tuple[AnyReaching, ...]:
        """Return those of all rules of a kind that reach a requirement, found once for all organisations."""
        key = type(rules[0]).__name__ if rules else "", requirement.iri
        if key not in self._reaching:
            found = tuple(rule for rule in rules if self.reaches(requirement, over(rule), rule.except_for))
            self._reaching[key] = found
        return self._reaching[key]

    @cached_property
    def _windows_on(self) -> dict[tuple[Iri, date], tuple[Window, ...]]:
        return {}

    @cached_property
    def governed(self) -> frozenset[Iri]:
        """Whatever some window governs, law or not."""
        return frozenset(iri for window in self.windows for iri in window.governs)

    def windows_on(self, provision: Iri, day: date) -> tuple[Window, ...]:
        """Return the windows that were law on a day and govern a provision: of the nearest whole that any governs."""
        key = (provision, day)
        if key not in self._windows_on:
            self._windows_on[key] = tuple(self.nearest_windows(law_on(self.windows, day), provision))
        return self._windows_on[key]

    def is_decomposed(self, iri: Iri) -> bool:
        """Tell whether all that a provision demands is captured: it, or what it is part of, is flagged so."""
        return any(self.provisions[step].decomposed for step in self.lineage(iri) if step in self.provisions)

    def subtree(self, iri: Iri) -> Iterator[Iri]:
        """Yield a provision and everything below it, in document order."""
        yield iri
        for child in self.children.get(iri, ()):
            yield from self.subtree(child)

    def framework_of(self, iri: Iri) -> Framework | None:
        """Return the framework that a provision, requirement or framework belongs to."""
        if iri in self.frameworks:
            return self.frameworks[iri]
        if iri in self.requirements:
            iri = self.requirements[iri].provision
        provision = self.provisions.get(iri)
        return self.frameworks.get(provision.framework) if provision else None

    def citation(self, iri: Iri) -> str:
        """Return what a reader calls a thing: its citation, its label, or the end of its IRI."""
        if iri in self.provisions:
            return self.provisions[iri].notation or iri.removeprefix(ID)
        if iri in self.requirements:
            requirement = self.requirements[iri]
            return f"{self.citation(requirement.provision)} no. {iri.rpartition('_')[2]}"
        if iri in self.frameworks:
            return self.frameworks[iri].name
        return self.labels.get(iri) or iri.removeprefix(ID)

    def requirements_below(self, iri: Iri, day: date) -> list[Requirement]:
        """Return the requirements of a provision and below, of the texts in force on a day, in document order."""
        below = (r for part in self.subtree(iri) for r in self.requirements_of.get(part, ()))
        return [r for r in below if self.is_in_force(r, day)]

    def live_requirements(self, day: date) -> list[Requirement]:
        """Return what binds organisations by the texts in force on a day; permissions are not counted."""
        return [r for r in self.requirements.values() if self.is_live(r, day)]

    def is_live(self, requirement: Requirement, day: date) -> bool:
        """Tell whether a requirement is of the text in force on a day, faces organisations and demands something."""
        if not requirement.organisation_facing or requirement.modality == "Permission":
            return False
        return self.is_in_force(requirement, day)

    def is_in_force(self, requirement: Requirement, day: date) -> bool:
        """Tell whether a requirement is of the text in force on a day; one of a slot that never changed always is."""
        if requirement.version is None:
            return True
        provision = self.provisions.get(requirement.provision)
        return provision is not None and provision.version_on(day) == requirement.version

    def is_stale(self, row: MappingRow, day: date) -> bool:
        """Tell whether the target of a row has on a day another text than the one the row was written for."""
        requirement = self.requirements.get(row.object)
        provision = self.provisions.get(requirement.provision if requirement else row.object)
        if provision is None or not provision.versions:
            return False
        written_for = self.frameworks[provision.framework].version_named(row.object_version)
        if written_for is None or written_for.valid_from is None:
            return True
        then, now = provision.version_on(written_for.valid_from), provision.version_on(day)
        return now is None or then != now

    def nearest_windows(self, windows: Iterable[Window], provision: Iri) -> list[Window]:
        """Return those of some windows that govern a provision: of the nearest whole that any governs (ADR 10)."""
        open_to = [window for window in windows if not self.within(provision, window.except_for)]
        steps = ([w for w in open_to if step in w.governs] for step in self.lineage(provision))
        return next(filter(None, steps), [])

    def is_a(self, value: object, expected: object) -> bool:
        """Tell whether a value is the expected one or a narrower concept."""
        return value == expected or expected in self.ancestors_of_concept.get(Iri(str(value)), ())
