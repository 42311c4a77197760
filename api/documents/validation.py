"""What shapes find in an organisation's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from engine.shacl.validator import Report
    from engine.workspace import Workspace

__all__ = ["validation_document"]


def validation_document(workspace: Workspace, day: date, profile: str | None, found: Report) -> dict[str, Any]:
    """Return a report as a document.

    :param profile: how grave each check of the evidence shapes is; nothing where other shapes were run.
    """
    return {
        "organisation": workspace.organisation.iri,
        "as_of": day,
        "profile": profile,
        "conforms": found.conforms,
        "engine": found.engine,
        "findings": [
            {
                "severity": r.severity,
                "shape": found.name(r),
                "focus": r.focus.value,
                "path": r.path_text or None,
                "value": r.value.value if r.value is not None else None,
                "message": r.message,
            }
            for r in found.results
        ],
    }
