"""An organisation beside the content: its files read, checked and turned into values, or refused with one message."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.citations import CitationIndex
from engine.errors import BadInput, UnreadableFile
from engine.graph import Graph, Iri
from engine.intake import FORMATS, line_of, read_quads
from engine.integrity import Source, check_links, check_parts, check_records, check_terms, check_values, with_days
from engine.mapping.overlay import Overlay, read_overlay
from engine.mapping.rows import rows_of
from engine.model import State
from engine.organisation import ASSET_CLASSES, organisations_of, read_organisation
from engine.resources import EXAMPLES, example_files
from engine.vocabulary import GRAPH, NG, graph

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from pyoxigraph import Quad, Store

    from engine.content import Content
    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["Workspace", "is_reserved", "link_targets", "open_organisation", "slug", "workspace_of"]


@dataclass(frozen=True)
class Workspace:
    """The content and one organisation's statements."""

    content: Content
    name: str
    quads: tuple[Quad, ...]
    organisation: Organisation
    overlay: Overlay

    @cached_property
    def records(self) -> Graph:
        """What the organisation states, by subject."""
        return Graph(self.quads)

    @cached_property
    def citations(self) -> CitationIndex:
        """The index of citations of the loaded frameworks."""
        return CitationIndex.of(self.content.knowledge)

    def knowledge(self, day: date) -> Knowledge:
        """Return the shipped knowledge with the mappings as the organisation sees them on a day."""
        shipped = self.content.knowledge
        return replace(shipped, rows=self.overlay.over(shipped.rows, day)) if self.overlay else shipped

    def store(self) -> Store:
        """Return a store of the content and the organisation."""
        return self.content.store(self.quads)


def open_organisation(content: Content, name: str) -> Workspace:
    """Return the workspace of an organisation: a bundled example by name, an RDF file, or a folder of RDF files.

    :raises UnreadableFile: if a file is not well formed or unsafe.
    :raises BadInput: if what the files state cannot be.
    """
    paths = example_files(name) if name in EXAMPLES else _paths(Path(name))
    key = slug(name) or "organisation"
    return workspace_of(content, key, [_source(path, key, single=len(paths) == 1) for path in paths])


def workspace_of(content: Content, key: str, read: Sequence[Source]) -> Workspace:
    """Return the workspace of the one organisation that some sources describe.

    :param key: the name of the organisation below ``g/org/``.
    :raises BadInput: if what the sources state cannot be.
    """
    datatypes = content.fact_datatypes
    sources = [with_days(source, datatypes) for source in read]
    for source in sources:
        check_terms(source, content.terms)
    quads = tuple(quad for source in sources for quad in source.quads)
    records = Graph(quads)
    check_parts(sources, records)
    check_records(sources, records)
    check_values(sources, records, datatypes)
    iri = _the_organisation(sources, records)
    check_links(sources, link_targets(content, records, iri), content.concept_facts)
    organisation = read_organisation(records, iri, content.knowledge.fact_properties)
    return Workspace(content, key, quads, organisation, read_overlay(records))


def slug(name: str) -> str:
    """Return the name of a file or folder as part of an IRI; empty where nothing of it can be."""
    return re.sub(r"[^a-z0-9-]+", "-", Path(name).stem.lower()).strip("-")


def _paths(path: Path) -> list[Path]:
    try:
        if not path.exists():
            remedy = f"name an RDF file ({', '.join(FORMATS)}), a folder of them, or an example: {', '.join(EXAMPLES)}"
            raise UnreadableFile(path, None, "is not there", remedy)
        if not path.is_dir():
            return [path]
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in FORMATS)
    except OSError as error:
        raise UnreadableFile(path, None, error.strerror or "cannot be read", "check the path and its rights") from error
    if not found:
        raise UnreadableFile(path, None, "holds no RDF file", f"put files ending in {', '.join(FORMATS)} there")
    return found


def _source(path: Path, key: str, *, single: bool) -> Source:
    home = graph(f"org/{key}" if single else f"org/{key}/{slug(path.name) or 'records'}")
    quads = read_quads(path, home)
    named = (getattr(quad.graph_name, "value", "") for quad in quads)
    foreign = next(filter(is_reserved, named), "")
    if foreign:
        text = path.read_text(encoding="utf-8", errors="replace")
        problem = f"the graph {foreign} is one of the shipped content"
        raise BadInput(path, line_of(text, foreign), problem, f"name graphs of your own, as <{GRAPH}org/{key}/assets>")
    return Source(path, path.read_text(encoding="utf-8", errors="replace"), quads)


def is_reserved(graph_name: str) -> bool:
    """Tell whether a named graph is of ours: what stands there is not for an organisation's file to say."""
    return graph_name.startswith(GRAPH) and not graph_name.startswith(f"{GRAPH}org/")


def _the_organisation(sources: Sequence[Source], records: Graph) -> Iri:
    found = organisations_of(records)
    if len(found) == 1:
        return found[0]
    source = sources[0]
    if not found:
        remedy = "add one: <…> a org:FormalOrganization ; skos:prefLabel “…”@en"
        raise BadInput(source.path, None, "no organisation is described", remedy)
    second = next((s for s in sources if s.line(found[1])), source)
    problem = f"{len(found)} organisations are described: {', '.join(iri.rpartition('/')[2] or iri for iri in found)}"
    raise BadInput(second.path, second.line(found[1]), problem, "keep one organisation a file or folder")


def link_targets(content: Content, records: Graph, organisation: Iri) -> dict[str, Collection[str]]:
    """Return per kind of target what links of an organisation's records may lead to."""
    knowledge = content.knowledge
    things = {kind: set(records.instances(NG(kind))) for kind in ("ControlImplementation", "Evidence", "Event")}
    belonging = {iri for iri in records if records.iris(iri, NG.belongsTo)}
    types = content.graph.instances(NG.EvidenceType)
    known: dict[str, Collection[str]] = {
        "implementation": things["ControlImplementation"],
        "control": knowledge.provisions,
        "legal basis": knowledge.provisions,
        "requirement": knowledge.requirements,
        "scope": {organisation, *belonging, *things["Event"]},
        "evidence": things["Evidence"],
        "event": things["Event"],
        "state": {NG(state.value).value for state in State},
        "class of assets": {NG(name).value for name in ASSET_CLASSES},
        "agent": set(records),
        "concept": set(content.graph),
        "risk type": {*content.graph.instances(NG.RiskType), *records.instances(NG.RiskType)},
        "mapping row": {row.iri for row in (*knowledge.rows, *rows_of(records))},
        "role": {iri for iri, scheme in knowledge.schemes.items() if "roles" in scheme},
    }
    return {**known, "evidence type": types} if types else known
