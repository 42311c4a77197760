"""A record of an organisation as a document: what it is called, and its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.mapping.recording import home_of
from engine.records.naming import key_of
from engine.records.statements import of_kind, values_of
from engine.records.table import ORGANISATION

if TYPE_CHECKING:
    from engine.graph import Iri
    from engine.records.table import Kind
    from engine.repository.recording import Recorded
    from engine.workspace import Workspace

__all__ = ["organisation_document", "record_document", "records_of", "written_document"]


def record_document(workspace: Workspace, kind: Kind, iri: str) -> dict[str, Any]:
    """Return a record as it is."""
    key = key_of(iri, home_of(workspace.organisation.iri), kind.segment)
    return {"iri": iri, "key": key, **values_of(kind, workspace.records, iri)}


def written_document(recorded: Recorded, kind: Kind, iri: Iri) -> dict[str, Any]:
    """Return a record as it was written, with what is still to be added before an item of evidence counts."""
    to_do = {"to_do": list(recorded.to_do.get(iri, ()))} if kind.name == "evidence" else {}
    return {**record_document(recorded.workspace, kind, iri), **to_do}


def records_of(workspace: Workspace, kind: Kind) -> list[Iri]:
    """Return the records of a kind, sorted."""
    return of_kind(kind, workspace.records, workspace.organisation.iri)


def organisation_document(key: str, version: int, workspace: Workspace) -> dict[str, Any]:
    """Return an organisation: what it is called, and how much there is of it."""
    found = workspace.organisation
    counted = {
        "assets": len(found.assets),
        "roles": len(found.roles),
        "controls": len(found.implementations),
        "evidence": len(found.evidence),
        "findings": len(found.findings),
        "judgements": len(found.judgements),
        "overrides": len(found.overrides),
        "statements": len(workspace.quads),
    }
    said = values_of(ORGANISATION, workspace.records, found.iri)
    return {"key": key, "iri": found.iri, "version": version, **said, "counts": counted}
