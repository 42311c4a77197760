"""Log in with a browser at the OpenID issuer, and log out; who asks, and with what rights."""

from __future__ import annotations

import logging
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.http.access import PrincipalOf
from api.http.answers import Model
from api.http.denials import Denial
from api.http.fetching import IssuerSilent
from api.http.identifying import Asked, caller_address, cookie_of, session_cookie, silent
from api.http.problems import Problem, responses
from api.http.service import Service, ServiceOf

if TYPE_CHECKING:
    from api.http.logins import Attempt
    from api.http.roles import Principal
    from api.http.tokens import Issuer

__all__ = ["router"]

router = APIRouter(tags=["identity"])
_log = logging.getLogger("normgraph")

_MOMENTS = 600
"""How many seconds a login may take."""
_Text = Annotated[str, Query(max_length=4_096)]


class Who(Model):
    """Who asks, and what they may do."""

    name: str = Field(description="How the journal calls them.", examples=["person 7f3a"])
    grants: list[str] = Field(description="Organisation and role, each.", examples=[["acme:editor"]])
    csrf_token: str | None = Field(description="What a page of this session sends with everything it changes.")


def _issuer(service: Service) -> Issuer:
    issuer = service.issuer
    if issuer is None or not service.settings.has_login:
        detail = "nobody can log in here; set NORMGRAPH_OIDC_ISSUER and NORMGRAPH_OIDC_CLIENT_ID, or use an API key"
        raise Problem(HTTPStatus.NOT_FOUND, "no-login", detail)
    return issuer


def _back(request: Request, service: Service) -> str:
    """Return our address to which the issuer sends somebody back."""
    base = service.settings.base_url or str(request.base_url)
    return f"{base.rstrip('/')}/login/callback"


def _begun(service: Service) -> str:
    return session_cookie(https=service.settings.is_https).replace("session", "login")


def _set(response: Response, service: Service, name: str, value: str, seconds: int) -> None:
    """Give the browser a cookie that no script reads and no page elsewhere sends along with what it changes."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=service.settings.is_https, httponly=True, samesite="lax"
    )


def _to(address: str) -> Response:
    return Response(None, HTTPStatus.SEE_OTHER, {"Location": address, "Cache-Control": "no-store"})


@router.get("/login", summary="Log in", response_class=Response, status_code=303, responses=responses(404, 422))
def log_in(request: Request, service: ServiceOf, following: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Send a browser to the issuer, to come back as somebody."""
    from api.http.logins import Attempt, authorisation  # noqa: PLC0415 - cryptography takes long to import

    issuer, attempt = _issuer(service), Attempt.begin(following)
    try:
        response = _to(authorisation(issuer, service.settings, attempt, _back(request, service)))
    except IssuerSilent as error:
        raise silent(error) from error
    _set(response, service, _begun(service), attempt.packed(), _MOMENTS)
    return response


@router.get(
    "/login/callback",
    summary="Come back from the issuer",
    response_class=Response,
    status_code=303,
    responses=responses(404, 422),
)
def come_back(
    request: Request, service: ServiceOf, state: _Text = "", code: _Text = "", error: _Text = "", iss: _Text = ""
) -> Response:
    """Begin a session for whoever the issuer says it is; the one the browser had before is over."""
    issuer, attempt = _issuer(service), _attempt(request, service, state)
    if error or not code or iss not in {"", issuer.name}:
        raise _failed(request, service, "the issuer let nobody in")
    principal = _principal(request, service, attempt, code)
    name, settings = session_cookie(https=service.settings.is_https), service.settings
    service.identities.sessions.end(cookie_of(request.headers, name))
    lasts = timedelta(hours=settings.session_hours)
    secret = service.identities.sessions.begin(principal, lasts)
    told = [f"{place}:{role}" for place, role in principal.grants]
    service.repository.record(principal.name, "logged in", detail={"grants": told})
    response = _to(attempt.next)
    _set(response, service, name, secret, int(lasts.total_seconds()))
    _set(response, service, _begun(service), "", 0)
    return response


def _attempt(request: Request, service: Service, state: str) -> Attempt:
    from api.http.logins import Attempt  # noqa: PLC0415 - cryptography takes long to import

    attempt = Attempt.unpacked(cookie_of(request.headers, _begun(service)))
    if attempt is None or not attempt.is_answered_by(state):
        raise _failed(request, service, "this browser began no such login")
    return attempt


def _principal(request: Request, service: Service, attempt: Attempt, code: str) -> Principal:
    from api.http.logins import logged_in  # noqa: PLC0415 - cryptography takes long to import
    from api.http.tokens import BadToken  # noqa: PLC0415 - as above

    try:
        return logged_in(_issuer(service), service.settings, attempt, code, _back(request, service))
    except BadToken as error:
        _log.warning("login refused", extra={"reason": str(error)[:500]})
        raise _failed(request, service, "what the issuer told is not of this login") from error
    except IssuerSilent as error:
        raise silent(error) from error


def _failed(request: Request, service: Service, why: str) -> Problem:
    service.denials.tell(Denial(f"nobody at {caller_address(request.scope)}", "", f"login: {why}"), request.url.path)
    return Problem(HTTPStatus.UNAUTHORIZED, "login-failed", f"{why}; begin again at /login")


@router.get("/session", summary="Who asks")
async def session(request: Request, response: Response, principal: PrincipalOf) -> Who:
    """Return who asks, with the token that a session's pages send."""
    asked: Asked = request.state.asked
    response.headers["Cache-Control"] = "no-store"
    told = [f"{place}:{role}" for place, role in principal.grants]
    return Who(name=principal.name, grants=told, csrf_token=asked.csrf)


@router.post("/logout", summary="Log out", response_class=Response, status_code=303)
def log_out(request: Request, service: ServiceOf, principal: PrincipalOf) -> Response:
    """End the session of a browser; whoever came without one has none to end."""
    asked: Asked = request.state.asked
    if asked.session is not None and service.identities.sessions.end(asked.session):
        service.repository.record(principal.name, "logged out")
    response = _to("/")
    _set(response, service, session_cookie(https=service.settings.is_https), "", 0)
    return response
