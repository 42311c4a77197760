"""What a server refuses to be: reachable from elsewhere while nobody has to say who they are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from api.http.identity import Identities, parse_grants
from api.http.settings import read_settings
from engine.errors import BadParameter
from tests.commands import ROOT, as_process

if TYPE_CHECKING:
    from pathlib import Path

ISSUER = {"NORMGRAPH_OIDC_ISSUER": "https://issuer.example", "NORMGRAPH_OIDC_AUDIENCE": "normgraph"}


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NORMGRAPH_")}
    cache = {"NORMGRAPH_CACHE": os.environ["NORMGRAPH_CACHE"]} if "NORMGRAPH_CACHE" in os.environ else {}
    return {**kept, **cache, "NORMGRAPH_DATA": str(folder), "NORMGRAPH_WORKERS": "1", **more}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - that is the point
def test_nobody_listens_beyond_loopback_without_authentication(tmp_path: Path, host: str) -> None:
    done = as_process("serve", "--host", host, "--port", "0", env=environment(tmp_path))
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1] == (
        f"normgraph: --host: “{host}” is not an address of this machine only, while nobody has to say who they are; "
        "make a key with `normgraph keys create`, or set NORMGRAPH_OIDC_ISSUER"
    )


def test_a_server_with_a_key_is_asked_for_it_and_ends_when_it_is_told(tmp_path: Path) -> None:
    identities = Identities(tmp_path / "identity.sqlite")
    text = identities.create("first", parse_grants(["acme:reader"]))[1]
    identities.close()
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
    env = {**environment(tmp_path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = next(line for line in server.stderr if "listens on" in line)
        address = said.split("listens on ")[1].partition(";")[0]
        assert httpx.get(f"{address}/v1/frameworks").status_code == 401
        bearer = {"Authorization": f"Bearer {text}"}
        assert httpx.get(f"{address}/v1/frameworks", headers=bearer).status_code == 200
        server.send_signal(signal.SIGTERM)
        rest = server.stderr.read()
    assert text not in said + rest
    assert server.returncode == 0
    assert "Traceback" not in rest
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["store"]  # everything was closed


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"oidc_issuer": "http://issuer.example", "oidc_audience": "x"}, "is no https:// address"),
        ({"oidc_issuer": "file:///etc/passwd", "oidc_audience": "x"}, "is no https:// address"),
        ({"oidc_issuer": "https://issuer.example"}, "without oidc_audience"),
        ({"oidc_issuer": "https://i.example", "oidc_audience": "x", "oidc_scopes": "profile"}, "without openid"),
    ],
)
def test_settings_of_an_issuer_that_cannot_be(given: dict[str, str], told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        read_settings(**given)


def test_the_secret_of_the_client_is_not_shown() -> None:
    assert "hidden" not in repr(read_settings(oidc_client_secret="hidden"))  # noqa: S106 - that is the point
