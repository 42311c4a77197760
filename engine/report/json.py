"""The whole report as JSON: keys are the fields of :mod:`engine.report.values`, described in report.schema.json."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.report.values import Report

__all__ = ["FORMAT_VERSION", "plain_values", "report_data", "report_json"]

FORMAT_VERSION = "1"
"""Raised when a key is removed or changes its meaning; a new key does not raise it."""


def report_json(report: Report) -> str:
    """Return the report as JSON with sorted keys: equal reports give equal text."""
    return json.dumps(report_data(report), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def report_data(report: Report) -> dict[str, object]:
    """Return the report as plain values."""
    plain = plain_values(report)
    assert isinstance(plain, dict)  # noqa: S101 - a dataclass always becomes a dictionary
    return {"format_version": FORMAT_VERSION, **plain}


def plain_values(value: object) -> object:
    """Return a value of a report, or a part of one, as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain_values(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [plain_values(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
