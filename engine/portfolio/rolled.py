"""The state of each requirement for each organisation, from columns: R8 over scopes, and what comes first or last."""

from __future__ import annotations

from itertools import compress

import pyarrow as pa
import pyarrow.compute as pc

from engine.coverage.rollup import roll_up
from engine.model import ReviewState, State

__all__ = ["NEEDED", "STATES", "rolled"]

STATES = tuple(state.value for state in State)
_KEYS = ["organisation", "framework", "requirement"]
NEEDED = [*_KEYS, "state", "first_expiry", "assurance", "effective_from"]
"""The columns of results that are read."""


def _roll(present: int) -> str:
    return roll_up(compress(State, (present >> place & 1 for place in range(len(State))))).value


_ROLLED = pa.array([None, *map(_roll, range(1, 1 << len(State)))], pa.string())
"""The state that each set of states of scopes comes to; the place is the sum of their bits, in the order of STATES."""


def rolled(results: pa.Table) -> pa.Table:
    """Return one row an organisation and requirement, by both: the state, and whether it rests on unreviewed mappings.

    The first expiry and the first day of effect are the earliest of the scopes that have one.
    """
    plain = pa.table({name: _plain(results[name]) for name in NEEDED})
    place = pc.index_in(plain["state"], pa.array(STATES))
    for number, state in enumerate(STATES):
        plain = plain.append_column(state, pc.cast(pc.equal(place, number), pa.int32()))
    unreviewed = pc.fill_null(pc.equal(plain["assurance"], ReviewState.PROPOSED.label), fill_value=False)
    plain = plain.append_column("unreviewed", pc.cast(unreviewed, pa.int32()))
    maxima = [(name, "max") for name in (*STATES, "unreviewed")]
    minima = [("first_expiry", "min"), ("effective_from", "min")]
    grouped = plain.group_by(_KEYS, use_threads=False).aggregate([*maxima, *minima])
    bits = pa.array([0] * len(grouped), pa.int32())
    for number, state in enumerate(STATES):
        bits = pc.add(bits, pc.multiply(grouped[f"{state}_max"], 1 << number))
    return pa.table(
        {
            **{name: grouped[name] for name in _KEYS},
            "state": pc.take(_ROLLED, bits),
            "unreviewed": pc.cast(grouped["unreviewed_max"], pa.bool_()),
            "first_expiry": grouped["first_expiry_min"],
            "effective_from": grouped["effective_from_min"],
        }
    )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as values: dictionaries of several parts are not the same."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
