"""What changed in a framework as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from api.console import out, table
from api.diffs.names import days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.diffs.law import LawDiff
    from engine.intime.changes import ProvisionChange
    from engine.intime.windows import WindowChange

__all__ = ["print_law"]


def print_law(diff: LawDiff) -> None:
    """Print a table per section that has something, then one line that counts."""
    if diff.pending:
        told = f" {diff.pending.title} ({diff.pending.source or 'no source'})"
        out.print(Text.assemble(("Pending, not law:", "bold"), told))
        out.print(f"Compared on {diff.changes.after.day}: the law without the proposal, and with it as written.\n")
    _print_law(diff)
    _print_rows(diff)
    _print_records(diff)
    _print_effects(diff)
    out.print(Text(_summary(diff)))


def _table(diff: LawDiff, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows and diff.pending:
        out.print(table(title, ("", *columns), [["pending", *row] for row in rows]))
    elif rows:
        out.print(table(title, columns, rows))


def _print_law(diff: LawDiff) -> None:
    changes = diff.changes
    columns = ("provision", "change", "since", "by", "applies from", "in our words")
    _table(diff, "Provisions", columns, [_provision(diff, change) for change in changes.provisions])
    routes = ("provisions", "on the route", "date before", "date now", "source")
    _table(diff, "Dates of application that moved", routes, [_window(diff, change) for change in changes.windows])
    legacies = [
        ["begins" if c.began else "ends", c.rule.label, days(c.rule.cut_offs, ""), c.rule.grace_until]
        for c in changes.legacies
    ]
    _table(diff, "Legacy rules", ("change", "rule", "cut-off", "grace until"), legacies)
    norms = [[c.change, diff.names.all(c.old), diff.names.all(c.new)] for c in changes.requirements]
    _table(diff, "Requirements", ("change", "of the old text", "of the new text"), norms)


def _provision(diff: LawDiff, change: ProvisionChange) -> list[Any]:
    titles = change.old_title and change.new_title and change.old_title != change.new_title
    told = f"{change.summary} (heading before: {change.old_title})" if titles else change.summary
    starts = (f"{s.day} ({diff.route(s.condition)})" if s.condition else str(s.day) for s in change.starts)
    cited = diff.names.of(change.provision)
    return [cited, change.change.value, change.since, diff.by(change), "; ".join(starts), told]


def _window(diff: LawDiff, change: WindowChange) -> list[Any]:
    spared = f" except {diff.names.all(change.except_for)}" if change.except_for else ""
    governed = f"{diff.names.all(change.governed)}{spared}"
    route = diff.route(change.condition) or "any"
    return [governed, route, days(change.old), days(change.new), diff.names.all(change.sources)]


def _print_rows(diff: LawDiff) -> None:
    stale = [diff.row(change) for change in diff.changes.rows if change.stale]
    fields = ("source", "relationship", "target_citation", "written_for", "review_state")
    columns = ("control", "relationship", "requirement", "written for", "review")
    title = "Mapping rows that rest on the old text: they no longer count"
    _table(diff, title, columns, [[row[name] for name in fields] for row in stale])


def _print_records(diff: LawDiff) -> None:
    rows = [
        [record.kind, diff.names.of(record.iri), path.reason, diff.names.path(path.steps[1:])]
        for record in diff.affected
        for path in record.paths
    ]
    whose = diff.organisation.label if diff.organisation else ""
    _table(diff, f"Records of {whose} to look at again", ("kind", "record", "why", "by which path"), rows)


def _print_effects(diff: LawDiff) -> None:
    columns = ("requirement", "scope", "today", "then, without it", "then, with it", "applies from")
    rows = []
    for told in map(diff.effect, diff.effects):
        old, new = told["applies_from_without"], told["applies_from_with"]
        date = new if old in {None, new} else f"{new or 'never'}, not {old}"
        states = [told[name] or "none" for name in ("today", "without", "with")]
        rows.append([f"{told['citation']}, {told['label']}", diff.names.of(told["scope"]), *states, date])
    _table(diff, "States that would change", columns, rows)


def _summary(diff: LawDiff) -> str:
    counts, changes = diff.counts(), diff.changes
    provisions = ", ".join(f"{number} {name}" for name, number in counts["provisions"].items())
    norms = "{old_text} of the old text are gone, {new_text} of the new one came".format(**counts["requirements"])
    rows = (
        f"{counts['mappings_on_old_text']} mapping rows rest on the old text, "
        f"{counts['mappings_for_new_text']} are written for the new one"
    )
    records = f"; {counts['records']} records to look at again" if diff.organisation else ""
    between = f"between {changes.before.day} and {changes.after.day}"
    when = f"on {changes.after.day} with the pending proposal" if diff.pending else between
    return f"{changes.framework.name} {when}: provisions: {provisions}; requirements: {norms}; {rows}{records}."
