"""Results off columns as the Arrow table that the plain form gives, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from engine.coverage.arrow import SCHEMA
from engine.coverage.columns.addressed import FRESHNESS, STATES
from engine.coverage.columns.joins import NEVER, NOWHERE
from engine.coverage.columns.settled import KINDS, RULES
from engine.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.coverage.columns.assess import ColumnAssessment
    from engine.coverage.columns.joins import Ints

__all__ = ["table"]

_EPOCH = 719_163
"""The number of 1 January 1970, from which Arrow counts."""
_REVIEWS = tuple(state.label for state in ReviewState if state >= 0)


def table(assessment: ColumnAssessment, content: str) -> pa.Table:
    """Return the results of an assessment as a table of :data:`engine.coverage.arrow.SCHEMA`, in their order.

    :param content: the hash of the content that the assessment read.
    """
    final, states = assessment.final, [state.value for state in STATES]
    framework, keys = _frameworks(assessment)
    columns = {
        "organisation": _same(assessment.organisation.iri, len(final.state)),
        "framework": _named(framework[final.requirement], keys),
        "requirement": _named(final.requirement, [r.iri for r in assessment.requirements]),
        "scope": _named(final.scope, assessment.scopes),
        "state": _named(final.state, states),
        "rule": _named(final.rule, RULES),
        "kind": _named(final.kind, [kind.value for kind in KINDS]),
        "if_applicable": _named(final.if_applicable, states),
        "first_expiry": _days(final.first_expiry),
        "freshness": _named(final.freshness, [freshness.value for freshness in FRESHNESS]),
        "assurance": _named(np.where(final.assurance == NEVER, NOWHERE, final.assurance), _REVIEWS),
        "effective_from": _days(final.effective_from),
        "as_of": _all_on(assessment.day, len(final.state)),
        "policy": _same(assessment.policy.label, len(final.state)),
        "content": _same(content, len(final.state)),
    }
    return pa.Table.from_arrays([columns[field.name] for field in SCHEMA], schema=SCHEMA)


def _frameworks(assessment: ColumnAssessment) -> tuple[Ints, list[str]]:
    """Return the framework of each requirement, as a place among the keys."""
    keys = [framework.key for framework in assessment.frameworks]
    place = {key: number for number, key in enumerate(keys)}
    found = [assessment.knowledge.framework_of(r.iri) for r in assessment.requirements]
    return np.array([place.get(f.key, NOWHERE) if f else NOWHERE for f in found], np.int64), keys


def _named(places: Ints, names: Sequence[str]) -> pa.Array:
    indices = pa.array(places.astype(np.int32), mask=places == NOWHERE)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string()))


def _same(name: str, size: int) -> pa.Array:
    return _named(np.zeros(size, np.int64), [name])


def _days(numbers: Ints) -> pa.Array:
    since = np.where(numbers == NEVER, 0, numbers - _EPOCH).astype(np.int32)
    return pa.array(since, pa.int32(), mask=numbers == NEVER).cast(pa.date32())


def _all_on(day: date, size: int) -> pa.Array:
    return _days(np.full(size, day.toordinal(), np.int64))
