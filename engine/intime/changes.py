"""What changed in a framework between two readings of it: two days, or the law with and without a proposal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from engine.errors import BadParameter
from engine.intime.windows import Reading, legacy_changes, possible_starts, window_changes
from engine.mapping.rows import NO_TERM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from engine.graph import Iri
    from engine.intime.windows import LegacyChange, Start, WindowChange
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.model import Framework, Provision, ProvisionVersion

__all__ = [
    "Change",
    "LawChanges",
    "ProvisionChange",
    "RequirementChange",
    "RowChange",
    "changes_between_days",
    "law_changes",
]


class Change(Enum):
    """What happened to a numbering slot between two readings."""

    INSERTED = "inserted"
    REPLACED = "replaced"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ProvisionChange:
    """A numbering slot whose text is not what it was.

    :ivar since: the day on which the later wording, or the deletion, took effect.
    :ivar starts: from when the later wording applies, by every route; empty where no window governs it.
    """

    provision: Iri
    change: Change
    version: Iri
    changed_by: Iri | None
    since: date | None
    old_title: str
    new_title: str
    summary: str
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """Requirements of the old text that stand in for each other with those of the new; one side may be empty."""

    old: tuple[Iri, ...]
    new: tuple[Iri, ...]

    @property
    def change(self) -> str:
        """Whether requirements came, went, or were replaced."""
        return "replaced" if self.old and self.new else "went" if self.old else "came"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A mapping row that stopped or began to be written for the text in force.

    :ivar stale: whether it now rests on the old text; otherwise it was written for the new one.
    """

    row: MappingRow
    provision: Iri
    stale: bool


@dataclass(frozen=True)
class LawChanges:
    """All that is different in a framework between two readings, each part in document order."""

    framework: Framework
    before: Reading
    after: Reading
    provisions: tuple[ProvisionChange, ...]
    windows: tuple[WindowChange, ...]
    legacies: tuple[LegacyChange, ...]
    requirements: tuple[RequirementChange, ...]
    rows: tuple[RowChange, ...]

    @property
    def gone(self) -> frozenset[Iri]:
        """The requirements that are of the old text only."""
        return frozenset(iri for change in self.requirements for iri in change.old)

    @property
    def come(self) -> frozenset[Iri]:
        """The requirements that are of the new text only."""
        return frozenset(iri for change in self.requirements for iri in change.new)


def changes_between_days(knowledge: Knowledge, framework: Framework, begin: date, end: date) -> LawChanges:
    """Return what changed in a framework from one day to a later one.

    :raises BadParameter: if the days are not in order, or the framework was not law yet on the first.
    """
    if end <= begin:
        raise BadParameter("--to", str(end), f"a day after --from ({begin})")
    first = next((v.valid_from for v in framework.versions if v.valid_from), None)
    if first is not None and begin < first:
        raise BadParameter("--from", str(begin), f"a day on which {framework.name} was law: it is since {first}")
    return law_changes(framework, Reading(knowledge, begin), Reading(knowledge, end))


def law_changes(framework: Framework, before: Reading, after: Reading) -> LawChanges:
    """Return what is different in a framework between two readings of the law."""
    return LawChanges(
        framework=framework,
        before=before,
        after=after,
        provisions=tuple(_provisions(framework, before, after)),
        windows=window_changes(framework, before, after),
        legacies=legacy_changes(framework, before, after),
        requirements=tuple(_requirements(framework, before, after)),
        rows=tuple(_rows(framework, before, after)),
    )


def _slots(framework: Framework, knowledge: Knowledge) -> dict[Iri, Provision]:
    return {iri: p for iri, p in knowledge.provisions.items() if p.framework == framework.iri}


def _provisions(framework: Framework, before: Reading, after: Reading) -> Iterator[ProvisionChange]:
    known = _slots(framework, before.knowledge)
    for provision in sorted(_slots(framework, after.knowledge).values(), key=lambda p: (p.sort_key, p.iri)):
        earlier = known.get(provision.iri)
        old = earlier.version_on(before.day) if earlier else None
        new = provision.version_on(after.day)
        if old != new:
            yield _provision(earlier, provision, (old, new), before, after)


