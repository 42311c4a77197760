"""How large a request may be in each of its parts, and that its body is what it says it is."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from api.http.problems import Problem
from api.http.rates import too_large

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

    from api.http.settings import ServerSettings

__all__ = ["ill_framed", "most_bytes"]

_ADDRESS = 60 << 10
"""How many bytes the address of a request may have; what parses HTTP reads no more than 64 kB."""
_HEADERS = 64 << 10
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_FORM = "application/x-www-form-urlencoded"


def most_bytes(headers: Headers, settings: ServerSettings) -> int:
    """Return how many bytes the body of a request may have.

    A JSON document or a form is read here, in one go; files and RDF are read in pieces, or in a worker.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_message = not kind or kind == _FORM or kind.endswith(("/json", "+json"))
    return min(settings.body_bytes, settings.message_bytes) if is_message else settings.body_bytes


def ill_framed(scope: Scope, headers: Headers, settings: ServerSettings) -> Problem | None:
    """Return why a request is refused before its body is read; nothing where it is not."""
    if not _HOST.fullmatch(headers.get("host", "")):
        detail = "the Host header is a name or an address, and perhaps a port"
        return Problem(HTTPStatus.MISDIRECTED_REQUEST, "foreign-host", detail)
    if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > _ADDRESS:
        detail = f"an address has {_ADDRESS:,} bytes at most; send what is long in a body"
        return Problem(HTTPStatus.REQUEST_URI_TOO_LONG, "address-too-long", detail)
    if sum(len(name) + len(value) for name, value in scope["headers"]) > _HEADERS:
        detail = f"headers have {_HEADERS:,} bytes at most in all"
        return Problem(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers-too-large", detail)
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        detail = f"a body is sent as it is, not as “{encoding[:40]}”: what is packed can be any size"
        return Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "encoded-body", detail)
    length = headers.get("content-length", "0")
    most = most_bytes(headers, settings)
    return too_large(most) if len(length) > 18 or (length.isdecimal() and int(length) > most) else None  # noqa: PLR2004 - any
