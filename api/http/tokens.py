"""Tokens of an OpenID issuer: its keys, fetched and kept, and what a token that they signed says.

A token is believed only where one of the issuer's own keys signed it with an algorithm of the list below: so a token
without a signature, or one “signed” with a public key as if it were a shared secret, is none.
"""

from __future__ import annotations

import threading
import time
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, extract_compact
from joserfc.jwt import JWTClaimsRegistry, decode

from api.http.fetching import IssuerSilent, fetched
from api.http.roles import Principal, grants_among
from api.http.settings import is_safe_address
from engine.errors import BadParameter
from engine.mapping.recording import person_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from joserfc.jwa import JWSAlgModel

    from api.http.settings import ServerSettings

__all__ = ["ALGORITHMS", "BadToken", "Issuer"]

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
"""The algorithms that are believed, and the type of key that each takes."""
_KINDS: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
LEEWAY = 60
"""By how many seconds the issuer's clock may differ from ours."""
_LONGEST = 16_384
_NAMED = 300
"""How long name and address of a person may be, together."""
_FEWEST_BITS = 2_048
_FRESH = 600.0
"""For how many seconds the keys of an issuer are taken as they were fetched."""
_AGAIN = 30.0
"""How many seconds pass at least before they are fetched again: forged tokens cannot make us call without end."""

Claims = dict[str, Any]


class BadToken(Exception):
    """A text is no token of the issuer for us and for now; the reason is for the log, not for whoever sent it."""


class _Registry(JWSRegistry):
    """What may be in the header of a token: only algorithms of our list, and nothing that must be understood."""

    max_header_length = 4_096
    max_payload_length = _LONGEST

    def __init__(self) -> None:
        super().__init__(strict_check_header=False)

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in ALGORITHMS:
            raise BadToken("its algorithm is not on the list")
        return self.algorithms[name]