def _provision(
    earlier: Provision | None,
    provision: Provision,
    texts: tuple[Iri | None, Iri | None],
    before: Reading,
    after: Reading,
) -> ProvisionChange:
    old, new = texts
    change = Change.INSERTED if old is None else Change.DELETED if new is None else Change.REPLACED
    last = _latest(provision, after.day)
    return ProvisionChange(
        provision=provision.iri,
        change=change,
        version=last.iri,
        changed_by=last.changed_by,
        since=last.valid_from,
        old_title=earlier.title_on(before.day) if earlier and old else "",
        new_title=provision.title_on(after.day) if new else "",
        summary=last.summary,
        starts=possible_starts(after, provision.iri) if new else (),
    )


def _latest(provision: Provision, day: date) -> ProvisionVersion:
    """Return the wording, or the end of one, that took effect last by a day; a slot that changed has versions."""
    begun = [v for v in provision.versions if v.valid_from is None or v.valid_from <= day]
    return (begun or list(provision.versions))[-1]


def _requirements(framework: Framework, before: Reading, after: Reading) -> Iterator[RequirementChange]:
    old, new = _of_the_text(framework, before), _of_the_text(framework, after)
    gone, come = _by_slot(before, old - new), _by_slot(after, new - old)
    groups = _counterparts(after.knowledge, gone, come)
    taken = {slot for slots in groups.values() for slot in slots}
    found = [
        RequirementChange(gone[slot], tuple(iri for other in others for iri in come[other]))
        for slot, others in groups.items()
    ]
    found += [RequirementChange((), iris) for slot, iris in come.items() if slot not in taken]
    provisions = {**before.knowledge.provisions, **after.knowledge.provisions}
    requirements = {**before.knowledge.requirements, **after.knowledge.requirements}

    def place(change: RequirementChange) -> tuple[str, Iri]:
        first = (change.old or change.new)[0]
        return provisions[requirements[first].provision].sort_key, first

    yield from sorted(found, key=place)


def _of_the_text(framework: Framework, reading: Reading) -> set[Iri]:
    knowledge = reading.knowledge
    return {
        iri
        for iri, requirement in knowledge.requirements.items()
        if _is_of(knowledge, requirement.provision, framework) and knowledge.is_in_force(requirement, reading.day)
    }


def _is_of(knowledge: Knowledge, provision: Iri, framework: Framework) -> bool:
    found = knowledge.provisions.get(provision)
    return found is not None and found.framework == framework.iri


def _by_slot(reading: Reading, requirements: Iterable[Iri]) -> dict[Iri, tuple[Iri, ...]]:
    found: dict[Iri, list[Iri]] = defaultdict(list)
    for iri in sorted(requirements):
        found[reading.knowledge.requirements[iri].provision].append(iri)
    return {slot: tuple(iris) for slot, iris in found.items()}


def _counterparts(
    knowledge: Knowledge, gone: Mapping[Iri, tuple[Iri, ...]], come: Mapping[Iri, tuple[Iri, ...]]
) -> dict[Iri, tuple[Iri, ...]]:
    """Return for each slot that lost requirements the slots that have new ones in their place.

    That is the slot itself; where it has none, those of its parts and of what it is part of that no other slot claims.
    """
    groups: dict[Iri, tuple[Iri, ...]] = {slot: (slot,) for slot in gone if slot in come}
    taken = set(groups)
    for slot in gone:
        if slot not in groups:
            near = [
                s for s in come if s not in taken and (slot in knowledge.lineage(s) or s in knowledge.lineage(slot))
            ]
            groups[slot] = tuple(near)
            taken.update(near)
    return groups


def _rows(framework: Framework, before: Reading, after: Reading) -> Iterator[RowChange]:
    for row in after.knowledge.rows:
        requirement = after.knowledge.requirements.get(row.object)
        provision = requirement.provision if requirement else row.object
        if row.subject == NO_TERM or not _is_of(after.knowledge, provision, framework):
            continue
        was, now = before.knowledge.is_stale(row, before.day), after.knowledge.is_stale(row, after.day)
        if was != now:
            yield RowChange(row, provision, stale=now)
