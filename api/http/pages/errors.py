"""A problem as a page, for those who look at one in a browser."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.responses import Response

from api.http.negotiation import chosen_form
from api.http.pages.environment import HEADERS, render

if TYPE_CHECKING:
    from fastapi import Request

__all__ = ["shown_problem"]

_PROBLEM, _HTML = "application/problem+json", "text/html"
_KEPT = ("www-authenticate", "retry-after", "allow")
"""The headers of a problem that its page has too."""
_MACHINES = ("/v1/", "/sparql", "/openapi.json", "/metrics", "/health", "/ready")
"""Addresses that answer machines, whatever these accept."""


def shown_problem(request: Request, answer: Response) -> Response:
    """Return a problem as a page where a browser asked for one; as it is otherwise."""
    accepted = ",".join(request.headers.getlist("accept"))
    is_page = chosen_form(accepted, (_PROBLEM, "application/json", _HTML)) == _HTML
    if not is_page or answer.status_code < HTTPStatus.BAD_REQUEST or request.url.path.startswith(_MACHINES):
        return answer
    told = json.loads(bytes(answer.body))
    kept = {name: value for name, value in answer.headers.items() if name in _KEPT}
    page = render("problem", problem=told, candidates=told.get("candidates", ()), path=request.url.path)
    return Response(page, answer.status_code, {**HEADERS, **kept, "Vary": "Accept"}, f"{_HTML}; charset=utf-8")
