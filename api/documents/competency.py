"""The competency questions and what answers each: as JSON, and as the page docs/competency.md."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from engine.competency import Call, competency_questions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.competency import CompetencyQuestion
    from engine.queries import Parameter, Query

__all__ = ["call_entry", "competency_document", "competency_page", "query_line"]

_INTRODUCTION = """\
# Competency questions

What Normgraph must be able to answer, and what answers it: a query of the catalogue (`normgraph query NAME`, see
[cli.md](cli.md#queries-and-query)), or a call, which is a command that computes what no query can. Each has a test with
an exact answer on the bundled examples (`tests/queries/test_competency.py`).

This page is written by `normgraph queries --competency --format markdown`; the same is to be had as JSON.
"""


def call_entry(call: Call) -> dict[str, Any]:
    """Return what a reader has to know of a call."""
    return {
        "name": call.name,
        "title": call.title,
        "question": call.question,
        "line": call.line,
        "command": call.command,
        "parameters": [
            {"name": p.name, "kind": p.kind, "required": p.required, "default": p.default} for p in call.parameters
        ],
        "returns": call.returns,
        "reading": call.reading,
        "competency": list(call.competency),
        "asked_by": list(call.asked_by),
    }


def query_line(query: Query) -> str:
    """Return how a query is asked, with what may be left out in brackets."""
    return " ".join(["normgraph query", query.name, *map(_parameter, query.parameters)])


def _parameter(parameter: Parameter) -> str:
    shown = f"-p {parameter.name}={parameter.default or parameter.kind.upper()}"
    return shown if parameter.required else f"[{shown}]"


def competency_document() -> dict[str, Any]:
    """Return the questions by number, each with the names of what answers it."""
    return {"questions": [_entry(question) for question in competency_questions()]}


def _entry(question: CompetencyQuestion) -> dict[str, Any]:
    return {
        "number": question.number,
        "topic": question.topic,
        "question": question.question,
        "asked_by": list(question.asked_by),
        "answers": [
            {"name": name, "kind": kind, "title": title, "line": line} for name, kind, title, line in _answers(question)
        ],
    }


def _answers(question: CompetencyQuestion) -> Iterator[tuple[str, str, str, str]]:
    yield from ((query.name, "query", query.title, query_line(query)) for query in question.queries)
    yield from ((call.name, "call", call.title, call.line) for call in question.calls)


def competency_page() -> str:
    """Return the questions as Markdown: a table a topic, then what each answer takes and how to read it."""
    questions = competency_questions()
    parts = [_INTRODUCTION]
    for topic, group in groupby(questions, key=lambda question: question.topic):
        parts.append(f"## {topic}\n\n| no. | question | asked by | answered by |\n|---|---|---|---|\n")
        parts[-1] += "".join(map(_row, group))
    parts.append("## Answers\n")
    found = {entry.name: entry for question in questions for entry in question.answers}
    parts += [_section(entry) for _, entry in sorted(found.items())]
    return "\n".join(parts)


def _row(question: CompetencyQuestion) -> str:
    answers = ", ".join(f"[{name}](#{name})" for name, *_ in _answers(question))
    return f"| {question.number} | {question.question} | {', '.join(question.asked_by)} | {answers} |\n"


def _section(entry: Query | Call) -> str:
    line = entry.line if isinstance(entry, Call) else query_line(entry)
    numbers = ", ".join(map(str, entry.competency))
    return (
        f"### {entry.name}\n\n{entry.question}\n\n```\n{line}\n```\n\n"
        f"Answers {numbers}. Returns {_code(entry.returns)}.\n\nReading: {_code(entry.reading)}.\n"
    )


def _code(text: str) -> str:
    """Return a text with the columns in it set as code."""
    return " ".join(f"`{word[1:]}`" if word.startswith("?") and word[1:].isalnum() else word for word in text.split())
