"""Read OSCAL mapping collections: ours without loss, those of others as far as a row can say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import BadInput, UnreadableFile
from engine.intake import line_of
from engine.mapping.oscal import NAMESPACE
from engine.mapping.rows import NO_TERM
from engine.mapping.sssom import REQUIRED, MappingSet, RawSet, assemble
from engine.mapping.sssom_json import raw_sssom_json, read_json
from engine.vocabulary import ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["raw_mapping_json", "read_mapping_json", "read_oscal"]

_ROOT = "mapping-collection"
_OSCAL = "http://csrc.nist.gov/ns/oscal"


def read_mapping_json(path: Path) -> MappingSet:
    """Return the mapping set of a JSON file, be it SSSOM or an OSCAL mapping collection.

    :raises UnreadableFile: if it is neither.
    :raises BadInput: if a row says something that cannot be.
    """
    raw = raw_mapping_json(path)
    return assemble(path, raw.metadata, raw.numbered)


def raw_mapping_json(path: Path) -> RawSet:
    """Return the metadata and the cells of a JSON file, be it SSSOM or an OSCAL mapping collection.

    :raises UnreadableFile: if it is neither.
    """
    text, document = read_json(path)
    if isinstance(document, dict) and _ROOT in document:
        return _collection(path, text, document[_ROOT])
    return raw_sssom_json(path, text, document)


def read_oscal(path: Path) -> MappingSet:
    """Return the mapping set of an OSCAL mapping collection.

    :raises UnreadableFile: if it is no such file.
    :raises BadInput: if a map says something that cannot be, or that no row can say.
    """
    text, document = read_json(path)
    if not isinstance(document, dict) or _ROOT not in document:
        raise UnreadableFile(path, 1, f"there is no {_ROOT}", "hand in a mapping collection of OSCAL 1.2")
    raw = _collection(path, text, document[_ROOT])
    return assemble(path, raw.metadata, raw.numbered)


def _collection(path: Path, text: str, collection: Any) -> RawSet:
    place = _Place(path, text, _ROOT)
    whole = place.object(collection)
    found = whole.get("mappings")
    mappings = found if isinstance(found, list) else [found]
    if len(mappings) != 1:
        problem = f"{len(mappings)} mappings are in one collection"
        raise UnreadableFile(path, None, problem, "hand in a file for each: a mapping set joins two frameworks")
    mapping = place.object(mappings[0], "mappings")
    metadata = _metadata(place, whole, mapping)
    numbered = [*_maps(place, whole, mapping), *_without(place, whole)]
    return RawSet(metadata, numbered)


class _Place:
    """Where in the file something stands, for messages; a part is found by its identifier."""

    def __init__(self, path: Path, text: str, name: str) -> None:
        self.path, self.text, self.name = path, text, name

    def line(self, part: Mapping[str, Any]) -> int:
        uuid = part.get("uuid")
        return (line_of(self.text, uuid) if isinstance(uuid, str) else None) or 1

    def object(self, part: Any, name: str = _ROOT) -> dict[str, Any]:
        if not isinstance(part, dict):
            raise UnreadableFile(self.path, line_of(self.text, f'"{name}"'), f"{name} is no object", "see OSCAL 1.2")
        return part

    def list(self, part: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        found = part.get(name, [])
        if not isinstance(found, list) or not all(isinstance(member, dict) for member in found):
            raise UnreadableFile(self.path, self.line(part), f"{name} is no list of objects", "see OSCAL 1.2")
        return found


def _props(place: _Place, part: Mapping[str, Any]) -> dict[str, str]:
    """Return our properties of a part by slot, several values of one slot joined as SSSOM joins them."""
    said: dict[str, list[str]] = {}
    for prop in place.list(part, "props"):
        if prop.get("ns") == NAMESPACE:
            said.setdefault(_text(prop, "name").replace("-", "_"), []).append(
                _text(prop, "remarks") or _text(prop, "value")
            )
    return {name: "|".join(texts) for name, texts in said.items()}


def _text(part: Mapping[str, Any], name: str) -> str:
    found = part.get(name)
    return found if isinstance(found, str) else ""


def _metadata(place: _Place, whole: Mapping[str, Any], mapping: dict[str, Any]) -> dict[str, Any]:
    told, provenance = (place.object(whole.get(name, {}), name) for name in ("metadata", "provenance"))
    ends = {name: place.object(mapping.get(f"{name}-resource"), f"{name}-resource") for name in ("source", "target")}
    own = _props(place, mapping)
    foreign = {
        "mapping_set_id": f"oscal/{_text(whole, 'uuid')}",
        "mapping_set_version": _text(told, "version"),
        "mapping_set_title": _text(told, "title"),
        "mapping_set_description": _text(provenance, "mapping-description"),
    }
    return {
        **(own if own.get("mapping_set_id") else {**foreign, **own}),
        "subject_source": _text(ends["source"], "href"),
        "object_source": _text(ends["target"], "href"),
        "curie_map": {},
    }


def _maps(place: _Place, whole: Mapping[str, Any], mapping: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, str]]]:
    kinds = (
        _text(mapping, "matching-rationale"),
        _text(place.object(whole.get("provenance", {})), "matching-rationale"),
    )
    hrefs = [_text(place.object(mapping.get(name)), "href") for name in ("source-resource", "target-resource")]
    for part in place.list(mapping, "maps"):
        line = place.line(part)
        if _text(part, "ns") not in ("", _OSCAL):
            problem = f"the relationship is one of {_text(part, 'ns')}"
            raise BadInput(place.path, line, problem, f"use those of OSCAL: leave ns out, or write {_OSCAL}")
        yield (
            line,
            {
                "subject_id": _end(place, part, "sources", hrefs[0]),
                "object_id": _end(place, part, "targets", hrefs[1]),
                "relationship": _text(part, "relationship"),
                "rationale_type": _text(part, "matching-rationale") or kinds[0] or kinds[1],
                "rationale": _text(part, "remarks"),
                "confidence": _confidence(place, part),
                **_own(place, part),
            },
        )


def _own(place: _Place, part: Mapping[str, Any]) -> dict[str, str]:
    return {"review_state": "proposed", **_props(place, part)}


def _confidence(place: _Place, part: Mapping[str, Any]) -> str:
    score = place.object(part.get("confidence-score", {}), "confidence-score")
    return str(score.get("percentage", ""))


def _end(place: _Place, part: Mapping[str, Any], name: str, href: str) -> str:
    items = place.list(part, name)
    if len(items) != 1:
        problem = f"the map has {len(items)} {name}"
        remedy = "write one map for each pair: what holds of several together need not hold of each"
        raise BadInput(place.path, place.line(part), problem, remedy)
    named = _text(items[0], "id-ref")
    identifier = _props(place, items[0]).get("identifier") or named
    whole = identifier if _is_address(identifier) else f"{href.rstrip('/')}/{identifier}"
    if not _is_address(whole):
        problem = f"“{named}” in {name} is of “{href}”, which is no framework that is known"
        remedy = f"name the framework by its address, as {ID}dora"
        raise BadInput(place.path, place.line(part), problem, remedy)
    return whole


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _without(place: _Place, whole: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows without counterpart, which stand among the resources."""
    matter = place.object(whole.get("back-matter", {}), "back-matter")
    for resource in place.list(matter, "resources"):
        own = _own(place, resource)
        if own.get("object_id"):
            empty = dict.fromkeys(REQUIRED, "")
            yield (
                place.line(resource),
                {**empty, **own, "subject_id": NO_TERM, "rationale": _text(resource, "description")},
            )
