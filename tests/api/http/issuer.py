"""An OpenID issuer for tests: a real HTTP server with keys of its own, on a free port of loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

__all__ = ["AUDIENCE", "CLIENT", "SECRET", "TestIssuer", "key_of", "packed"]

AUDIENCE, CLIENT, SECRET = "normgraph-api", "normgraph-pages", "a secret: of the client"
Keys = RSAKey | ECKey | OKPKey


def packed(value: object) -> str:
    """Return bytes, or a value as JSON, as a token has them."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def key_of(algorithm: str, kid: str) -> Keys:
    told = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", told)
    return OKPKey.generate_key("Ed25519", told) if algorithm == "EdDSA" else RSAKey.generate_key(2048, told)


@dataclass
class TestIssuer:
    """The issuer, and what it does at the moment.

    :ivar keys: those it publishes; ``odd`` what it publishes beside them.
    :ivar roles: what it says of whoever logs in.
    :ivar wrong: claims of id tokens that it tells otherwise than it should.
    :ivar answers: how often each path was asked for.
    """

    __test__ = False

    keys: list[Keys] = field(default_factory=lambda: [key_of("RS256", "one")])
    odd: list[object] = field(default_factory=list)
    roles: list[str] = field(default_factory=lambda: ["people:editor"])
    wrong: dict[str, Any] = field(default_factory=dict)
    configured: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    is_silent: bool = False
    is_public: bool = False

    def start(self) -> None:
        issuer = self

        class Handler(_Handler):
            of = issuer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def name(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def claims(self, **otherwise: Any) -> dict[str, Any]:
        now = int(time.time())
        told = {"iss": self.name, "aud": AUDIENCE, "sub": "ann", "iat": now, "exp": now + 300}
        told["normgraph_roles"] = self.roles
        return {name: value for name, value in {**told, **otherwise}.items() if value is not None}

    def token(self, key: Keys | None = None, header: dict[str, Any] | None = None, **otherwise: Any) -> str:
        """Return a token, signed by the first key, with claims that differ as is asked."""
        used = key or self.keys[0]
        told = {"typ": "JWT", "alg": used.get("alg"), "kid": used.kid, **(header or {})}
        text = f"{packed({k: v for k, v in told.items() if v is not None})}.{packed(self.claims(**otherwise))}"
        return f"{text}.{packed(JWSRegistry.algorithms[told['alg']].sign(text.encode(), used))}"

    def configuration(self) -> dict[str, Any]:
        name = self.name
        told = {"issuer": name, "jwks_uri": f"{name}/keys"}
        told |= {"authorization_endpoint": f"{name}/authorize", "token_endpoint": f"{name}/token"}
        return told | self.configured

    def code_for(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def redeem(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Return tokens for a code, once, to the client that it was given to (RFC 6749, RFC 7636)."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        both = f"{CLIENT}:{SECRET.replace(' ', '%20').replace(':', '%3A')}".encode()
        expected = f"Basic {base64.b64encode(both).decode()}"
        is_client = form.get("client_id") == CLIENT if self.is_public else authorization == expected
        if asked is None or asked["code_challenge"] != challenge or not is_client:
            return None
        if asked["redirect_uri"] != form.get("redirect_uri") or form.get("grant_type") != "authorization_code":
            return None
        told = {"aud": CLIENT, "nonce": asked["nonce"], **self.wrong}
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token(**told)}


class _Handler(BaseHTTPRequestHandler):
    of: TestIssuer

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        self.of.answers[path.path] = self.of.answers.get(path.path, 0) + 1
        if self.of.is_silent:
            self._tell(500, {})
        elif path.path == "/.well-known/openid-configuration":
            self._tell(200, self.of.configuration())
        elif path.path == "/keys":
            self._tell(200, {"keys": [*self.of.odd, *(key.as_dict(private=False) for key in self.of.keys)]})
        elif path.path == "/moved":
            self.send_response(302)
            self.send_header("Location", f"{self.of.name}/keys")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(path.query).items()}
            back = urlencode({"code": self.of.code_for(asked), "state": asked["state"], "iss": self.of.name})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._tell(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        told = self.of.redeem(form, self.headers.get("Authorization", ""))
        self._tell(200 if told else 400, told or {"error": "invalid_grant"})

    def _tell(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - so called by the server
        del format, args
