"""Read an act of the Union from whatever EUR-Lex gives: Formex in a file, folder or zip, or an HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.eurlex.build import build_act
from engine.eurlex.formex import read_formex
from engine.eurlex.html import read_html
from engine.eurlex.source import documents

if TYPE_CHECKING:
    from pathlib import Path

    from engine.eurlex.model import Act

__all__ = ["read_act"]


def read_act(path: Path) -> Act:
    """Return the act in a file, a zip or a folder; identifiers are the same in every language and format.

    :raises UnreadableFile: it is damaged, too large, unsafe, or no act of the Union in a form we read.
    """
    found = documents(path)
    pages = [document for document in found if document.is_html]
    return build_act(read_html(pages[0]) if pages else read_formex(found))
