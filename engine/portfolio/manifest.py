"""What a portfolio run was asked, which parts hold its results, and what could not be assessed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import BadInput, UnreadableFile
from engine.intake import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.portfolio.tasks import Told

__all__ = ["MANIFEST", "Manifest", "read_manifest"]

MANIFEST = "manifest.json"
_SCHEMA = "normgraph/portfolio/1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A run: its question, the number of organisations asked about, and what is told of each in which part.

    :ivar complete: whether the run came to its end; until then nothing can be said of the whole.
    """

    question: Mapping[str, Any]
    asked: int
    parts: Mapping[str, tuple[Told, ...]]
    complete: bool

    @property
    def failures(self) -> list[Told]:
        """What could not be assessed, by name."""
        found = (told for part in self.parts.values() for told in part if told.problem)
        return sorted(found, key=lambda told: told.name)

    @property
    def assessed(self) -> int:
        """How many organisations could be assessed."""
        return sum(not told.problem for part in self.parts.values() for told in part)

    def record(self) -> dict[str, Any]:
        """Return the manifest as JSON values; without the name of the schema."""
        return {
            "complete": self.complete,
            **self.question,
            "organisations": {"asked": self.asked, "assessed": self.assessed, "failed": len(self.failures)},
            "parts": [
                {"file": file, "organisations": [_told(each) for each in told if not each.problem]}
                for file, told in sorted(self.parts.items())
            ],
            "failures": [
                {"name": each.name, "input": each.sha256 or None, "problem": each.problem} for each in self.failures
            ],
        }

    def write(self, folder: Path) -> None:
        """Write the manifest in one step."""
        text = json.dumps({"schema": _SCHEMA, **self.record()}, indent=1, ensure_ascii=False)
        aside = folder / f".{MANIFEST}"
        aside.write_text(f"{text}\n", encoding="utf-8")
        aside.replace(folder / MANIFEST)


def _told(told: Told) -> dict[str, Any]:
    return {
        "name": told.name,
        "organisation": told.organisation,
        "label": told.label,
        "kinds": list(told.kinds),
        "input": told.sha256,
        "rows": told.rows,
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of finished results as JSON values.

    :raises UnreadableFile: if there is none.
    :raises BadInput: if it is none of ours, or the run has not come to its end.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise UnreadableFile(path, None, "is not there", "name a folder that `normgraph portfolio assess -o` wrote")
    try:
        found = json.loads(read_text(path))
    except ValueError as error:
        raise UnreadableFile(path, None, f"is no JSON ({error})", "assess the portfolio again") from error
    if not isinstance(found, dict) or found.get("schema") != _SCHEMA:
        raise BadInput(path, None, f"is no {_SCHEMA}", "name a folder that `normgraph portfolio assess -o` wrote")
    if not found["complete"]:
        raise BadInput(path, None, "the run did not come to its end", "give the same command again: it goes on")
    return found
