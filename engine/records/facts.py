"""Facts of an organisation and its assets: the values of one property, by the same table as all records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from engine.errors import BadParameter, UnknownName
from engine.mapping.recording import home_of
from engine.organisation import LEGACY_FACTS
from engine.records.naming import key_of
from engine.records.statements import field_values, names, term_of
from engine.records.table import Form, fact_field
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pyoxigraph import Literal

    from engine.graph import Iri
    from engine.records.table import Field
    from engine.workspace import Workspace

__all__ = ["fact_values_of", "facts_of", "put_fact"]

_WORDS = {Form.FLAG: "true or false", Form.DAY: "a day, as 2026-11-20", Form.CONCEPT: "a concept of the schemes"}


def _fields(workspace: Workspace) -> Mapping[str, Field]:
    """Return the facts that can be recorded, by name."""
    content = workspace.content.graph
    facts = {*workspace.content.knowledge.fact_properties, *LEGACY_FACTS}
    return {NG.local(fact): fact_field(fact, content.text(fact, NG.factDatatype)) for fact in sorted(facts)}


def _field(workspace: Workspace, fact: str) -> Field:
    known = _fields(workspace)
    if fact not in known:
        raise UnknownName("fact", fact, sorted(known))
    return known[fact]


def _document(workspace: Workspace, about: Iri | str, fact: str, values: object) -> dict[str, object]:
    key = key_of(about, home_of(workspace.organisation.iri), "")
    return {"about": about, "key": key, "fact": fact, "values": values}


def facts_of(workspace: Workspace) -> list[dict[str, object]]:
    """Return what is recorded of the organisation and its assets, by subject and property."""
    fields = {NG(name).value: field for name, field in _fields(workspace).items()}
    return [
        _document(workspace, about, NG.local(fact), field_values(fields[fact], workspace.records, about))
        for about, fact in sorted(workspace.organisation.facts)
    ]


def fact_values_of(workspace: Workspace, about: str, fact: str) -> dict[str, object]:
    """Return what is recorded of the organisation or an asset by a property.

    :raises UnknownName: if there is no such property or thing, or nothing is recorded.
    """
    field = _field(workspace, fact)
    _check_about(workspace, about)
    values = field_values(field, workspace.records, about)
    if not values:
        raise UnknownName("fact recorded", fact)
    return _document(workspace, about, fact, values)


def _check_about(workspace: Workspace, about: str) -> None:
    organisation = workspace.organisation
    if about != organisation.iri and about not in organisation.assets:
        home = home_of(organisation.iri)
        known = [key_of(iri, home, "") for iri in (organisation.iri, *sorted(organisation.assets))]
        raise UnknownName("organisation or asset", key_of(about, home, "") if about else "", known)


def put_fact(
    workspace: Workspace, there: Collection[Quad], about: str, fact: str, values: Sequence[object]
) -> tuple[list[Quad], list[Quad]]:
    """Return what to take away and to add so that a fact has some values.

    :raises UnknownName: if there is no such property or thing.
    :raises BadParameter: if the property takes no such value.
    """
    field = _field(workspace, fact)
    _check_about(workspace, about)
    own = [quad for quad in there if names(quad, about)]
    before = [quad for quad in own if quad.predicate == field.predicate]
    home = min((quad.graph_name for quad in own), key=str)
    added = [Quad(NamedNode(about), field.predicate, _term(field, fact, value), home) for value in values]
    return before, added


def _term(field: Field, fact: str, value: object) -> NamedNode | Literal:
    is_right = isinstance(value, bool) if field.form is Form.FLAG else isinstance(value, str)
    if not is_right or not isinstance(value, bool | str):
        raise BadParameter(fact, str(value), _WORDS[field.form])
    return term_of(field.form, value)
