"""Who sends a request: found out before anything of it is read, so that their own limits hold for all of it."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.datastructures import Headers

from api.http.denials import tell
from api.http.fetching import IssuerSilent
from api.http.identity import LOCAL, is_key
from api.http.problems import Problem, problem
from api.http.rates import Rates, bounded, too_large
from api.http.sessions import csrf_token, is_csrf_token

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.http.roles import Principal
    from api.http.service import Service

__all__ = [
    "CSRF_FIELD",
    "CSRF_HEADER",
    "SAFE",
    "Asked",
    "Identifying",
    "caller_address",
    "cookie_of",
    "session_cookie",
    "silent",
]

CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"
"""Where a form has the token that a script sends as a header."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="normgraph"'}
_FORM = "application/x-www-form-urlencoded"
_FORM_BYTES = 1 << 20
"""How large a form may be that has its token as a field."""
_log = logging.getLogger("normgraph")


class Asked:
    """Who sends a request, or why that is not known.

    :ivar principal: who; nobody where it is not known.
    :ivar refusal: what they are told where something asks who they are.
    :ivar what: the same for the journal.
    :ivar session: the secret of the session, where it is one that says who.
    """

    __slots__ = ("principal", "refusal", "session", "what")

    def __init__(
        self,
        principal: Principal | None = None,
        *,
        refusal: Problem | None = None,
        what: str = "",
        session: str | None = None,
    ) -> None:
        self.principal = principal
        self.refusal = refusal
        self.what = what
        self.session = session

    @property
    def csrf(self) -> str | None:
        """The token that everything must have that the session's pages change."""
        return csrf_token(self.session) if self.session else None


def session_cookie(*, https: bool) -> str:
    """Return what the cookie of a session is called; by HTTPS, no other host can have set one of that name."""
    return "__Host-normgraph-session" if https else "normgraph-session"


def cookie_of(headers: Headers, name: str) -> str:
    """Return a cookie of a request; an empty text where there is none.

    Where a name comes twice, none is taken: the second may be from elsewhere.
    """
    found = [part for line in headers.getlist("cookie") for part in line.split(";")]
    values = [value.strip() for part in found for key, _, value in [part.partition("=")] if key.strip() == name]
    return values[0] if len(values) == 1 else ""


def caller_address(scope: Scope) -> str:
    """Return the address that a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else "nowhere"


def _unknown(detail: str, what: str) -> Asked:
    return Asked(refusal=Problem(HTTPStatus.UNAUTHORIZED, "not-authenticated", detail, headers=_CHALLENGE), what=what)


async def _asked(service: Service, headers: Headers) -> Asked:
    """Return who sends a request: by a key or token, by a session, or whoever is at this machine."""
    scheme, _, text = headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not text.strip():
            form = "the Authorization header is not of the form: Bearer, a space, and a key or a token"
            return _unknown(form, "no bearer")
        return await _bearer(service, text.strip())
    settings = service.settings
    secret = cookie_of(headers, session_cookie(https=settings.is_https))
    session = service.identities.sessions.find(secret, service.idle) if secret and settings.has_login else None
    if session is not None:
        return Asked(session.principal, session=secret)
    if not service.asks_for_identity:
        return Asked(LOCAL)
    over = " Your login is over; log in again." if secret else ""
    said = f"say who you are: send an API key or a token as Authorization: Bearer …, or log in.{over}"
    return _unknown(said, "says not who")


async def _bearer(service: Service, text: str) -> Asked:
    refused = _unknown(
        "the key or token is unknown, expired or revoked; ask an administrator for another", "bad bearer"
    )
    issuer = None if is_key(text) else service.issuer
    if issuer is None:
        principal = service.identities.principal(text)
        return Asked(principal) if principal else refused
    from api.http.tokens import BadToken  # noqa: PLC0415 - imported with the issuer, where there is one

    try:
        return Asked(await to_thread.run_sync(issuer.principal, text))
    except BadToken as error:
        _log.info("token refused", extra={"reason": str(error)[:200]})
        return refused
    except IssuerSilent as error:
        return Asked(refusal=silent(error), what="issuer silent")


def silent(error: IssuerSilent) -> Problem:
    """Return what is told where the issuer does not answer; only the log says why."""
    _log.warning("issuer silent", extra={"reason": str(error)[:500]})
    detail = "the issuer of tokens does not answer; ask again in a minute, or use an API key"
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "issuer-silent", detail, headers={"Retry-After": "60"})


class Identifying:
    """Find out who asks, hold them to their limits, and ask a session's pages for their token."""

    def __init__(self, app: ASGIApp, requests_a_minute: int) -> None:
        self.app = app
        self.rates = Rates(requests_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = await _asked(scope["app"].state.service, headers)
        scope.setdefault("state", {})["asked"] = asked
        refused = self._refused(asked.principal, headers) if asked.principal else None
        if refused is None and asked.session and scope["method"] not in SAFE:
            receive, refused = await _with_token(asked.session, headers, receive)
        if refused is not None:
            if refused.status_code == HTTPStatus.FORBIDDEN and asked.principal:
                await tell(scope, asked.principal.name, "no token of a page")
            await refused(scope, receive, send)
            return
        most = asked.principal.bytes if asked.principal else None
        await self.app(scope, bounded(receive, most) if most is not None else receive, send)

    def _refused(self, principal: Principal, headers: Headers) -> Response | None:
        length = headers.get("content-length", "0")
        if principal.bytes is not None and length.isdecimal() and int(length) > principal.bytes:
            return too_large(principal.bytes).answer()
        wait = self.rates.seconds_to_wait(principal.id or principal.name, principal.requests)
        if wait:
            most = principal.requests or int(self.rates.size)
            detail = f"you may send {most:,} requests a minute; ask again in {wait:.1f} s"
            after = {"Retry-After": str(int(wait) + 1)}
            return problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", detail, headers=after)
        return None


async def _with_token(secret: str, headers: Headers, receive: Receive) -> tuple[Receive, Response | None]:
    """Return what is received of a session's request, or refuse it where it has not the session's token.

    A script sends the token as a header; a form without scripts has it as a field.
    """
    told = headers.get(CSRF_HEADER, "")
    if not told and headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        try:
            body = await _body(receive)
        except Problem as error:
            return receive, error.answer()
        receive, told = _again(body, receive), _field(body)
    if is_csrf_token(secret, told):
        return receive, None
    detail = f"a page must send the session's token as {CSRF_HEADER} or as the field {CSRF_FIELD}; /session has it"
    return receive, problem(HTTPStatus.FORBIDDEN, "no-csrf-token", detail)


async def _body(receive: Receive) -> bytes:
    """Return the body of a form; only its beginning where it is larger than a form of a page is."""
    body, more = bytearray(), True
    while more and len(body) <= _FORM_BYTES:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what is received as if nobody had read the body yet."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again


def _field(body: bytes) -> str:
    if len(body) > _FORM_BYTES:
        return ""
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=1_000).get(CSRF_FIELD, [""])[0]
    except ValueError:  # more fields than any form of ours has
        return ""
