"""Who may do what: the principal of a request, and the guard of a route."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import Depends, Path, Request

from api.http.denials import Denial
from api.http.identifying import SAFE, Asked, caller_address
from api.http.identity import LOCAL, Permission, Principal
from api.http.problems import Problem
from api.http.service import Service, ServiceOf
from engine.mapping.recording import person_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from engine.mapping.recording import Person

__all__ = ["Organisation", "PrincipalOf", "ViewerOf", "check", "may", "may_view", "signing"]


async def _principal(request: Request, service: ServiceOf) -> Principal:
    """Return who asks; that is known before the request is read."""
    asked: Asked = request.state.asked
    if asked.principal is not None:
        return asked.principal
    denial = Denial(f"nobody at {caller_address(request.scope)}", "", asked.what)
    await to_thread.run_sync(service.denials.tell, denial, request.url.path)
    assert asked.refusal is not None  # noqa: S101 - one or the other
    raise asked.refusal


PrincipalOf = Annotated[Principal, Depends(_principal)]
"""Who asks, as a route takes it."""


async def _viewer(request: Request, service: ServiceOf) -> Principal:
    """Return who looks at a page: somebody who is logged in, or whoever is at this machine; others log in first."""
    asked: Asked = request.state.asked
    if asked.principal is not None and (asked.session is not None or asked.principal is LOCAL):
        return asked.principal
    if service.settings.has_login and request.method in SAFE:
        following = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        where = {"Location": f"/login?{urlencode({'next': following})}", "Cache-Control": "no-store"}
        raise Problem(HTTPStatus.SEE_OTHER, "log-in", "log in first", headers=where)
    detail = "pages are for those who are logged in; log in at /login, or ask for a form other than HTML with a key"
    raise Problem(HTTPStatus.UNAUTHORIZED, "not-logged-in", detail)


ViewerOf = Annotated[Principal, Depends(_viewer)]
"""Who looks at a page, as the route of a page takes it: a key or token in a header opens no page."""

Organisation = Annotated[
    str,
    Path(description="The key of an organisation, as `acme`.", pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"),
]
"""The key of an organisation in the path of a route."""


def check(service: Service, principal: Principal, permission: Permission, organisation: str, request: Request) -> None:
    """Refuse what a principal may not do with an organisation, and write that down.

    Who may not even read an organisation is told what they would be told if there were none.
    """
    if principal.may(permission, organisation):
        return
    service.denials.tell(Denial(principal.name, organisation, permission), request.url.path)
    if not principal.may(Permission.READ, organisation):
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-name", f"there is no organisation “{organisation}” for you")
    raise Problem(
        HTTPStatus.FORBIDDEN, "not-allowed", f"you may not {permission} here; ask an administrator for a role that may"
    )


def signing(principal: Principal, told: str | None) -> Person:
    """Return the person in whose name a principal decides: their own, whatever the request says.

    Whoever uses this machine without authentication says who they are, as on the command line.

    :param told: who the request says that decides.
    :raises BadParameter: if nobody says who it is.
    """
    if principal is LOCAL:
        return person_of(told or "", "person")
    if not principal.person:
        detail = (
            "it is not known who you are; decide with a key made with --person, or with a token that has name and email"
        )
        raise Problem(HTTPStatus.FORBIDDEN, "not-a-person", detail)
    own = person_of(principal.person, "person")
    if told is not None and person_of(told, "person").iri != own.iri:
        detail = f"you are {principal.person}; leave “person” out, or name yourself"
        raise Problem(HTTPStatus.FORBIDDEN, "not-yourself", detail)
    return own


async def _refuse(
    request: Request, service: Service, principal: Principal, permission: Permission, organisation: str
) -> None:
    if not principal.may(permission, organisation):
        await to_thread.run_sync(check, service, principal, permission, organisation, request)


def may(permission: Permission) -> Callable[..., Awaitable[None]]:
    """Return the guard of the routes below an organisation."""

    async def guard(request: Request, service: ServiceOf, principal: PrincipalOf, organisation: Organisation) -> None:
        await _refuse(request, service, principal, permission, organisation)

    return guard


def may_view(permission: Permission) -> Callable[..., Awaitable[None]]:
    """Return the guard of the pages below an organisation."""

    async def guard(request: Request, service: ServiceOf, viewer: ViewerOf, organisation: Organisation) -> None:
        await _refuse(request, service, viewer, permission, organisation)

    return guard
