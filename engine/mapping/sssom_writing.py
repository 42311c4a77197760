"""Write mapping sets as SSSOM TSV in one canonical form, our STRM columns as declared extension slots."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import yaml

from engine.mapping.relations import Relation
from engine.mapping.rows import NO_TERM, PREDICATES, MappingRow
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.graph import Iri
    from engine.mapping.sets import SetDescription
    from engine.mapping.sssom import MappingSet

__all__ = ["EXTENSIONS", "LISTS", "cells_of", "set_slots", "slots", "unix", "write_sssom"]

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
EXTENSIONS = {
    "relationship": "xsd:string",
    "rationale_type": "xsd:string",
    "rationale": "xsd:string",
    "strength": "xsd:integer",
    "covers_elements": "xsd:string",
    "touches_elements": "xsd:string",
    "except_provisions": "xsd:string",
    "residual": "xsd:string",
    "scope_qualifier": "xsd:string",
    "review_state": "xsd:string",
}
LISTS = ("covers_elements", "touches_elements", "except_provisions")
"""The slots that hold several values."""
_COLUMNS = (
    "record_id",
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_label",
    "reviewer_label",
    "subject_source_version",
    "object_source_version",
    "mapping_date",
    "confidence",
    "comment",
    *EXTENSIONS,
)
_OPTIONAL = (
    "reviewer_label",
    "subject_source_version",
    "object_source_version",
    "touches_elements",
    "except_provisions",
)


def unix(text: str) -> str:
    """Return text with the line ends of Unix."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _compact(iri: str, prefixes: Mapping[str, str]) -> str:
    for name in sorted(prefixes, key=lambda name: -len(prefixes[name])):
        if iri.startswith(prefixes[name]):
            return f"{name}:{iri.removeprefix(prefixes[name])}"
    return iri


def write_sssom(mappings: MappingSet, label: Callable[[Iri], str]) -> str:
    """Return the SSSOM TSV text of a mapping set: rows sorted by subject then object, one canonical form.

    :param label: gives the citation of a provision, control or requirement.
    """
    head, columns, rows = slots(mappings, label)
    block = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=10_000)
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, delimiter="\t", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return "".join(f"#{line}\n" for line in block.rstrip("\n").split("\n")) + table.getvalue()


def slots(mappings: MappingSet, label: Callable[[Iri], str]) -> tuple[dict[str, Any], list[str], list[dict[str, str]]]:
    """Return the metadata of a set, the slots its rows use, and per row those slots as text, in the order written."""
    frameworks = {iri.split("/")[0]: ID + iri.split("/")[0] + "/" for iri in _local_ids(mappings)}
    prefixes = {
        **frameworks,
        **{name: PREFIXES[name] for name in ("semapv", "skos", "sssom")},
        "mapping": f"{ID}mapping/",
    }
    columns = [name for name in _COLUMNS if name not in _OPTIONAL or name in _deviating(mappings)]
    ordered = sorted(mappings.rows, key=lambda row: (row.subject, row.object))
    rows = [{name: unix(cell) for name, cell in cells_of(row, prefixes, label).items()} for row in ordered]
    return _head(mappings, prefixes), columns, rows


def _deviating(mappings: MappingSet) -> set[str]:
    """Return which optional columns are needed: those in which some row says other than the set."""
    said = {
        "reviewer_label": {row.reviewer for row in mappings.rows} - {""},
        "touches_elements": {element for row in mappings.rows for element in row.touches},
        "except_provisions": {"|".join(row.exceptions) for row in mappings.rows} - {""},
        "subject_source_version": {row.subject_version for row in mappings.rows} - {mappings.described.subject_version},
        "object_source_version": {row.object_version for row in mappings.rows} - {mappings.described.object_version},
    }
    return {name for name, others in said.items() if others}


def _local_ids(mappings: MappingSet) -> list[str]:
    named = [mappings.described.subject_source, mappings.described.object_source, *(r.subject for r in mappings.rows)]
    return sorted({iri.removeprefix(ID) for iri in [*named, *(r.object for r in mappings.rows)] if iri.startswith(ID)})


def _head(mappings: MappingSet, prefixes: Mapping[str, str]) -> dict[str, Any]:
    declared = [
        {"slot_name": name, "property": NG(_property(name)).value, "type_hint": hint}
        for name, hint in EXTENSIONS.items()
        if name not in _OPTIONAL or name in _deviating(mappings)
    ]
    if mappings.described.triaged:
        declared.append({"slot_name": "triage", "property": NG.triageComplete.value, "type_hint": "xsd:string"})
    said = {name: text for name, text in set_slots(mappings.described).items() if text or name != "triage"}
    curie_map = {name: prefixes[name] for name in sorted(prefixes)}
    return {**said, "extension_definitions": declared, "curie_map": curie_map}


def set_slots(described: SetDescription) -> dict[str, str]:
    """Return every slot of a set as text, in the order written."""
    return {
        "mapping_set_id": f"{ID}mapping/{described.set_id}",
        "mapping_set_version": described.version,
        "mapping_set_title": described.title,
        "mapping_set_description": described.description,
        "license": LICENSE,
        "subject_source": described.subject_source,
        "subject_source_version": described.subject_version,
        "object_source": described.object_source,
        "object_source_version": described.object_version,
        "triage": "complete" if described.triaged else "",
    }


def _property(slot: str) -> str:
    plural = slot.endswith(("_elements", "_provisions"))
    first, *rest = (slot.removesuffix("s") if plural else slot).split("_")
    return first + "".join(part.capitalize() for part in rest)


def cells_of(row: MappingRow, prefixes: Mapping[str, str], label: Callable[[Iri], str]) -> dict[str, str]:
    """Return every slot of a row as text; identifiers are shortened by the prefixes, and whole where there are none."""
    predicate = PREDICATES[row.relation] if row.relation else "relatedMatch"
    return {
        "record_id": _compact(row.iri, prefixes),
        "subject_id": _compact(row.subject, prefixes),
        "subject_label": "" if row.subject == NO_TERM else label(row.subject),
        "predicate_id": f"skos:{predicate}",
        "predicate_modifier": "Not" if row.relation is Relation.DIS else "",
        "object_id": _compact(row.object, prefixes),
        "object_label": label(row.object),
        "mapping_justification": row.justification,
        "author_label": row.author,
        "reviewer_label": row.reviewer,
        "subject_source_version": row.subject_version,
        "object_source_version": row.object_version,
        "mapping_date": row.created.isoformat() if row.created else "",
        "confidence": "" if row.confidence is None else str(row.confidence),
        "comment": row.comment,
        "relationship": row.relationship,
        "rationale_type": row.rationale_type,
        "rationale": row.rationale,
        "strength": "" if row.strength is None else str(row.strength),
        "covers_elements": "|".join(_compact(element, prefixes) for element in row.covers),
        "touches_elements": "|".join(_compact(element, prefixes) for element in row.touches),
        "except_provisions": "|".join(_compact(part, prefixes) for part in row.exceptions),
        "residual": row.residual,
        "scope_qualifier": row.scope_qualifier,
        "review_state": row.review_state.label,
    }
