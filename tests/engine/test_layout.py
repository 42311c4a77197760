"""The table of modules in the docstring of the engine is that of its files, in the order of the layers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import engine

ROOT = Path(__file__).parents[2]


def layers() -> list[set[str]]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (inside,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["engine"])
    return [set(re.split(r" [|:] ", layer)) for layer in inside]


def told() -> list[str]:
    return re.findall(r"^    (\w+) +\S", engine.__doc__ or "", flags=re.MULTILINE)


def test_every_module_of_the_engine_is_told_once() -> None:
    found = {
        path.stem for path in (ROOT / "engine").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(told()) == sorted(found - {"__init__"})


def test_the_table_follows_the_layers() -> None:
    assert set().union(*layers()) == set(told())
    place = {name: number for number, layer in enumerate(layers()) for name in layer}
    assert [place[name] for name in told()] == sorted(place[name] for name in told())
