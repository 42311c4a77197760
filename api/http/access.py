"""Who may do what: the principal of a request, and the guard of a route."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Request

from api.http.identity import LOCAL, Permission, Principal
from api.http.problems import Problem
from api.http.service import Service, ServiceOf

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Organisation", "PrincipalOf", "check", "may"]

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="normgraph"'}


def _unknown(detail: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, "not-authenticated", detail, headers=_CHALLENGE)


def _principal(request: Request, service: ServiceOf) -> Principal:
    """Return who asks: by a key, or whoever is at this machine where nobody has to say."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        if service.asks_for_identity:
            raise _unknown("say who you are: send an API key or a token as Authorization: Bearer …")
        return LOCAL
    if scheme.lower() != "bearer" or not text.strip():
        raise _unknown("the Authorization header is not of the form: Bearer, a space, and a key or a token")
    principal = service.identities.principal(text.strip())
    if principal is None:
        service.repository.record("nobody", "access denied", detail={"path": request.url.path})
        raise _unknown("the key or token is unknown, expired or revoked; ask an administrator for another")
    return principal


PrincipalOf = Annotated[Principal, Depends(_principal)]
"""Who asks, as a route takes it."""

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
    told = {"permission": permission, "path": request.url.path}
    service.repository.record(principal.name, "access denied", organisation, told)
    if not principal.may(Permission.READ, organisation):
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-name", f"there is no organisation “{organisation}” for you")
    raise Problem(
        HTTPStatus.FORBIDDEN, "not-allowed", f"you may not {permission} here; ask an administrator for a role that may"
    )


def may(permission: Permission) -> Callable[..., None]:
    """Return the guard of the routes below an organisation."""

    def guard(request: Request, service: ServiceOf, principal: PrincipalOf, organisation: Organisation) -> None:
        check(service, principal, permission, organisation, request)

    return guard
