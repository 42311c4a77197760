"""From when provisions apply by the windows alone, on every classification route, and where that date moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.rules import law_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Framework
    from engine.rules import LegacyRule, Window

__all__ = [
    "LegacyChange",
    "Reading",
    "Start",
    "WindowChange",
    "legacy_changes",
    "possible_starts",
    "window_changes",
]


@dataclass(frozen=True)
class Reading:
    """The law as some knowledge has it on a day."""

    knowledge: Knowledge
    day: date

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows that are law on the day."""
        return tuple(law_on(self.knowledge.windows, self.day))

    @property
    def legacies(self) -> tuple[LegacyRule, ...]:
        """The grandfathering rules that are law on the day."""
        return tuple(law_on(self.knowledge.legacies, self.day))


@dataclass(frozen=True, slots=True)
class Start:
    """A date from which something applies, under the condition of its route; always, where there is no condition."""

    day: date
    condition: Iri | None


@dataclass(frozen=True, slots=True)
class WindowChange:
    """Provisions whose date of application on one route was another before.

    :ivar old: the dates before; none where the provisions were not law, or had no date.
    :ivar windows: the windows that ended or began, the sources of both dates.
    """

    governed: tuple[Iri, ...]
    except_for: tuple[Iri, ...]
    condition: Iri | None
    old: tuple[date, ...]
    new: tuple[date, ...]
    windows: tuple[Iri, ...]
    sources: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class LegacyChange:
    """A grandfathering rule that began or ended to be law."""

    rule: LegacyRule
    began: bool


def possible_starts(reading: Reading, provision: Iri) -> tuple[Start, ...]:
    """Return the dates from which a provision applies, by the nearest windows that are law, one per route."""
    nearest = reading.knowledge.nearest_windows(reading.windows, provision)
    found = {Start(window.applies_from, window.condition) for window in nearest}
    return tuple(sorted(found, key=lambda start: (start.day, start.condition or "")))


def window_changes(framework: Framework, before: Reading, after: Reading) -> tuple[WindowChange, ...]:
    """Return where the date of application moved: one entry for what moved together, by new date."""
    was, now = ({w.iri: w for w in reading.windows} for reading in (before, after))
    changed = [w for iri, w in {**was, **now}.items() if was.get(iri) != now.get(iri)]
    routes = sorted({(unit, w.condition or "") for w in changed for unit in w.governs})
    groups: dict[WindowChange, list[Iri]] = {}
    for unit, condition in routes:
        if framework.iri in after.knowledge.lineage(unit):
            told = [w for w in changed if unit in w.governs and (w.condition or "") == condition]
            old, new = (_dates(reading, unit, condition) for reading in (before, after))
            if old != new:
                groups.setdefault(_change(told, old, new), []).append(unit)
    found = (replace(change, governed=tuple(units)) for change, units in groups.items())
    return tuple(sorted(found, key=lambda change: (change.new, change.windows, change.governed)))


def _change(told: list[Window], old: tuple[date, ...], new: tuple[date, ...]) -> WindowChange:
    return WindowChange(
        governed=(),
        except_for=tuple(sorted({iri for window in told for iri in window.except_for})),
        condition=told[0].condition,
        old=old,
        new=new,
        windows=tuple(window.iri for window in told),
        sources=tuple(sorted({window.source for window in told if window.source})),
    )


def _dates(reading: Reading, unit: Iri, condition: str) -> tuple[date, ...]:
    provision = reading.knowledge.provisions.get(unit)
    if unit not in reading.knowledge.frameworks and (provision is None or provision.version_on(reading.day) is None):
        return ()
    nearest = reading.knowledge.nearest_windows(_on_route(reading.windows, condition), unit)
    return tuple(sorted({window.applies_from for window in nearest}))


def _on_route(windows: Iterable[Window], condition: str) -> list[Window]:
    return [window for window in windows if window.condition is None or window.condition == condition]


def legacy_changes(framework: Framework, before: Reading, after: Reading) -> tuple[LegacyChange, ...]:
    """Return the grandfathering rules of a framework that are law in one reading only, those that ended first."""
    was, now = set(before.legacies), set(after.legacies)
    found = [LegacyChange(rule, began=rule in now) for rule in was ^ now if _governs(after.knowledge, rule, framework)]
    return tuple(sorted(found, key=lambda change: (change.began, change.rule.iri)))


def _governs(knowledge: Knowledge, rule: LegacyRule, framework: Framework) -> bool:
    return any(framework.iri in knowledge.lineage(unit) for unit in rule.governs)
