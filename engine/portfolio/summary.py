"""What is missing across organisations: the commonest gaps, and counts by framework, sector or month."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.errors import UnreadableFile
from engine.model import State
from engine.portfolio.rolled import NEEDED, rolled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["GAPS", "NO_KIND", "VIEWS", "Group", "summarise"]

GAPS = (State.NOT_COVERED, State.PARTIALLY)
_IDLE = (State.NOT_APPLICABLE, State.NOT_YET)
NO_KIND = "none recorded"
"""The sector of organisations that record nothing of what they are."""
VIEWS = {
    "requirement": ("framework", "requirement"),
    "framework": ("framework",),
    "sector": ("sector", "framework"),
    "expiry": ("month", "framework"),
    "effective": ("month", "framework"),
}
"""What can be grouped by, and the columns that makes."""


@dataclass(slots=True)
class Group:
    """What some results have in common, and their counts: a result is a requirement for one organisation.

    :ivar organisations: how many organisations have a result in the group.
    :ivar states: the results per state.
    :ivar unreviewed: per state, how many rest on a mapping nobody has reviewed.
    """

    key: tuple[str, ...]
    organisations: int = 0
    states: Counter[State] = field(default_factory=Counter)
    unreviewed: Counter[State] = field(default_factory=Counter)

    @property
    def results(self) -> int:
        """How many results there are."""
        return self.states.total()

    @property
    def applicable(self) -> int:
        """How many of them are of requirements that apply, or may: the denominator of the gaps."""
        return self.results - sum(self.states[state] for state in _IDLE)

    @property
    def gaps(self) -> int:
        """How many of them are NotCovered or PartiallyCovered."""
        return sum(self.states[state] for state in GAPS)


def summarise(folder: Path, manifest: Mapping[str, Any], by: str, frameworks: Collection[str] = ()) -> list[Group]:
    """Return the groups of a view over finished results: gaps from the commonest on, or by key.

    :param by: one of :data:`VIEWS`.
    :param frameworks: the keys of the frameworks to count; all where there are none.
    :raises UnreadableFile: if a part is missing or damaged.
    """
    groups: dict[tuple[str, ...], Group] = {}
    for part in manifest["parts"]:
        results = rolled(_read(folder / part["file"]))
        if frameworks:
            results = results.filter(pc.is_in(results["framework"], pa.array(sorted(frameworks), pa.string())))
        kinds = {each["organisation"]: each["kinds"] for each in part["organisations"]}
        for key, organisations, states, unreviewed in _counts(_viewed(results, by, kinds), VIEWS[by]):
            group = groups.setdefault(key, Group(key))
            group.organisations += organisations
            group.states += states
            group.unreviewed += unreviewed
    order = _commonest if by == "requirement" else _by_key
    return sorted(groups.values(), key=order)


def _by_key(group: Group) -> tuple[str, ...]:
    return group.key


def _commonest(group: Group) -> tuple[int, int, tuple[str, ...]]:
    return -group.gaps, group.applicable, group.key


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path, columns=NEEDED)
    except (OSError, pa.ArrowInvalid) as error:
        raise UnreadableFile(path, None, "is missing or damaged", "assess the portfolio again") from error


def _viewed(results: pa.Table, by: str, kinds: Mapping[str, Iterable[str]]) -> pa.Table:
    """Return results with the column that a view groups by, and of how many each row is."""
    counted = results.append_column("number", pa.array([1] * len(results), pa.int64()))
    if by == "sector":
        return _with_sectors(counted, kinds)
    if by not in {"expiry", "effective"}:
        return counted
    name = "first_expiry" if by == "expiry" else "effective_from"
    dated = counted.filter(pc.is_valid(counted[name]))
    return dated.append_column("month", pc.strftime(dated[name], format="%Y-%m"))


def _with_sectors(results: pa.Table, kinds: Mapping[str, Iterable[str]]) -> pa.Table:
    """Return results, counted together per organisation, once for every kind that it is of."""
    pairs = [(iri, kind) for iri, of_it in sorted(kinds.items()) for kind in of_it or [NO_KIND]]
    columns = zip(*pairs, strict=True) if pairs else ((), ())
    owners, sectors = (pa.array(values, pa.string()) for values in columns)
    together = results.group_by(["organisation", "framework", "state"], use_threads=False)
    sums = together.aggregate([("number", "sum"), ("unreviewed", "sum")])
    named = sums.rename_columns({"number_sum": "number", "unreviewed_sum": "unreviewed"})
    joined = pa.table({"organisation": owners, "sector": sectors})
    return named.join(joined, keys="organisation", join_type="inner")


def _counts(
    results: pa.Table, columns: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], int, Counter[State], Counter[State]]]:
    """Yield the counts of each group of a part: organisations, results and unreviewed results per state."""
    heads = results.group_by(list(columns), use_threads=False).aggregate([("organisation", "count_distinct")])
    cells = results.group_by([*columns, "state"], use_threads=False).aggregate(
        [("number", "sum"), ("unreviewed", "sum")]
    )
    states: dict[tuple[str, ...], Counter[State]] = defaultdict(Counter)
    unreviewed: dict[tuple[str, ...], Counter[State]] = defaultdict(Counter)
    for row in cells.to_pylist():
        key = _key(row, columns)
        states[key][State(row["state"])] += row["number_sum"]
        unreviewed[key][State(row["state"])] += row["unreviewed_sum"]
    for row in heads.to_pylist():
        key = _key(row, columns)
        yield key, row["organisation_count_distinct"], states[key], unreviewed[key]


def _key(row: Mapping[str, Any], columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row[column] or "" for column in columns)
