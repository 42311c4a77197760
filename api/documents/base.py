"""A document: a payload that names its kind, written as JSON in one way."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["document", "schema_of", "written"]


def document(kind: str, payload: dict[str, Any], version: int = 1) -> dict[str, Any]:
    """Return a payload as a document that names its kind and the version of its form."""
    return {"schema": f"normgraph/{kind}/{version}", **payload}


def written(value: object, indent: int | None = 2) -> str:
    """Return a document as JSON; a day is written as 2026-11-20."""
    return json.dumps(value, indent=indent, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value)} is no JSON value")


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON schema of a kind of document."""
    text = files("api").joinpath("schemas", f"{kind}.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
