"""The set relations that mappings assert, and what may be concluded from them (COVERAGE §1 and §2).

The relations are those of NIST IR 8477 as OSCAL encodes them; they compose as RCC-5 does
(Bennett 1994), because a requirement and a control each denote a non-empty set of outcomes.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["ALL", "COMPOSITION", "CONVERSE", "GIVES", "Gives", "Relation", "compose", "derived_gives", "of_ancestor"]


class Relation(Enum):
    """How the outcomes of a source lie to those of a target."""

    EQ = "EQ"
    SUP = "SUP"
    SUB = "SUB"
    INT = "INT"
    DIS = "DIS"


class Gives(Enum):
    """How much of the target the full implementation of the source gives."""

    FULL = "full"
    PART = "part"
    NONE = "none"


ALL = frozenset(Relation)
CONVERSE = {
    Relation.EQ: Relation.EQ,
    Relation.SUP: Relation.SUB,
    Relation.SUB: Relation.SUP,
    Relation.INT: Relation.INT,
    Relation.DIS: Relation.DIS,
}
GIVES = {
    Relation.EQ: Gives.FULL,
    Relation.SUP: Gives.FULL,
    Relation.SUB: Gives.PART,
    Relation.INT: Gives.PART,
    Relation.DIS: Gives.NONE,
}

_ORDER = "EQ SUB SUP INT DIS"
_TABLE = """
EQ  | EQ  | SUB            | SUP         | INT         | DIS
SUB | SUB | SUB            | any         | SUB,INT,DIS | DIS
SUP | SUP | EQ,SUB,SUP,INT | SUP         | SUP,INT     | SUP,INT,DIS
INT | INT | SUB,INT        | SUP,INT,DIS | any         | SUP,INT,DIS
DIS | DIS | SUB,INT,DIS    | DIS         | SUB,INT,DIS | any
"""


def _cell(text: str) -> frozenset[Relation]:
    return ALL if text.strip() == "any" else frozenset(Relation(name) for name in text.strip().split(","))


def _read(table: str) -> dict[tuple[Relation, Relation], frozenset[Relation]]:
    columns = [Relation(name) for name in _ORDER.split()]
    rows = [line.split("|") for line in table.strip().splitlines()]
    return {
        (Relation(first.strip()), second): _cell(cell)
        for first, *cells in rows
        for second, cell in zip(columns, cells, strict=True)
    }


COMPOSITION = _read(_TABLE)


def compose(first: Relation, second: Relation) -> frozenset[Relation]:
    """Return the relations that A and C may have when A first B and B second C.

    >>> sorted(r.name for r in compose(Relation.INT, Relation.SUB))
    ['INT', 'SUB']
    """
    return COMPOSITION[first, second]


def derived_gives(possible: frozenset[Relation]) -> Gives | None:
    """Return how much of the target is given under every possible relation; nothing where they differ or contradict.

    >>> derived_gives(compose(Relation.SUP, Relation.INT))
    <Gives.PART: 'part'>
    >>> derived_gives(compose(Relation.INT, Relation.INT)) is None
    True
    """
    if not possible:
        return None
    if possible <= {Relation.EQ, Relation.SUP}:
        return Gives.FULL
    if possible <= {Relation.DIS}:
        return Gives.NONE
    return None if Relation.DIS in possible else Gives.PART


def of_ancestor(relation: Relation) -> frozenset[Relation]:
    """Return what a relation to a provision leaves possible for a requirement below it.

    A source that contains or equals the whole contains every part; one that is disjoint from the whole is
    disjoint from every part; a partial one says nothing about a part.
    """
    if relation in {Relation.EQ, Relation.SUP}:
        return frozenset({Relation.EQ, Relation.SUP})
    return frozenset({Relation.DIS}) if relation is Relation.DIS else ALL
