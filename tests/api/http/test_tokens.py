from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from joserfc.jwk import OKPKey, RSAKey

from api.http.fetching import IssuerSilent
from api.http.roles import Role
from api.http.tokens import ALGORITHMS, LEEWAY, BadToken, Issuer
from tests.api.http.issuer import AUDIENCE, CLIENT, TestIssuer, key_of, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def told() -> Iterator[TestIssuer]:
    issuer = TestIssuer()
    issuer.start()
    yield issuer
    issuer.stop()


@pytest.fixture
def issuer(told: TestIssuer) -> Issuer:
    return Issuer(told.name, AUDIENCE, "normgraph_roles", again=0)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_of_the_issuer_is_believed(told: TestIssuer, issuer: Issuer, algorithm: str) -> None:
    told.keys = [key_of("RS256", "other"), key_of(algorithm, "this")]
    principal = issuer.principal(told.token(told.keys[1]))
    assert (principal.name, principal.grants) == ("person ann", (("people", Role.EDITOR),))


def test_of_the_issuers_roles_those_that_are_grants_of_ours_grant(told: TestIssuer, issuer: Issuer) -> None:
    told.roles = ["offline_access", "acme:reader", "acme:emperor", "*:analyst", "Acme:reader", "acme:reader", ":reader"]
    assert issuer.principal(told.token()).grants == (("acme", Role.READER), ("*", Role.ANALYST))
    for roles in (None, {"acme:reader": True}, 7, [["acme:reader"]]):
        assert issuer.principal(told.token(normgraph_roles=roles)).grants == ()
    assert issuer.principal(told.token(normgraph_roles="acme:reader, beta:editor")).grants[1] == ("beta", Role.EDITOR)
    nested = Issuer(told.name, AUDIENCE, "realm_access.roles")
    assert nested.principal(told.token(realm_access={"roles": ["acme:reader"]})).grants == (("acme", Role.READER),)


def unsigned(told: TestIssuer, algorithm: str) -> str:
    return f"{packed({'alg': algorithm, 'kid': 'one', 'typ': 'JWT'})}.{packed(told.claims())}."


def signed_with_the_public_key(told: TestIssuer, *, pem: bool) -> str:
    """Return what passes where a library takes the algorithm from the token and the public key for a shared secret."""
    key = told.keys[0]
    secret = key.as_pem(private=False) if pem else json.dumps(key.as_dict(private=False)).encode()
    text = f"{packed({'alg': 'HS256', 'kid': 'one', 'typ': 'JWT'})}.{packed(told.claims())}"
    return f"{text}.{packed(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def altered(told: TestIssuer, part: int) -> str:
    parts = told.token().split(".")
    if part == 1:
        parts[1] = packed(told.claims(normgraph_roles=["*:administrator"]))
    else:
        parts[part] = ("A" if parts[part][0] != "A" else "B") + parts[part][1:]
    return ".".join(parts)


def with_own_key(told: TestIssuer, **header: Any) -> str:
    """Return a token that brings the key along, or says where it is."""
    forger = key_of("RS256", "one")
    more = {"jwk": forger.as_dict(private=False)} if "jwk" in header else header
    return told.token(forger, more)


