"""The JSON Schema of the report, drawn from the types of its values so that the two cannot part."""

from __future__ import annotations

import dataclasses
import inspect
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, get_args, get_origin, get_type_hints

from engine.report.json import FORMAT_VERSION
from engine.report.values import Report
from engine.vocabulary import BASE

__all__ = ["report_schema"]

_PLAIN: dict[Any, dict[str, object]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    date: {"type": "string", "format": "date"},
    NoneType: {"type": "null"},
}


def report_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of the report."""
    definitions: dict[str, object] = {}
    _define(Report, definitions)
    root = definitions.pop("Report")
    assert isinstance(root, dict)  # noqa: S101 - just defined
    version = {"const": FORMAT_VERSION, "description": "The version of this format."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}schemas/report.schema.json",
        "title": "Normgraph gap report",
        **root,
        "properties": {"format_version": version, **root["properties"]},
        "required": sorted(["format_version", *root["required"]]),
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def _define(kind: type, definitions: dict[str, object]) -> None:
    if kind.__name__ in definitions:
        return
    definitions[kind.__name__] = {}
    hints = get_type_hints(kind)
    properties = {field.name: _of(hints[field.name], definitions) for field in dataclasses.fields(kind)}
    definitions[kind.__name__] = {
        "description": (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("\n", " "),
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _of(hint: Any, definitions: dict[str, object]) -> dict[str, object]:
    if isinstance(hint, NewType):
        return _of(hint.__supertype__, definitions)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, UnionType):
        return {"anyOf": [_of(part, definitions) for part in get_args(hint)]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _of(get_args(hint)[0], definitions)}
    if issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    _define(hint, definitions)
    return {"$ref": f"#/$defs/{hint.__name__}"}
