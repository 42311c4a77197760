"""Bodies made from the table: the examples that the documentation shows are right, and every field is told."""

from __future__ import annotations

from typing import Any

import pytest

from api.http.models import body_model, bulk_model, many_model, patch_model, record_model, values
from engine.graph import Graph
from engine.records.naming import named
from engine.records.statements import statements, values_of
from engine.records.table import KINDS, ORGANISATION, Kind
from engine.repository.organisations import home

KIND = pytest.mark.parametrize("kind", [*KINDS.values(), ORGANISATION], ids=lambda kind: kind.name)


def example(kind: Kind) -> dict[str, Any]:
    fields = body_model(kind).model_json_schema()["properties"]
    return {name: field["examples"][0] for name, field in fields.items()}


@KIND
def test_the_examples_make_a_record(kind: Kind) -> None:
    said = values(body_model(kind)(**example(kind)))
    assert said == example(kind)
    iri = named(kind, "https://acme.example/org/", said)
    quads = statements(kind, iri, said, "https://acme.example/org/acme", home("acme"))
    read = values_of(kind, Graph(quads), iri)
    assert read == said
    assert record_model(kind)(iri=iri, key="x", **read)


@KIND
def test_every_field_is_told_in_every_form(kind: Kind) -> None:
    body = body_model(kind)
    expected = {field.name for field in kind.fields} | ({"types"} if len(kind.types) > 1 else set())
    assert set(body.model_fields) == set(patch_model(kind).model_fields) == expected
    assert set(bulk_model(kind, body).model_fields) == expected | {"name"}
    assert expected | {"iri", "key"} <= set(record_model(kind).model_fields)
    for model in (body, bulk_model(kind, body), record_model(kind), many_model(kind, bulk_model(kind, body))):
        assert all(field.description for field in model.model_fields.values())
    assert {name for name, field in body.model_fields.items() if field.is_required()} >= {
        field.name for field in kind.fields if field.needed
    }


def test_two_records_that_say_the_same_have_one_name_and_others_have_others() -> None:
    kind, base = KINDS["findings"], "https://acme.example/"
    one, other = {"label": "Öl läuft aus"}, {"label": "Öl läuft aus", "severity": "Major"}
    assert named(kind, base, one) == named(kind, base, dict(one)) != named(kind, base, other)
    assert named(kind, base, one, "mine") == "https://acme.example/finding/mine"
