"""The settings of the server as a page of the guide: ``python -m api.http.settings_table > docs/settings.md``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from api.http.settings import ServerSettings

if TYPE_CHECKING:
    from typing import Any

    from pydantic.fields import FieldInfo

__all__ = ["settings_page"]

_HEAD = """# Settings of the server

Each setting is an environment variable with the prefix `NORMGRAPH_`, or a line of a TOML file named by
`serve --config`, there without the prefix and in small letters: `port = 8043`. What the
command line says goes before the environment, and that before the file. A value that cannot be stops the start with one
message.

| variable | default | allowed | what it is |
|---|---|---|---|
"""
_TAIL = """
Three more variables are read by every command: `NORMGRAPH_CACHE`, the folder of compiled content (`none` keeps
nothing); `NORMGRAPH_STORE`, which is in the table too; and `NORMGRAPH_EVIDENCE`, the folder with the files of evidence.

This page is made from the class that reads the settings: `python -m api.http.settings_table > docs/settings.md`.
"""
_COMPUTED = {"data": "the user's data folder", "workers": "all cores but one"}
"""The defaults that depend on the machine, in words."""


def settings_page() -> str:
    """Return the page."""
    return _HEAD + "".join(_row(name, field) for name, field in ServerSettings.model_fields.items()) + _TAIL


def _row(name: str, field: FieldInfo) -> str:
    cells = (f"`NORMGRAPH_{name.upper()}`", _default(name, field), _allowed(field), field.description or "")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _default(name: str, field: FieldInfo) -> str:
    if name in _COMPUTED:
        return _COMPUTED[name]
    value = field.default
    if value is None or value in ("", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _allowed(field: FieldInfo) -> str:
    """Return the values that are allowed, as far as the field says."""
    known: dict[str, Any] = {
        name: getattr(rule, name)
        for rule in field.metadata
        for name in ("gt", "ge", "le", "pattern")
        if hasattr(rule, name)
    }
    if field.annotation is bool:
        return "`true`, `false`"
    if known.get("pattern"):
        return ", ".join(f"`{word}`" for word in known["pattern"].strip("^$()").split("|"))
    bounds = {"gt": "more than {:,}", "ge": "from {:,}", "le": "to {:,}"}
    return " ".join(text.format(known[name]) for name, text in bounds.items() if name in known)


if __name__ == "__main__":
    sys.stdout.write(settings_page())
