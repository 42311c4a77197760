"""Write mapping sets as an OSCAL mapping collection (OSCAL 1.2, control mapping model), in JSON.

What the model has a place for stands there; every other slot is a property under our namespace, named as in SSSOM
with hyphens, so that nothing is lost. Equal input gives equal bytes, identifiers included.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from engine.errors import BadParameter
from engine.mapping.rows import NO_TERM, MappingRow
from engine.mapping.sssom_writing import LISTS, cells_of, set_slots
from engine.model import ReviewState
from engine.vocabulary import ID, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from engine.graph import Iri
    from engine.mapping.sssom import MappingSet

__all__ = ["NAMESPACE", "NATIVE", "ONLY_PROPS", "OSCAL_VERSION", "last_day", "write_oscal"]

NAMESPACE = PREFIXES["ng"]
"""The namespace of our properties."""
OSCAL_VERSION = "1.2.1"
NATIVE = ("subject_id", "object_id", "relationship", "rationale_type", "rationale", "confidence")
"""The slots of a row for which a map has a place of its own."""
_DERIVED = ("subject_label", "predicate_id", "predicate_modifier", "object_label")
_ENDS = ("subject_source", "object_source")
ONLY_PROPS = (
    "covers_elements",
    "touches_elements",
    "residual",
    "scope_qualifier",
    "strength",
    "review_state",
    "reviewer_label",
    "author_label",
    "mapping_date",
    "mapping_justification",
    "comment",
    "rationale and exceptions of rows without counterpart",
)
"""What stands in properties of ours: other readers of OSCAL keep it, and do not understand it."""
_UNDATED = date(1970, 1, 1)
_MANUAL = "semapv:ManualMappingCuration"


def last_day(rows: Iterable[MappingRow]) -> date:
    """Return the day of the latest row, which is when the set was last modified; 1 January 1970 if none has a day."""
    return max((row.created for row in rows if row.created), default=_UNDATED)


def write_oscal(mappings: MappingSet, label: Callable[[Iri], str], requirements: Container[Iri]) -> str:
    """Return the JSON text of a mapping collection that holds one mapping set.

    :param label: gives the citation of a provision, control or requirement.
    :param requirements: the ends that are statements of a control in the words of OSCAL; all others are controls.
    :raises BadParameter: if no row maps anything: a collection without a map cannot be.
    """
    rows = sorted(mappings.rows, key=lambda row: (row.subject, row.object))
    mapped = [row for row in rows if row.subject != NO_TERM]
    without = [row for row in rows if row.subject == NO_TERM]
    if not mapped:
        problem = "a form for a set in which nothing is mapped: OSCAL asks for one map at least"
        raise BadParameter("--as", "oscal", problem)
    head = set_slots(mappings.described)
    body = {
        "metadata": _metadata(mappings, rows, head),
        "provenance": _provenance(mappings, rows, mapped),
        "mappings": [_mapping(mappings, mapped, without, head, label, requirements)],
        **({"back-matter": {"resources": [_resource(row, head, label) for row in without]}} if without else {}),
    }
    revision = f"{head['mapping_set_id']}\n{json.dumps(body, sort_keys=True)}"
    document = {"mapping-collection": {"uuid": _uuid(revision), **body}}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def _metadata(mappings: MappingSet, rows: list[MappingRow], head: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": _one_line(mappings.described.title) or mappings.described.set_id,
        "last-modified": f"{last_day(rows).isoformat()}T00:00:00Z",
        "version": _one_line(mappings.described.version) or "unversioned",
        "oscal-version": OSCAL_VERSION,
        "links": [{"href": head["license"], "rel": "license"}],
    }


def _provenance(mappings: MappingSet, rows: list[MappingRow], mapped: list[MappingRow]) -> dict[str, Any]:
    kinds = Counter(row.rationale_type for row in mapped)
    open_ = any(row.review_state < ReviewState.EXPERT_REVIEWED for row in rows)
    return {
        "method": "human" if all(row.justification == _MANUAL for row in rows) else "automation",
        "matching-rationale": min(kinds, key=lambda kind: (-kinds[kind], kind)),
        "status": "draft" if open_ else "complete" if mappings.described.triaged else "not-complete",
        "mapping-description": mappings.described.description or mappings.described.title or mappings.described.set_id,
    }


def _mapping(
    mappings: MappingSet,
    mapped: list[MappingRow],
    without: list[MappingRow],
    head: Mapping[str, str],
    label: Callable[[Iri], str],
    requirements: Container[Iri],
) -> dict[str, Any]:
    described, graph = mappings.described, head["mapping_set_id"]
    gap = [_unmapped(row.object, requirements) for row in without if not row.exceptions]
    return {
        "uuid": _uuid(f"{graph}#mapping"),
        "source-resource": {"type": "catalog", "href": described.subject_source},
        "target-resource": {"type": "catalog", "href": described.object_source},
        "maps": [_map(row, head, label, requirements) for row in mapped],
        "props": list(_props({name: text for name, text in head.items() if name not in _ENDS})),
        **({"target-gap-summary": {"uuid": _uuid(f"{graph}#gap"), "unmapped-controls": gap}} if gap else {}),
    }


def _map(
    row: MappingRow, head: Mapping[str, str], label: Callable[[Iri], str], requirements: Container[Iri]
) -> dict[str, Any]:
    confidence = {} if row.confidence is None else {"confidence-score": {"percentage": float(row.confidence)}}
    return {
        "uuid": _uuid(row.iri),
        "matching-rationale": row.rationale_type,
        "relationship": row.relationship,
        "sources": [_item(row.subject, label, requirements)],
        "targets": [_item(row.object, label, requirements)],
        **confidence,
        "props": list(_props(_own(row, head, label))),
        **({"remarks": row.rationale} if row.rationale else {}),
    }


def _resource(row: MappingRow, head: Mapping[str, str], label: Callable[[Iri], str]) -> dict[str, Any]:
    named = {"object_id": row.object, "relationship": row.relationship, "rationale_type": row.rationale_type}
    confidence = {} if row.confidence is None else {"confidence": str(row.confidence)}
    return {
        "uuid": _uuid(row.iri),
        "title": f"No counterpart: {label(row.object)}",
        **({"description": row.rationale} if row.rationale else {}),
        "props": list(_props({**named, **confidence, **_own(row, head, label)})),
    }


def _own(row: MappingRow, head: Mapping[str, str], label: Callable[[Iri], str]) -> dict[str, str]:
    """Return the slots of a row that a map has no place for; a version that is that of the set is not said again."""
    cells = cells_of(row, {}, label)
    return {
        name: text
        for name, text in cells.items()
        if name not in NATIVE and name not in _DERIVED and text != head.get(name)
    }


def _props(slots: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for name, text in slots.items():
        for value in text.split("|") if name in LISTS else [text]:
            if value.strip():
                yield _prop(name.replace("_", "-"), value)


def _prop(name: str, text: str) -> dict[str, str]:
    """Return a property; its value must be one line, so a text of several stands whole in the remarks."""
    value = _one_line(text)
    return {"name": name, "ns": NAMESPACE, "value": value, **({} if value == text else {"remarks": text})}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _item(iri: Iri, label: Callable[[Iri], str], requirements: Container[Iri]) -> dict[str, Any]:
    props = [_prop("identifier", iri), *([_prop("citation", label(iri))] if label(iri).strip() else [])]
    return {"type": "statement" if iri in requirements else "control", "id-ref": _token(iri), "props": props}


def _token(iri: Iri) -> str:
    """Return an identifier as OSCAL wants it, a token: ``dora/art_5/par_2`` is ``dora.art_5.par_2``."""
    token = re.sub(r"[^-._A-Za-z0-9]", ".", iri.removeprefix(ID))
    return token if re.match(r"[_A-Za-z]", token) else f"_{token}"


def _unmapped(iri: Iri, requirements: Container[Iri]) -> dict[str, Any]:
    children = {} if iri in requirements else {"with-child-controls": "yes"}
    return {**children, "with-ids": [_token(iri)]}
