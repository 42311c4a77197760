"""An assessment as two runs are compared by it: made here, or read from what ``assess --format json`` printed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.errors import BadInput, UnreadableFile
from engine.graph import Iri
from engine.intake import line_of, read_bytes
from engine.model import State

if TYPE_CHECKING:
    from pathlib import Path

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result

__all__ = ["RUN_SCHEMA", "Run", "RunResult", "read_run", "run_from", "run_of"]

RUN_SCHEMA = "normgraph/assess/1"
_REMEDY = "name what `normgraph assess ORG --format json` printed"


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one run says of a requirement in a scope."""

    requirement: Iri
    scope: Iri
    framework: str
    citation: str
    label: str
    state: State
    rule: str
    reason: str
    effective_from: date | None
    first_expiry: date | None
    rests_on: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """One assessment: of whom, on which day, under which policy, of which content and records, with its results.

    :ivar source: what a reader calls it: the file it was read from, or its day.
    :ivar content: the hash of the content; empty where the document is older than that property, as ``records`` is.
    :ivar scope: the one scope that was asked for; nothing where all were.
    :ivar frameworks: the keys of the frameworks that were assessed.
    """

    source: str
    organisation: Iri
    day: date
    policy: str
    content: str
    records: str
    scope: str | None
    frameworks: tuple[str, ...]
    results: tuple[RunResult, ...]


def run_of(assessment: Assessment, *, content: str = "", records: str = "", scope: Iri | None = None) -> Run:
    """Return an assessment as a run."""
    return Run(
        source=f"the run of {assessment.day}",
        organisation=assessment.organisation.iri,
        day=assessment.day,
        policy=assessment.policy.label,
        content=content,
        records=records,
        scope=scope,
        frameworks=tuple(framework.key for framework in assessment.frameworks),
        results=tuple(_result(assessment, result) for result in assessment.results),
    )


def _result(assessment: Assessment, result: Result) -> RunResult:
    knowledge = assessment.knowledge
    framework = knowledge.framework_of(result.requirement)
    return RunResult(
        requirement=result.requirement,
        scope=result.scope,
        framework=framework.key if framework else "",
        citation=knowledge.citation(result.requirement),
        label=knowledge.requirements[result.requirement].label,
        state=result.state,
        rule=result.rule,
        reason=result.reason,
        effective_from=result.effective_from,
        first_expiry=result.first_expiry,
        rests_on=tuple(sorted({premise for support in result.support for premise in support.premises})),
    )


def read_run(path: Path) -> Run:
    """Return the run that a file of ``assess --format json`` holds.

    :raises UnreadableFile: if it is no JSON.
    :raises BadInput: if it is another document, or says something that no assessment says.
    """
    data = read_bytes(path)
    try:
        document = json.loads(data)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", None)
        raise UnreadableFile(path, line, "is no JSON document", _REMEDY) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableFile(path, None, "is nested too deeply or holds an endless number", _REMEDY) from error
    return run_from(document, path, data.decode("utf-8", "replace"))


def run_from(document: object, path: Path, text: str = "") -> Run:
    """Return the run that a document of ``assess --format json`` tells.

    :param path: what messages call it; ``text`` is the text that it was read from, where there is one.
    :raises BadInput: if it is another document, or says something that no assessment says.
    """
    schema = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(document, dict) or schema != RUN_SCHEMA:
        problem = f"is {str(schema or 'no document of ours')[:60]}, not {RUN_SCHEMA}"
        raise BadInput(path, line_of(text, '"schema"'), problem, _REMEDY)
    if document.get("states"):
        remedy = "assess again without --state: what is not listed would count as gone"
        raise BadInput(path, line_of(text, '"states"'), "holds only the results in some states", remedy)
    return _Reader(path, text).run(document)


@dataclass(frozen=True)
class _Reader:
    """Take a document apart, and name the property that is not as an assessment has it."""

    path: Path
    text: str

    def run(self, document: dict[str, Any]) -> Run:
        return Run(
            source=str(self.path),
            organisation=Iri(self._text(document, "organisation")),
            day=self._day(document, "as_of"),
            policy=self._text(document, "policy"),
            content=str(document.get("content") or ""),
            records=str(document.get("records") or ""),
            scope=str(document["scope"]) if document.get("scope") else None,
            frameworks=tuple(self._text(counts, "framework") for counts in self._objects(document, "counts")),
            results=tuple(self._result(result) for result in self._objects(document, "results")),
        )

    def _result(self, found: dict[str, Any]) -> RunResult:
        return RunResult(
            requirement=Iri(self._text(found, "requirement")),
            scope=Iri(self._text(found, "scope")),
            framework=str(found.get("framework") or ""),
            citation=self._text(found, "citation"),
            label=self._text(found, "label"),
            state=self._state(found),
            rule=self._text(found, "rule"),
            reason=self._text(found, "reason"),
            effective_from=self._day(found, "effective_from") if found.get("effective_from") else None,
            first_expiry=self._day(found, "first_expiry") if found.get("first_expiry") else None,
            rests_on=tuple(sorted(map(str, self._list(found, "rests_on")))),
        )

    def _state(self, found: dict[str, Any]) -> State:
        name = self._text(found, "state")
        try:
            return State(name)
        except ValueError as error:
            raise self._wrong("state", name, "one of the seven states") from error

    def _text(self, found: dict[str, Any], name: str) -> str:
        value = found.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, value, "a text")
        return value

    def _day(self, found: dict[str, Any], name: str) -> date:
        value = self._text(found, name)
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self._wrong(name, value, "a date as 2026-11-20") from error

    def _list(self, found: dict[str, Any], name: str) -> list[Any]:
        value = found.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, value, "a list")
        return value

    def _objects(self, found: dict[str, Any], name: str) -> list[dict[str, Any]]:
        value = self._list(found, name)
        if not all(isinstance(part, dict) for part in value):
            raise self._wrong(name, "…", "a list of objects")
        return value

    def _wrong(self, name: str, value: object, expected: str) -> BadInput:
        told = "is missing" if value is None else f"“{str(value)[:60]}” is not {expected}"
        needle = f'"{value}"' if isinstance(value, str) else f'"{name}"'
        return BadInput(self.path, line_of(self.text, needle), f"{name} {told}", _REMEDY)
