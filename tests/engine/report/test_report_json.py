from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.report.json import report_json
from engine.report.schema import report_schema

if TYPE_CHECKING:
    from engine.report.values import Report

SCHEMA = Path(__file__).parents[3] / "api" / "schemas" / "report.schema.json"
_TYPES = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict, "null": type(None)}


def _problems(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str = "$") -> list[str]:  # noqa: PLR0911 - one return a keyword
    """Return where a value breaks the part of JSON Schema that the report's schema uses."""
    if "$ref" in schema:
        return _problems(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, place)
    if "anyOf" in schema:
        found = [_problems(value, part, root, place) for part in schema["anyOf"]]
        return [] if [] in found else found[0]
    if "enum" in schema or "const" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{place}: {value!r}"]
    if type(value) is not _TYPES[schema["type"]]:
        return [f"{place}: {type(value).__name__} is no {schema['type']}"]
    if schema["type"] == "array":
        return [p for i, part in enumerate(value) for p in _problems(part, schema["items"], root, f"{place}[{i}]")]
    if schema["type"] == "object":
        known = schema["properties"]
        wrong = [f"{place}: key {key}" for key in set(value) ^ set(schema["required"])]
        inner = (_problems(value[key], known[key], root, f"{place}.{key}") for key in set(value) & set(known))
        return wrong + [p for part in inner for p in part]
    return []


def test_the_schema_file_says_what_the_values_are() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == report_schema()


def test_the_report_follows_the_schema(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert _problems(json.loads(report_json(report)), schema, schema) == []


@pytest.mark.parametrize(("key", "value"), [("gaps", "none"), ("surplus", 1), ("format_version", "0")])
def test_the_check_sees_what_breaks_it(report: Report, key: str, value: object) -> None:
    schema = report_schema()
    assert _problems({**json.loads(report_json(report)), key: value}, schema, schema)


def test_keys_are_sorted_and_nothing_is_lost(report: Report) -> None:
    data = json.loads(report_json(report))
    assert list(data) == sorted(data)
    assert data["cover"]["as_of"] == "2026-06-15"
    assert len(data["gaps"]) == len(report.gaps)
    assert data["gaps"][1]["state"] == "ClaimedWithoutCurrentEvidence"
