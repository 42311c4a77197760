"""Mapping sets as Turtle: each row an ``sssom:Mapping``, the set an ``sssom:MappingSet``. Lossless both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from engine.errors import BadInput
from engine.graph import Graph
from engine.intake import read_quads
from engine.mapping.rows import row_quads, rows_of
from engine.mapping.sets import set_quads, sets_of
from engine.mapping.sssom import MappingSet
from engine.turtle import format_turtle

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_sssom_turtle", "write_sssom_turtle"]


def write_sssom_turtle(mappings: MappingSet) -> str:
    """Return the canonical Turtle of a mapping set; the plain SKOS triples are never among its statements."""
    quads = [*set_quads(mappings.described), *(quad for row in mappings.rows for quad in row_quads(row))]
    return format_turtle(quad.triple for quad in quads)


def read_sssom_turtle(path: Path) -> MappingSet:
    """Return the mapping set of a Turtle file.

    :raises UnreadableFile: if the file is not well formed or unsafe.
    :raises BadInput: if it describes no set, or several.
    """
    found = sets_of(Graph(read_quads(path, NamedNode("https://w3id.org/normgraph/g/import"))))
    if len(found) != 1:
        problem = f"{len(found)} mapping sets are described"
        raise BadInput(path, None, problem, "describe one: <…/g/mapping/NAME> a sssom:MappingSet")
    (described,) = found.values()
    home = NamedNode(described.graph)
    moved = (Quad(q.subject, q.predicate, q.object, home) for q in read_quads(path, home))
    return MappingSet(described, rows_of(Graph(moved)))
