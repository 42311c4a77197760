"""What a server is deployed with names what there is, and is as closed as the guide says."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys

import pytest
import yaml

from api.http.settings import ServerSettings
from tests.commands import ROOT

CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
OTHERS = {"NORMGRAPH_CACHE", "NORMGRAPH_EVIDENCE"}
FILES = ("Containerfile", "compose.yaml", "deploy/normgraph.service", "docs/deployment.md")


@pytest.mark.parametrize("name", FILES)
def test_every_setting_that_is_named_is_one(name: str) -> None:
    known = {f"NORMGRAPH_{field.upper()}" for field in ServerSettings.model_fields} | OTHERS
    assert set(re.findall(r"NORMGRAPH_[A-Z_]+", (ROOT / name).read_text(encoding="utf-8"))) <= known


def test_the_lock_of_the_image_has_what_runs_and_nothing_for_developers() -> None:
    command = [sys.executable, "deploy/runtime_lock.py", "requirements.lock"]
    lock = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    assert {"click", "fastapi", "pyoxigraph", "starlette", "uvicorn"} <= names
    assert not names & {"pytest", "ruff", "mypy", "hatchling", "schemathesis", "oxigraph", "distributed"}
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", lock)) >= len(names)


def test_what_the_image_copies_is_sent_to_the_build() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line.startswith("!")}
    assert all((ROOT / name).exists() for name in sent)
    assert {"api", "engine", "mappings", "ontology", "queries", "requirements.lock", "README.md"} <= sent
    assert "USER 10042" in CONTAINER.partition("FROM ${BASE}\n")[2]


def test_every_container_is_read_only_and_has_no_rights() -> None:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in composed["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert composed["networks"]["inside"]["internal"]
    assert composed["services"]["store"]["networks"] == ["inside"]


def test_the_unit_is_closed_and_lets_workers_leave_the_network() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(ROOT / "deploy" / "normgraph.service")
    service = unit["Service"]
    assert service["RestrictNamespaces"] == "user net"
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "MemoryDenyWriteExecute"):
        assert service[name] == "yes"
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("strict", "")


def test_the_guide_names_files_that_exist() -> None:
    for name in re.findall(r"\]\(([^)#]+)\)", GUIDE):
        assert (ROOT / "docs" / name).exists(), name
