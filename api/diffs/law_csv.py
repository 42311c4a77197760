"""What changed in a framework as lines of one table: every section in the same columns."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from api.diffs.names import days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.diffs.law import LawDiff

__all__ = ["COLUMNS", "law_lines"]

COLUMNS = ("pending", "section", "change", "citation", "identifier", "old", "new", "since", "by", "note")


def law_lines(diff: LawDiff) -> Iterator[dict[str, Any]]:
    """Yield the lines: provisions, dates, legacy rules, requirements, mapping rows, records, states."""
    mark = "pending" if diff.pending else ""
    for line in chain(_provisions(diff), _dates(diff), _legacies(diff), _norms(diff), _records(diff), _states(diff)):
        yield {"pending": mark, **line}


def _line(section: str, change: str, citation: str, identifier: Any, **others: Any) -> dict[str, Any]:
    return {"section": section, "change": change, "citation": citation, "identifier": identifier, **others}


def _provisions(diff: LawDiff) -> Iterator[dict[str, Any]]:
    for change in diff.changes.provisions:
        yield _line(
            "provision",
            change.change.value,
            diff.names.of(change.provision),
            change.provision,
            old=change.old_title,
            new=change.new_title,
            since=change.since,
            by=diff.by(change),
            note=change.summary,
        )


def _dates(diff: LawDiff) -> Iterator[dict[str, Any]]:
    for change in diff.changes.windows:
        cited, sources = diff.names.all(change.governed), diff.names.all(change.sources)
        moved = {"old": days(change.old), "new": days(change.new), "by": sources, "note": diff.route(change.condition)}
        yield _line("date", "moved", cited, change.windows, **moved)


def _legacies(diff: LawDiff) -> Iterator[dict[str, Any]]:
    for change in diff.changes.legacies:
        rule, told = change.rule, "begins" if change.began else "ends"
        note = f"grace until {rule.grace_until}" if rule.grace_until else ""
        yield _line("legacy rule", told, rule.label, rule.iri, note=note)


def _norms(diff: LawDiff) -> Iterator[dict[str, Any]]:
    for change in diff.changes.requirements:
        old, new = diff.names.all(change.old), diff.names.all(change.new)
        yield _line("requirement", change.change, old or new, (*change.old, *change.new), old=old, new=new)
    for row in map(diff.row, diff.changes.rows):
        cited = f"{row['source']} to {row['target_citation']}"
        yield _line("mapping", row["change"], cited, row["iri"], old=row["written_for"], by=row["set"])


def _records(diff: LawDiff) -> Iterator[dict[str, Any]]:
    for record in diff.affected:
        for path in record.paths:
            through = diff.names.path(path.steps[1:])
            others = {"since": path.since, "by": record.kind, "note": through}
            yield _line("record", path.reason, diff.names.of(record.iri), record.iri, **others)


def _states(diff: LawDiff) -> Iterator[dict[str, Any]]:
    for told in map(diff.effect, diff.effects):
        note = f"{diff.names.of(told['scope'])}; today: {told['today'] or 'no such result'}"
        moved = {"old": told["without"], "new": told["with"], "since": told["applies_from_with"], "note": note}
        yield _line("state", told["what"], told["citation"], told["requirement"], **moved)
