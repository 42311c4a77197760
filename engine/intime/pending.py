"""Pending law: a proposed amendment as a set of its own, laid over the law in a separate Knowledge, never mixed in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.errors import UnreadableFile
from engine.graph import Graph, Iri
from engine.intake import read_quads
from engine.integrity import Source
from engine.intime.pending_checks import check_changes, check_pending
from engine.model import ProvisionVersion
from engine.reading import read_framework_versions, read_knowledge, read_provision_versions
from engine.vocabulary import PREFIXES, graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from engine.content import Content
    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.model import FrameworkVersion, Provision, Requirement
    from engine.rules import Window

__all__ = ["Pending", "open_pending"]

_DCT = PREFIXES["dcterms"]


@dataclass(frozen=True)
class Pending:
    """A proposed amendment and the law as it would be if it were adopted as written.

    :ivar home: the named graph of its statements, ``g/pending/<name>``.
    :ivar knowledge: the shipped law with the proposal laid over it; the shipped Knowledge is another object.
    :ivar versions: the versions that it would give to frameworks, by framework.
    """

    name: str
    title: str
    source: str
    home: Iri
    knowledge: Knowledge
    versions: Mapping[Iri, tuple[FrameworkVersion, ...]]

    def with_rows(self, rows: tuple[MappingRow, ...]) -> Pending:
        """Return the proposal with other mapping rows beside it: those of an organisation's own view."""
        return replace(self, knowledge=replace(self.knowledge, rows=rows))

    @property
    def in_force(self) -> date:
        """The day on which all of it would be law."""
        return max(v.valid_from for versions in self.versions.values() for v in versions if v.valid_from)


def open_pending(content: Content, path: Path) -> Pending:
    """Return the proposal that a Turtle file states, beside the shipped law.

    :raises UnreadableFile: if the file is no Turtle.
    :raises BadInput: if it restates what is shipped, leads nowhere, or says something that cannot be.
    """
    if path.suffix.lower() != ".ttl":
        raise UnreadableFile(
            path, None, f"“{path.suffix or path.name}” is not Turtle", "write pending law as a .ttl file"
        )
    name = re.sub(r"[^a-z0-9-]+", "-", path.stem.lower()).strip("-") or "proposal"
    home = graph(f"pending/{name}")
    quads = read_quads(path, home)
    source = Source(path, path.read_text(encoding="utf-8", errors="replace"), quads)
    stated = Graph(source.quads)
    check_pending(source, stated, content)
    versions = {iri: tuple(found) for iri, found in read_framework_versions(stated).items()}
    first = min(version.iri for found in versions.values() for version in found)
    return Pending(
        name=name,
        title=stated.text(first, f"{_DCT}title") or name,
        source=stated.text(first, f"{_DCT}source"),
        home=Iri(home.value),
        knowledge=_adopted(content.knowledge, stated, source),
        versions=versions,
    )


def _adopted(law: Knowledge, stated: Graph, source: Source) -> Knowledge:
    """Return the law with a proposal laid over it: its texts end those before, its windows those they replace."""
    part = read_knowledge(stated)
    texts = read_provision_versions(stated)
    slots = {**law.provisions, **part.provisions}
    check_changes(source, law, slots, texts)
    changed = {iri: _with(slots[iri], text, new=iri in part.provisions) for iri, (text,) in texts.items()}
    framework_versions = read_framework_versions(stated)
    facts = law.fact_properties
    conditions = {iri: replace(c, fact_of=facts.get(c.fact) if c.fact else None) for iri, c in part.conditions.items()}
    return replace(
        law,
        frameworks={
            iri: replace(framework, versions=(*framework.versions, *framework_versions.get(iri, ())))
            for iri, framework in law.frameworks.items()
        },
        provisions={**slots, **changed},
        requirements={**_bound(law, changed), **part.requirements},
        conditions={**law.conditions, **conditions},
        windows=(*_ended(law.windows, part.windows, stated), *part.windows),
        labels={**law.labels, **part.labels},
        homes={**law.homes, **part.homes},
    )


def _with(slot: Provision, text: ProvisionVersion, *, new: bool) -> Provision:
    """Return a slot with its pending text, which ends the one before it.

    A slot that never changed gets its present text as a version, named as the slot is: so it is cited until then.
    """
    shipped = slot.versions or (ProvisionVersion(slot.iri, None, None, ""),)
    ended = (replace(v, valid_until=text.valid_from) if v.valid_until is None else v for v in shipped)
    return replace(slot, versions=(text,) if new else (*ended, text))


def _bound(law: Knowledge, changed: Mapping[Iri, Provision]) -> dict[Iri, Requirement]:
    """Return the shipped requirements, those of a slot that never changed before bound to its present text."""
    return {
        iri: replace(r, version=r.provision) if r.version is None and r.provision in changed else r
        for iri, r in law.requirements.items()
    }


def _ended(shipped: Iterable[Window], pending: Iterable[Window], stated: Graph) -> tuple[Window, ...]:
    ends = {old: window.valid_from for window in pending for old in stated.iris(window.iri, f"{_DCT}replaces")}
    return tuple(replace(window, valid_until=ends.get(window.iri, window.valid_until)) for window in shipped)
