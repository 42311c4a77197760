"""Logins of browsers at an OpenID issuer: the authorisation code flow with PKCE, state and nonce."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from api.http.fetching import IssuerRefuses, IssuerSilent, fetched
from api.http.settings import is_safe_address
from api.http.tokens import BadToken

if TYPE_CHECKING:
    from typing import Self

    from api.http.roles import Principal
    from api.http.settings import ServerSettings
    from api.http.tokens import Issuer

__all__ = ["Attempt", "authorisation", "local_path", "logged_in"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that has begun, as the browser that began it keeps it: another browser cannot end it.

    :ivar state: what the issuer gives back, so that an answer that was not asked for is known.
    :ivar nonce: what the token must have in it, so that one of another login is known.
    :ivar verifier: what only the one who began can show for the code (RFC 7636).
    :ivar next: the path that is shown after it.
    """

    state: str
    nonce: str
    verifier: str
    next: str

    @classmethod
    def begin(cls, following: str) -> Self:
        """Begin a login."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, local_path(following))

    def packed(self) -> str:
        """Return it as a cookie holds it."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def unpacked(cls, text: str) -> Self | None:
        """Return what a cookie holds; nothing where it holds none."""
        try:
            found = json.loads(base64.urlsafe_b64decode(text.encode()))
        except (ValueError, RecursionError):
            return None
        names = {"state", "nonce", "verifier", "next"}
        if not isinstance(found, dict) or found.keys() != names or not all(isinstance(v, str) for v in found.values()):
            return None
        return cls(**found)

    def is_answered_by(self, state: str) -> bool:
        """Tell whether an answer of the issuer is to this."""
        return hmac.compare_digest(self.state.encode(), state.encode())


def local_path(text: str) -> str:
    r"""Return a path of this server; the start page where a text leads elsewhere.

    >>> [local_path(t) for t in ("/a?b=c", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil")]
    ['/a?b=c', '/', '/', '/', '/']
    """
    is_local = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text[:1_000] if is_local and text.isascii() and text.isprintable() and " " not in text else "/"


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _endpoint(issuer: Issuer, name: str) -> str:
    address = issuer.configuration().get(name)
    if not is_safe_address(address):
        raise IssuerSilent(f"{issuer.name} names no safe {name}")
    return str(address)


def authorisation(issuer: Issuer, settings: ServerSettings, attempt: Attempt, back: str) -> str:
    """Return the address of the issuer at which somebody logs in.

    :param back: our address to which the issuer sends them back.
    :raises IssuerSilent: if the issuer is not known to have one.
    """
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": back,
        "scope": settings.oidc_scopes,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": _challenge(attempt.verifier),
        "code_challenge_method": "S256",
    }
    address = _endpoint(issuer, "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def logged_in(issuer: Issuer, settings: ServerSettings, attempt: Attempt, code: str, back: str) -> Principal:
    """Return who logged in, by the code that the issuer gave.

    :raises BadToken: if the issuer does not stand to it, or tells it of another client or login.
    :raises IssuerSilent: if it does not answer.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": attempt.verifier}
    client, secret = settings.oidc_client_id, settings.oidc_client_secret
    headers = {}
    if secret:
        both = f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(both).decode()}"
    else:
        form["client_id"] = client
    try:
        told = fetched(_endpoint(issuer, "token_endpoint"), form, headers).get("id_token")
    except IssuerRefuses as error:
        raise BadToken(str(error)) from error
    if not isinstance(told, str):
        raise BadToken("the issuer told no id_token")
    return issuer.person(_own(issuer.claims(told, client), attempt, client))


def _own(claims: dict[str, Any], attempt: Attempt, client: str) -> dict[str, Any]:
    """Return the claims, where they are of this login and of this client alone (OpenID Connect Core 3.1.3.7)."""
    nonce, audience = str(claims.get("nonce", "")), claims["aud"]
    if not hmac.compare_digest(nonce.encode("utf-8", "surrogatepass"), attempt.nonce.encode()):
        raise BadToken("its nonce is that of another login")
    is_shared = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if is_shared else client) != client:
        raise BadToken("it was made for another client")
    return claims
