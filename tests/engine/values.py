"""Small values for tests: everything has a harmless default, and only what a test is about is given."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from engine import model
from engine.graph import Iri, Value
from engine.knowledge import Knowledge
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DAY = date(2026, 6, 15)
ORG = Iri("https://example.org/organisation")
SYSTEM = Iri("https://example.org/system")
SERVICE = Iri("https://example.org/service")
CONTROL = Iri("https://example.org/control")
TYPE = Iri("https://example.org/type")

_NAMES = {"Mapping": dict, "date": date, "Iri": Iri, "Value": Value}


def _empty(hint: Any) -> Any:
    if get_origin(hint) is UnionType and NoneType in get_args(hint):
        return None
    if get_origin(hint) in {tuple, dict}:
        return get_origin(hint)()
    return {bool: False, int: 0, model.State: model.State.COVERED}.get(hint, "")


def a(kind: Callable[..., Any], /, **given: Any) -> Any:
    """Return a value of a kind with what is given, and nothing else."""
    hints = get_type_hints(kind, localns=_NAMES)
    empty = {field.name: _empty(hints[field.name]) for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{**empty, **given})


def knowledge(**given: Any) -> Knowledge:
    """Return knowledge of nothing but what is given."""
    empty: dict[str, Any] = {field.name: {} for field in fields(Knowledge)}
    kinds = ("windows", "displacements", "deemings", "legacies", "limitations", "role_changes", "accompanying", "rows")
    empty |= dict.fromkeys(kinds, ())
    return Knowledge(**{**empty, **given})


def organisation(**given: Any) -> model.Organisation:
    """Return an organisation with one system and one ICT service, and what is given."""
    system = a(model.Asset, iri=SYSTEM, classes=(Iri("https://w3id.org/normgraph/ns#AISystem"),))
    service = a(model.Asset, iri=SERVICE, classes=(Iri("https://w3id.org/normgraph/ns#ICTService"),))
    empty: dict[str, Any] = {"iri": ORG, "label": "Org", "assets": {SERVICE: service, SYSTEM: system}, "facts": {}}
    made: model.Organisation = a(model.Organisation, **{**empty, "labels": {}, "homes": {}, **given})
    return made


def recorded(org: model.Organisation, subject: Iri, facts: Mapping[str, Value | None]) -> model.Organisation:
    """Return an organisation with other facts about one subject, by name; None takes a fact off the record."""
    named = {(subject, Iri(NG(name).value)): value for name, value in facts.items()}
    kept = {key: values for key, values in org.facts.items() if key not in named}
    told: dict[tuple[Iri, Iri], tuple[Value, ...]] = {k: (v,) for k, v in named.items() if v is not None}
    return replace(org, facts={**kept, **told})