FORGED: dict[str, Callable[[TestIssuer], str]] = {
    "no signature": lambda told: unsigned(told, "none"),
    "no signature, None": lambda told: unsigned(told, "None"),
    "no signature, RS256": lambda told: unsigned(told, "RS256"),
    "the public key as secret, PEM": lambda told: signed_with_the_public_key(told, pem=True),
    "the public key as secret, JWK": lambda told: signed_with_the_public_key(told, pem=False),
    "another claims part": lambda told: altered(told, 1),
    "another signature": lambda told: altered(told, 2),
    "another's key of the same name": lambda told: told.token(key_of("RS256", "one")),
    "another's key, brought along": lambda told: with_own_key(told, jwk=True),
    "another's key, fetched from them": lambda told: with_own_key(told, jku="https://evil.example/keys"),
    "another's key in a file": lambda told: told.token(key_of("RS256", "../../dev/null")),
    "a name that no key has": lambda told: told.token(header={"kid": "two"}),
    "an algorithm that the key is not for": lambda told: told.token(header={"alg": "PS256"}),
    "an algorithm that is not on the list": lambda told: told.token(RSAKey.generate_key(2048, {"alg": "RS512"})),
    "something that must be understood": lambda told: told.token(header={"crit": ["exp"], "exp": 1}),
    "an unencoded body": lambda told: told.token(header={"crit": ["b64"], "b64": True}),
    "another kind of token": lambda told: told.token(header={"typ": "logout+jwt"}),
    "another issuer": lambda told: told.token(iss="https://evil.example"),
    "no issuer": lambda told: told.token(iss=None),
    "a list of issuers": lambda told: told.token(iss=[told.name]),
    "another audience": lambda told: told.token(aud="somebody-else"),
    "other audiences": lambda told: told.token(aud=["somebody-else", CLIENT]),
    "no audience": lambda told: told.token(aud=None),
    "an audience in an audience": lambda told: told.token(aud=[[AUDIENCE]]),
    "part of the audience": lambda told: told.token(aud=f"{AUDIENCE}-2"),
    "nobody": lambda told: told.token(sub=None),
    "a number for a person": lambda told: told.token(sub=7),
    "expired": lambda told: told.token(exp=int(time.time()) - LEEWAY - 1),
    "never expires": lambda told: told.token(exp=None),
    "expires as a text": lambda told: told.token(exp="2999-01-01"),
    "expires as truth": lambda told: told.token(exp=True),
    "expires not at a number": lambda told: told.token(exp=float("nan")),
    "expires endlessly": lambda told: told.token(exp=float("inf")),
    "not yet valid": lambda told: told.token(nbf=int(time.time()) + LEEWAY + 30),
    "made in the future": lambda told: told.token(iat=int(time.time()) + LEEWAY + 30),
    "no token": lambda _: "x",
    "empty parts": lambda _: "..",
    "five parts": lambda told: f"{told.token()}.a.b",
    "a header that is a list": lambda _: f"{packed([])}.{packed({})}.x",
    "an algorithm that is a list": lambda told: f"{packed({'alg': ['RS256']})}.{packed(told.claims())}.x",
    "a kid that is an object": lambda told: f"{packed({'alg': 'RS256', 'kid': {}})}.{packed(told.claims())}.x",
    "claims that are a list": lambda told: f"{told.token().split('.')[0]}.{packed([])}.x",
    "nested without end": lambda _: f"{packed(b'[' * 9_000)}.{packed({})}.x",
    "too long": lambda told: told.token(padding="x" * 20_000),
    "other letters": lambda told: told.token() + "é",
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_is_none(told: TestIssuer, issuer: Issuer, kind: str) -> None:
    assert issuer.principal(told.token()).name == "person ann"
    with pytest.raises(BadToken):
        issuer.principal(FORGED[kind](told))


def test_clocks_may_differ_by_a_minute(told: TestIssuer, issuer: Issuer) -> None:
    now = int(time.time())
    for claims in ({"exp": now - LEEWAY + 20}, {"nbf": now + LEEWAY - 20}, {"iat": now + LEEWAY - 20}):
        assert issuer.principal(told.token(**claims)).name == "person ann"


def test_a_person_is_named_in_letters_that_can_be_printed(told: TestIssuer, issuer: Issuer) -> None:
    assert issuer.principal(told.token(sub="ann\n\x1b[31m")).name == "person ann??[31m"


@pytest.mark.parametrize(
    ("claims", "person"),
    [
        ({"name": "Ann Lee", "email": "ann@example.org"}, "Ann Lee <ann@example.org>"),
        ({"name": "Ann Lee", "email": "ann@example.org", "email_verified": True}, "Ann Lee <ann@example.org>"),
        ({"name": "Ann Lee", "email": "ann@example.org", "email_verified": False}, ""),
        ({"name": "Ann Lee", "email": "ann@example.org", "email_verified": "true"}, ""),
        ({"name": "Ann Lee"}, ""),
        ({"email": "ann@example.org"}, ""),
        ({"name": ["Ann"], "email": "ann@example.org"}, ""),
        ({"name": "Bob <bob@example.org>, Ann", "email": "ann@example.org"}, ""),
        ({"name": "Ann", "email": "ann@example.org> <bob@example.org"}, ""),
        ({"name": "A" * 300, "email": "ann@example.org"}, ""),
    ],
)
def test_who_somebody_is_is_believed_where_the_issuer_vouches_for_it(
    told: TestIssuer, issuer: Issuer, claims: dict[str, object], person: str
) -> None:
    assert issuer.principal(told.token(**claims)).person == person


def test_keys_are_fetched_once_and_again_when_the_issuer_changed_them(told: TestIssuer, issuer: Issuer) -> None:
    for _ in range(3):
        issuer.principal(told.token())
    assert told.answers["/keys"] == 1
    old = told.token()
    told.keys = [key_of("ES256", "two")]
    assert issuer.principal(told.token()).name == "person ann"
    assert told.answers["/keys"] == 2
    with pytest.raises(BadToken):
        issuer.principal(old)


def test_names_of_keys_that_nobody_has_do_not_make_us_fetch_without_end(told: TestIssuer) -> None:
    issuer = Issuer(told.name, AUDIENCE, "normgraph_roles")
    issuer.principal(told.token())
    for number in range(5):
        with pytest.raises(BadToken):
            issuer.principal(told.token(header={"kid": f"made-up-{number}"}))
    assert told.answers["/keys"] == 1


def test_an_issuer_that_is_silent_for_a_while_is_believed_as_before(told: TestIssuer, issuer: Issuer) -> None:
    token = told.token()
    issuer.principal(token)
    told.is_silent = True
    with pytest.raises(BadToken):
        issuer.principal(told.token(header={"kid": "new"}))
    assert issuer.principal(token).name == "person ann"


def test_one_that_was_never_heard_is_asked_now_and_then(told: TestIssuer) -> None:
    issuer = Issuer(told.name, AUDIENCE, "normgraph_roles")
    told.is_silent = True
    for _ in range(3):
        with pytest.raises(IssuerSilent):
            issuer.principal(told.token())
    assert told.answers == {"/.well-known/openid-configuration": 1}


@pytest.mark.parametrize(
    "configured",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://evil.example/keys"},
        {"jwks_uri": None},
        {"jwks_uri": ["x"]},
    ],
)
def test_an_issuer_that_is_another_or_leads_elsewhere_is_not_believed(
    told: TestIssuer, issuer: Issuer, configured: dict[str, Any]
) -> None:
    told.configured = configured
    with pytest.raises(IssuerSilent):
        issuer.principal(told.token())


