"""The parameters that many routes take."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field

from api.opened import POLICIES
from engine.coverage.values import Policy
from engine.days import OUTSIDE, is_inside
from engine.model import State

__all__ = ["AsOf", "Citation", "Day", "Frameworks", "Least", "Named", "PolicyOf", "Scope", "States", "policy_of"]

_MOST_NAMES = 50


def _day(value: object) -> object:
    """Return the day that a text names, where it is one that law and records can be about."""
    if not isinstance(value, str):
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("is no day; write it as 2026-11-20") from error
    if day.isoformat() != value:
        raise ValueError("is no day as it is written here; write it as 2026-11-20")
    if not is_inside(day):
        raise ValueError(f"{OUTSIDE}; name a day within them")
    return day


Day = Annotated[
    date,
    BeforeValidator(_day),
    Field(json_schema_extra={"pattern": "^(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$"}),
]
"""A day as a request may name it."""
AsOf = Annotated[Day | None, Query(description="The day to look at, as 2026-11-20; today where none is given.")]
"""The day to look at, as a route takes it."""
Citation = Annotated[
    str,
    Query(
        min_length=1,
        max_length=300,
        description="A citation that names its framework, or an identifier.",
        examples=["AI Act 15(4)", "ISO/IEC 42001 A.6.2.4"],
    ),
]
"""What a provision, control or requirement is called."""
Named = Annotated[str | None, Query(min_length=1, max_length=300)]
"""A filter that names a thing."""


class Least(StrEnum):
    """The least review state of a mapping that counts."""

    PROPOSED = "proposed"
    EXPERT = "expert"
    LEGAL = "legal"


def policy_of(
    policy: Annotated[Least, Query(description="The least review state of a mapping that counts.")] = Least.PROPOSED,
    hops: Annotated[int, Query(ge=1, le=2, description="The longest chain of mappings.")] = 1,
) -> Policy:
    """Return the policy that a request names."""
    return Policy(POLICIES[policy], hops)


PolicyOf = Annotated[Policy, Depends(policy_of)]
"""Which mappings count, as a route takes it: the least review state and the longest chain."""
Frameworks = Annotated[
    list[str],
    Query(
        default_factory=list,
        alias="framework",
        max_length=_MOST_NAMES,
        description="Only this framework, by key; may be repeated.",
    ),
]
"""The frameworks that are asked about."""
Scope = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=300,
        description="Only this asset, by identifier, its last part or its label, or the organisation.",
    ),
]
"""The scope that is asked about."""
States = Annotated[
    list[State],
    Query(
        default_factory=list,
        alias="state",
        max_length=len(State),
        description="Only results in this state; may be repeated.",
    ),
]
"""The states that results are listed in."""