_REGISTRY = _Registry()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an issuer said about itself, and when."""

    configuration: Mapping[str, Any]
    keys: tuple[RSAKey | ECKey | OKPKey, ...]
    at: float


class Issuer:
    """An OpenID issuer, as the settings name it.

    :param again: how many seconds pass at least before its keys are fetched again.
    """

    def __init__(self, name: str, audience: str, roles_claim: str, *, again: float = _AGAIN) -> None:
        self.name = name
        self.audience = audience
        self.roles_claim = roles_claim
        self._again = again
        self._lock = threading.Lock()
        self._kept: _Kept | None = None
        self._tried = float("-inf")

    @classmethod
    def of(cls, settings: ServerSettings) -> Self:
        """Return the issuer that the settings name."""
        return cls(settings.oidc_issuer, settings.oidc_audience, settings.oidc_roles_claim)

    def configuration(self) -> Mapping[str, Any]:
        """Return what the issuer says about itself.

        :raises IssuerSilent: if it never said anything yet, and does not now.
        """
        return self._current().configuration

    def _current(self, *, anew: bool = False) -> _Kept:
        """Return what is kept; fetched again where it is old or something was not in it, but not too often.

        Where something is kept that is only old, nobody waits for the one who fetches it again.
        """
        kept = self._kept
        if kept is not None and not anew and time.monotonic() - kept.at <= _FRESH:
            return kept
        if self._lock.acquire(blocking=kept is None or anew):
            try:
                self._renew()
            finally:
                self._lock.release()
        if self._kept is None:
            raise IssuerSilent(f"{self.name} did not answer just now")
        return self._kept

    def _renew(self) -> None:
        now = time.monotonic()
        if now - self._tried >= self._again:
            self._tried = now
            self._kept = self._fetched_or_kept()

    def _fetched_or_kept(self) -> _Kept:
        try:
            return self._fetch()
        except IssuerSilent:
            if self._kept is None:
                raise
            return self._kept

    def _fetch(self) -> _Kept:
        configuration = fetched(f"{self.name.rstrip('/')}/.well-known/openid-configuration")
        if configuration.get("issuer") != self.name:
            raise IssuerSilent(f"{self.name} calls itself something else; give its name exactly as it does")
        address = configuration.get("jwks_uri")
        if not is_safe_address(address):
            raise IssuerSilent(f"{self.name} names no safe address of its keys")
        listed = fetched(str(address)).get("keys")
        keys = [_key(each) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        return _Kept(configuration, tuple(key for key in keys if key is not None), time.monotonic())

    def _key(self, header: Mapping[str, Any]) -> RSAKey | ECKey | OKPKey:
        """Return the key that a header names; the only fitting one where it names none."""
        for anew in (False, True):
            keys = [key for key in self._current(anew=anew).keys if _fits(key, header)]
            if len(keys) == 1:
                return keys[0]
        raise BadToken("no key of the issuer is the one that it names")

    def claims(self, text: str, audience: str) -> Claims:
        """Return what a token says, once it is known to be the issuer's, for an audience, and for now.

        :raises BadToken: if it is not.
        :raises IssuerSilent: if the issuer's keys are not known, and it does not tell them.
        """
        try:
            key = self._key(_header(text))
            claims = decode(text, key, registry=_REGISTRY).claims
            self._rules(audience).validate(claims)
        except (JoseError, ValueError, TypeError, RecursionError, OverflowError) as error:
            raise BadToken(str(error)) from error
        return claims

    def _rules(self, audience: str) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self.name},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    def principal(self, text: str) -> Principal:
        """Return who presents a bearer token.

        :raises BadToken: if it is none for us.
        :raises IssuerSilent: if the issuer's keys are not known.
        """
        return self.person(self.claims(text, self.audience))

    def person(self, claims: Claims) -> Principal:
        """Return whom claims are about, with the grants of their roles claim."""
        subject = "".join(letter if letter.isprintable() else "?" for letter in str(claims["sub"])[:200])
        name, granted = f"person {subject}", grants_among(_roles(claims, self.roles_claim))
        return Principal(name, granted, name, person=_person(claims))


def _person(claims: Mapping[str, Any]) -> str:
    """Return name and address as the issuer tells them; nothing where it does not, or vouches for no address."""
    told = f"{claims.get('name')} <{claims.get('email')}>"
    if claims.get("email_verified", True) is not True or not isinstance(claims.get("name"), str) or len(told) > _NAMED:
        return ""
    try:
        person_of(told)
    except BadParameter:
        return ""
    return told


def _header(text: str) -> Mapping[str, Any]:
    """Return the header of a token, which nobody vouches for yet."""
    if len(text) > _LONGEST or not text.isascii():
        raise BadToken("it is too long, or not of the letters that a token has")
    header: dict[str, Any] = extract_compact(text.encode(), registry=_REGISTRY).protected
    told = header.get("typ", "JWT")
    if "crit" in header or not isinstance(told, str) or told.lower() not in _TYPES:
        raise BadToken("its header asks for something else than a token has")
    if not isinstance(header.get("alg"), str) or header["alg"] not in ALGORITHMS:
        raise BadToken("its algorithm is not on the list")
    return header


def _fits(key: RSAKey | ECKey | OKPKey, header: Mapping[str, Any]) -> bool:
    algorithm, named = header["alg"], header.get("kid")
    told = key.get("alg", algorithm)
    return key.key_type == ALGORITHMS[algorithm] and told == algorithm and (named is None or key.get("kid") == named)


def _key(told: Mapping[str, Any]) -> RSAKey | ECKey | OKPKey | None:
    """Return the public key that an issuer tells; nothing where it is none that we would believe."""
    kind = _KINDS.get(str(told.get("kty")))
    try:
        if kind is None or not _is_strong(told) or told.get("use", "sig") != "sig":
            return None
        return kind.import_key({name: value for name, value in told.items() if name in _PUBLIC})
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _is_strong(told: Mapping[str, Any]) -> bool:
    """Tell whether a key is long enough, or of the one curve that goes with its algorithm."""
    if told["kty"] == "RSA":
        modulus = urlsafe_b64decode(f"{told['n']}==")
        return int.from_bytes(modulus).bit_length() >= _FEWEST_BITS
    return told.get("crv") == ("P-256" if told["kty"] == "EC" else "Ed25519")


_PUBLIC = frozenset({"kty", "use", "key_ops", "alg", "kid", "n", "e", "crv", "x", "y"})


def _roles(claims: Mapping[str, Any], name: str) -> list[str]:
    """Return the roles in a claim, which may be nested: ``realm_access.roles``."""
    found: Any = claims.get(name)
    if found is None and "." in name:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, str):
        return found.replace(",", " ").split()
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
