"""Small JSON documents of an issuer, fetched over HTTP with a limit on time and size."""

from __future__ import annotations

import json
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from api.http.settings import is_safe_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPMessage
    from typing import IO

__all__ = ["IssuerRefuses", "IssuerSilent", "fetched"]

SECONDS = 5.0
"""How long an issuer may take to answer."""
MOST = 1 << 20
"""How many bytes it may answer with."""


class IssuerSilent(Exception):
    """An issuer does not answer, or not with what it should."""


class IssuerRefuses(IssuerSilent):
    """An issuer answers that it will not, for what it was asked with: a code, or our name and secret."""


class _Stays(HTTPRedirectHandler):
    """Follow no redirection: an issuer answers at the addresses that it names."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        del req, fp, code, msg, headers, newurl


def fetched(
    address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object at an address; a form is posted there.

    :raises IssuerSilent: if there is none, in time and of a size that can be.
    """
    if not is_safe_address(address):
        raise IssuerSilent(f"{address[:200]} is neither HTTPS nor on this machine")
    data = urlencode(form).encode() if form is not None else None
    request = Request(address, data, {"Accept": "application/json", **(headers or {})})  # noqa: S310 - checked above
    end = time.monotonic() + SECONDS
    try:
        with build_opener(_Stays).open(request, timeout=SECONDS) as answer:
            text = _read(answer, end)
        found = json.loads(text)
    except (URLError, HTTPException, OSError, ValueError, RecursionError) as error:
        if isinstance(error, HTTPError):
            error.close()
            if error.code in {400, 401}:
                raise IssuerRefuses(f"{address[:200]} refuses ({error.code})") from error
        raise IssuerSilent(f"{address[:200]} does not answer as it should ({error})") from error
    if not isinstance(found, dict):
        raise IssuerSilent(f"{address[:200]} answers with no JSON object")
    return found


def _read(answer: Any, end: float) -> bytes:
    """Return the body, read in pieces so that one that trickles in is given up in time."""
    body = b""
    while piece := answer.read1(1 << 16):
        body += piece
        if len(body) > MOST or time.monotonic() > end:
            raise IssuerSilent("an answer of the issuer is too large or takes too long")
    return body