def test_no_redirection_is_followed(told: TestIssuer, issuer: Issuer) -> None:
    told.configured = {"jwks_uri": f"{told.name}/moved"}
    with pytest.raises(IssuerSilent):
        issuer.principal(told.token())


def weak_key_and_token(told: TestIssuer) -> tuple[dict[str, str], str]:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point
    numbers = key.public_key().public_numbers()
    n, e = (packed(number.to_bytes((number.bit_length() + 7) // 8)) for number in (numbers.n, numbers.e))
    text = f"{packed({'alg': 'RS256', 'kid': 'weak'})}.{packed(told.claims())}"
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return {"kty": "RSA", "kid": "weak", "n": n, "e": e}, f"{text}.{packed(signature)}"


def test_keys_that_are_weak_or_for_something_else_are_left_out(told: TestIssuer, issuer: Issuer) -> None:
    good, other = told.keys[0], RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"})
    weak, weakly_signed = weak_key_and_token(told)
    told.keys = [good, other, OKPKey.generate_key("X25519")]
    told.odd = [
        weak,
        {"kty": "oct", "kid": "oct", "k": "AAAA"},
        {"kty": "AKP"},
        {"kty": "RSA", "n": 7},
        {},
        "key",
        None,
    ]
    for token in (weakly_signed, told.token(other, {"alg": "RS256"})):
        with pytest.raises(BadToken):
            issuer.principal(token)
    assert issuer.principal(told.token(good)).name == "person ann"


def test_where_more_keys_would_fit_a_token_must_name_one(told: TestIssuer, issuer: Issuer) -> None:
    told.keys = [key_of("RS256", "one"), key_of("RS256", "two"), key_of("ES256", "three")]
    with pytest.raises(BadToken):
        issuer.principal(told.token(header={"kid": None}))
    assert issuer.principal(told.token(told.keys[2], {"kid": None})).name == "person ann"
