"""What is wrong with a mapping row as somebody hands it in, before it is written anywhere."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.mapping.relations import GIVES, Gives
from engine.mapping.rows import NO_TERM
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow

__all__ = ["refuse_twins", "row_problems"]


def row_problems(knowledge: Knowledge, row: MappingRow) -> tuple[str, ...]:
    """Return what is wrong with a row, each with what to do; nothing where it can stand."""
    return (*_ends(knowledge, row), *_argument(row), *_elements(knowledge, row))


def _ends(knowledge: Knowledge, row: MappingRow) -> Iterator[str]:
    if row.subject != NO_TERM and row.subject not in knowledge.provisions and row.subject not in knowledge.requirements:
        yield f"the source {_short(row.subject)} is in none of the loaded frameworks; {_near(knowledge, row.subject)}"
    elif row.subject in knowledge.provisions and knowledge.children.get(row.subject):
        yield f"{knowledge.citation(row.subject)} has parts; map from a leaf clause or control"
    if row.object not in knowledge.requirements and row.object not in knowledge.provisions:
        yield f"the target {_short(row.object)} is in none of the loaded frameworks; {_near(knowledge, row.object)}"


def _short(iri: Iri) -> str:
    return iri.removeprefix(ID)


def _near(knowledge: Knowledge, iri: Iri) -> str:
    """Return what somebody may have meant, in words."""
    known = {_short(other): other for other in (*knowledge.provisions, *knowledge.requirements)}
    found = get_close_matches(_short(iri), known, n=3)
    return f"did you mean {' or '.join(found)}?" if found else "name a clause, control or requirement"


def _argument(row: MappingRow) -> Iterator[str]:
    if not row.rationale.strip():
        yield "there is no rationale; say in a sentence what the two have in common"
    if row.relation is None:
        return
    gives = GIVES[row.relation]
    if gives is Gives.PART and not row.residual.strip():
        yield "a partial row says nothing of what is left; add what the source does not give"
    if gives is Gives.FULL and row.residual.strip():
        yield "a row that gives all of the target leaves nothing; drop the residual, or choose another relationship"
    if row.covers and (gives is not Gives.PART or row.rationale_type != "functional"):
        yield "only a partial row with a functional rationale covers elements; drop them"


def _elements(knowledge: Knowledge, row: MappingRow) -> Iterator[str]:
    requirement = knowledge.requirements.get(row.object)
    elements = {element.iri for element in requirement.elements} if requirement else set()
    foreign = sorted(set(row.covers) - elements)
    if foreign:
        yield f"{foreign[0]} is no element of the target; name its own"
    if requirement and requirement.elements_complete and row.covers and set(row.covers) == elements:
        yield "a partial row names every element of a complete requirement; say superset-of, or leave one out"


def refuse_twins(path: Path, rows: Iterable[tuple[int, MappingRow]]) -> None:
    """Refuse two rows for one pair: they would become one record that says both.

    :param rows: each with its line.
    :raises BadInput: for the second of them.
    """
    seen: dict[Iri, int] = {}
    for line, row in rows:
        if row.iri in seen:
            raise BadInput(path, line, f"the same pair stands on line {seen[row.iri]}", "keep one of the two rows")
        seen[row.iri] = line
