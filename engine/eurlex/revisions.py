"""Take out of a consolidated Formex tree what an amending act deleted.

EUR-Lex leaves deleted text in place, between the processing instructions ``CLG.MDFO ACTION="DELETED"``
and the ``CLG.MDFC`` that closes it; a reader of the law must not see it.
"""

from __future__ import annotations

import re

from lxml import etree

__all__ = ["without_deletions"]

_ATTRIBUTE = re.compile(r'([A-Z.]+)="([^"]*)"')


def without_deletions(root: etree._Element) -> etree._Element:
    """Return the tree with every deleted element and text gone; the tree itself is changed."""
    opened: set[str] = set()
    inside: set[etree._Element] = set()
    gone: list[etree._Element] = []
    for event, node in etree.iterwalk(root, events=("start", "end", "pi")):
        if event == "pi":
            _follow(node, opened)
        elif event == "start" and opened:
            node.text = None
            inside.add(node)
        elif event == "end" and opened and node in inside:
            gone.append(node)
        if event != "start" and opened:
            node.tail = None
    for node in gone:
        if (parent := node.getparent()) is not None:
            parent.remove(node)
    return root


def _follow(instruction: etree._Element, opened: set[str]) -> None:
    """Note a deletion that an instruction opens or closes."""
    said = dict(_ATTRIBUTE.findall(instruction.text or ""))
    target = getattr(instruction, "target", "")
    if target == "CLG.MDFO" and said.get("ACTION") == "DELETED":
        opened.add(said.get("ID", ""))
    elif target == "CLG.MDFC":
        opened.discard(said.get("IDREF", ""))
