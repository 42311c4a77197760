"""The catalogue of named questions, and their answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from api.documents.competency import call_entry
from api.opened import named
from engine.citations import CitationIndex
from engine.competency import calls
from engine.coverage.run import run_id, run_quads
from engine.days import LAST
from engine.errors import UnknownCitation
from engine.graph import Iri
from engine.queries import catalogue
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from pyoxigraph import Store

    from engine.content import Content
    from engine.coverage.assess import Assessment
    from engine.model import Organisation
    from engine.queries import Answer, Query
    from engine.workspace import Workspace

__all__ = ["answer_document", "catalogue_document", "defaults", "query_entry", "resolver", "store_with_states"]

_AHEAD = 365
"""How many days a question that looks ahead looks, unless it is told."""


def catalogue_document() -> dict[str, Any]:
    """Return the catalogue: the questions that are queries, and those that are calls."""
    return {
        "queries": [query_entry(query) for query in catalogue()],
        "calls": [call_entry(call) for call in calls()],
    }


def query_entry(entry: Query) -> dict[str, Any]:
    """Return what a reader has to know of a named question."""
    return {
        "name": entry.name,
        "title": entry.title,
        "question": entry.question,
        "parameters": [
            {"name": p.name, "kind": p.kind, "required": p.required, "default": p.default} for p in entry.parameters
        ],
        "returns": entry.returns,
        "reading": entry.reading,
        "competency": list(entry.competency),
        "asked_by": list(entry.asked_by),
    }


def answer_document(name: str, answer: Answer) -> dict[str, Any]:
    """Return the answer to a question as a document."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return {"query": name, "columns": list(answer.columns), "rows": rows}


def defaults(query: Query, given: Mapping[str, str], day: date, organisation: Organisation | None) -> dict[str, str]:
    """Fill in what is known without being told: the day, a year ahead of it, and the organisation."""
    until = min(day + timedelta(days=_AHEAD), LAST)
    known = {"asOf": day.isoformat(), "until": until.isoformat()}
    if organisation:
        known["party"] = organisation.iri
    names = {parameter.name for parameter in query.parameters}
    return {**{name: value for name, value in known.items() if name in names}, **given}


def resolver(content: Content, workspace: Workspace | None = None) -> Callable[[str], Iri]:
    """Return what finds the thing that somebody means: a record of the organisation, an identifier, a citation."""
    citations = workspace.citations if workspace else CitationIndex.of(content.knowledge)

    def resolve(text: str) -> Iri:
        known = workspace.organisation.labels if workspace else {}
        own = named(text, known, known)
        if len(own) > 1:
            raise UnknownCitation(text, own)
        if own:
            return own[0]
        shipped = Iri(ID + text)
        return shipped if shipped in content.graph else citations.resolve(text)

    return resolve


def store_with_states(workspace: Workspace, assessment: Assessment) -> Store:
    """Return a store of the content and an organisation with the states that it is in."""
    run_name = run_id(workspace.content.hash, workspace.quads, assessment)
    return workspace.content.store([*workspace.quads, *run_quads(assessment, run_name)])
