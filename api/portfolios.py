"""The summary of a portfolio as a table, as records and as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from api.console import STATE_STYLES, table
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from engine.knowledge import Knowledge
    from engine.portfolio.summary import Group

__all__ = ["CELLS", "cells", "group_record", "summary_head", "summary_table"]

_SHOWN = {
    State.COVERED: "covered",
    State.CLAIMED: "claimed",
    State.PARTIALLY: "partial",
    State.NOT_COVERED: "not\ncovered",
    State.REVIEW: "open",
}
"""The states that a table shows, and how their columns are headed; the rest is what does not apply, or not yet."""
_TITLES = {
    "requirement": "The commonest gaps",
    "framework": "By framework",
    "sector": "By what organisations are, on record",
    "expiry": "By the month of the first expiry of evidence",
    "effective": "By the month from which requirements may apply",
}
_KEYS = ("framework", "requirement", "citation", "label", "sector", "sector_label", "month")
_GROUPS = ("month", "sector_label", "framework")
_COUNTS = ("organisations", "results", "applicable", "gaps")
CELLS = (*_KEYS, *_COUNTS, *(state.value for state in State), "unreviewed")
"""The columns of the summary as CSV."""


def group_record(knowledge: Knowledge, columns: Sequence[str], group: Group) -> dict[str, Any]:
    """Return a group as JSON values; what it is not grouped by is null."""
    key: dict[str, str | None] = {**dict.fromkeys(_KEYS), **dict(zip(columns, group.key, strict=True))}
    requirement, sector = key["requirement"], key["sector"]
    if requirement in knowledge.requirements:
        known = knowledge.requirements[requirement]  # type: ignore[index]
        key |= {"citation": knowledge.citation(known.iri), "label": known.label}
    if sector is not None:
        key["sector_label"] = knowledge.labels.get(sector, sector)  # type: ignore[call-overload]
    return {
        **key,
        **{name: getattr(group, name) for name in _COUNTS},
        "states": {state.value: group.states[state] for state in State},
        "unreviewed": {state.value: n for state, n in sorted(group.unreviewed.items(), key=lambda p: p[0].value) if n},
    }


def cells(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of a group as a row of CSV: a column a state, and how many results are unreviewed in all."""
    plain = {name: value for name, value in record.items() if name != "states"}
    return {**plain, **record["states"], "unreviewed": sum(record["unreviewed"].values())}


def summary_head(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a summary takes over from the manifest."""
    names = ("as_of", "policy", "least_review", "hops", "frameworks", "content", "organisations")
    return {name: manifest[name] for name in names}


def summary_table(manifest: Mapping[str, Any], by: str, records: Sequence[Mapping[str, Any]]) -> Table:
    """Return groups as a table: what they have in common, their counts and denominators, a state a column."""
    names = ["citation", "label"] if by == "requirement" else [n for n in _GROUPS if _is_used(records, n)]
    rows = [
        [
            *(record[name] for name in [*names, "organisations"]),
            f"{record['gaps']} of {record['applicable']}",
            *(Text(str(record["states"][state.value]), style=STATE_STYLES[state]) for state in _SHOWN),
            sum(record["unreviewed"].values()),
        ]
        for record in records
    ]
    told = manifest["organisations"]
    of = f"{told['assessed']} of {told['asked']} organisations, on {manifest['as_of']} (accepted: {manifest['policy']})"
    numbers = ("orgs", "gaps", *_SHOWN.values(), "unre-\nviewed")
    columns = (*(name.removesuffix("_label") for name in names), *numbers)
    return table(f"{_TITLES[by]}: {of}", columns, rows, right=numbers, whole=("gaps",))


def _is_used(records: Sequence[Mapping[str, Any]], name: str) -> bool:
    return any(record[name] is not None for record in records)
