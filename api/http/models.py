"""Bodies of records, made from the one table: what is sent, and what is answered."""

from __future__ import annotations

import re
from datetime import date
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    create_model,
)

from api.http.answers import Model
from engine.days import OUTSIDE, is_inside
from engine.records.statements import term_of
from engine.records.table import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.records.table import Field as RecordField
    from engine.records.table import Kind

__all__ = [
    "MANY",
    "NAME",
    "Day",
    "FactValues",
    "Link",
    "added_model",
    "body_model",
    "bulk_model",
    "many_model",
    "merged",
    "patch_model",
    "record_model",
    "values",
]

MANY = 1_000
"""How many records one request may add, and how many values a field may have."""
NAME = r"^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$"
_LONGEST = 20_000
_CHARACTERS = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=\u00C0-\u1FFF\u3040-\uD7FF-]|%[0-9A-Fa-f]{2})"
"""What an IRI is written with, the mark before its fragment aside (RFC 3987 §2.2)."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: date) -> date:
    if not is_inside(value):
        raise ValueError(OUTSIDE)
    return value


def _written(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("is no day; write it as 2026-11-20")
    return value


def _nameable(form: Form) -> Callable[[str], str]:
    def check(value: str) -> str:
        try:
            term_of(form, value)
        except ValueError as error:
            raise ValueError("names nothing: write an IRI, with what it needs escaped") from error
        return value

    return check


Day = Annotated[
    date,
    BeforeValidator(_written),
    AfterValidator(_day),
    Field(json_schema_extra={"pattern": "^(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$"}),
]
"""A day that a record can be about."""
Link = Annotated[
    str,
    StringConstraints(pattern=rf"^[A-Za-z][A-Za-z0-9+.-]*:{_CHARACTERS}+(?:#{_CHARACTERS}*)?$", max_length=2_000),
    AfterValidator(_nameable(Form.LINK)),
]
"""The IRI of a thing."""
_CONCEPT = Annotated[
    str,
    StringConstraints(
        pattern=rf"^[A-Za-z](?:[A-Za-z0-9_-]*|[A-Za-z0-9+.-]*:{_CHARACTERS}+(?:#{_CHARACTERS}*)?)$", max_length=2_000
    ),
    AfterValidator(_nameable(Form.CONCEPT)),
]
_TEXT = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST, pattern=r"\S")]
_TYPES: dict[Form, Any] = {
    Form.TEXT: _TEXT,
    Form.PLAIN: _TEXT,
    Form.HASH: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")],
    Form.DAY: Day,
    Form.FLAG: StrictBool,
    Form.CONCEPT: _CONCEPT,
    Form.LINK: Link,
}
_READ: dict[Form, Any] = {Form.FLAG: bool}
"""What is read may have been written by other means: only what cannot be otherwise is promised."""


def _one_of(choices: tuple[str, ...]) -> Any:
    return Literal.__getitem__(choices)


def _several(one: Any) -> Any:
    return GenericAlias(tuple, (one, ...))


def _sent(field: RecordField) -> tuple[Any, Any]:
    one = _one_of(field.choices) if field.choices else _TYPES[field.form]
    said: dict[str, Any] = {"description": field.says, "examples": [[field.example] if field.many else field.example]}
    if field.many:
        limits = {"min_length": 1} if field.needed else {"default": ()}
        return _several(one), Field(max_length=MANY, **limits, **said)
    return (one, Field(**said)) if field.needed else (one | None, Field(None, **said))


def _answered(field: RecordField) -> tuple[Any, Any]:
    one = _READ.get(field.form, str)
    said: dict[str, Any] = {"description": field.says, "examples": [[field.example] if field.many else field.example]}
    return (GenericAlias(list, (one,)), Field(**said)) if field.many else (one | None, Field(**said))


def _types(kind: Kind) -> dict[str, Any]:
    if kind.is_of_one_type:
        return {}
    first = next(iter(kind.types))
    says = Field(min_length=1, max_length=len(kind.types), description="What it is.", examples=[[first]])
    return {"types": (_several(_one_of(tuple(kind.types))), says)}


def _title(kind: Kind, ending: str) -> str:
    return "".join(word.capitalize() for word in kind.one.split()) + ending


def body_model(kind: Kind) -> type[Model]:
    """Return what is sent to put a record."""
    fields: dict[str, Any] = _types(kind) | {field.name: _sent(field) for field in kind.fields}
    made: type[Model] = create_model(_title(kind, "Body"), __base__=Model, __doc__=f"A {kind.one}.", **fields)
    return made


def patch_model(kind: Kind) -> type[Model]:
    """Return what is sent to change some fields of a record (RFC 7396): null takes a field away."""
    fields: dict[str, Any] = {}
    for name, (of_type, said) in (_types(kind) | {field.name: _sent(field) for field in kind.fields}).items():
        fields[name] = (of_type | None, Field(None, description=said.description, examples=said.examples))
    said_of_all = f"Fields of a {kind.one}."
    made: type[Model] = create_model(_title(kind, "Patch"), __base__=Model, __doc__=said_of_all, **fields)
    return made


def merged(body: type[Model], before: Mapping[str, object], patch: Model) -> Model:
    """Return the body that a record has once some of its fields are other ones.

    :raises RequestValidationError: if it cannot be the body of such a record.
    """
    now = {**before, **patch.model_dump(mode="json", exclude_unset=True)}
    try:
        return body.model_validate({name: value for name, value in now.items() if value is not None})
    except ValidationError as error:
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in error.errors()]) from error


def bulk_model(kind: Kind, body: type[Model]) -> type[Model]:
    """Return what is sent to add a record: its body, and what it is to be called."""
    says = "What it is called in its IRI; made of what it says where it is left out."
    name: Any = (Annotated[str, StringConstraints(pattern=NAME)] | None, Field(None, description=says))
    made: type[Model] = create_model(_title(kind, "New"), __base__=body, __doc__=f"A new {kind.one}.", name=name)
    return made


def many_model(kind: Kind, new: type[Model]) -> type[Model]:
    """Return what is sent to add many records at once."""
    says = Field(min_length=1, max_length=MANY, description="The records; all are added, or none.")
    items: Any = (tuple[new, ...], says)  # type: ignore[valid-type]
    made: type[Model] = create_model(_title(kind, "Many"), __base__=Model, __doc__="Records to add.", items=items)
    return made


def added_model(shown: type[Model]) -> type[Model]:
    """Return what is answered where many records were added."""
    fields: dict[str, Any] = {
        "version": (int, Field(description="The version of the organisation after it.")),
        "items": (list[shown], Field(description="The records, in the order in which they were sent.")),  # type: ignore[valid-type]
    }
    made: type[Model] = create_model(
        f"{shown.__name__}Added", __base__=Model, __doc__="Records that were added.", **fields
    )
    return made


def record_model(kind: Kind) -> type[Model]:
    """Return what is answered of a record."""
    types: dict[str, Any] = {} if kind.is_of_one_type else {"types": (list[str], Field(description="What it is."))}
    fields: dict[str, Any] = {
        "iri": (str, Field(description="What the record is called everywhere.")),
        "key": (str, Field(description="What it is called in addresses below this list.")),
        **types,
        **{field.name: _answered(field) for field in kind.fields},
    }
    if kind.name == "evidence":
        to_do: Any = (
            list[str],
            Field(default=[], description="What is to be added before it counts; told on writing."),
        )
        fields["to_do"] = to_do
    made: type[Model] = create_model(_title(kind, ""), __base__=Model, __doc__=f"A {kind.one}.", **fields)
    return made


def values(body: Model) -> dict[str, Any]:
    """Return the fields of a body, as the engine takes them."""
    return body.model_dump(mode="json", exclude={"name"})


class FactValues(Model):
    """What is sent to put a fact."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    values: tuple[StrictBool | Day | _CONCEPT, ...] = Field(
        min_length=1,
        max_length=MANY,
        description="What is so: true or false, a day, or concepts, as the fact takes them.",
        examples=[[True]],
    )
