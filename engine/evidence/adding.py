"""Record an item of evidence, or its approval, in an organisation's own files: checked first, logged, then written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from engine.errors import BadInput, BadParameter
from engine.evidence.chain import Deed, Entry
from engine.evidence.checking import findings_about, to_do
from engine.evidence.custody import SEALED_BY, Records, append, entry_iri, read_custody
from engine.graph import Iri
from engine.mapping.recording import home_of, rewrite, slug, sole_writer
from engine.vocabulary import NG, PREFIXES, graph
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime
    from pathlib import Path

    from engine.content import Content
    from engine.model import Evidence
    from engine.workspace import Workspace

__all__ = ["REGISTER", "Draft", "Recorded", "add_item", "approve_item", "timestamp"]

REGISTER = "evidence-register.ttl"
"""The file beside the records into which items and approvals are written; other files are only read."""
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
_LABEL = NamedNode(f"{PREFIXES['skos']}prefLabel")
_ISSUED = NamedNode(f"{PREFIXES['dcterms']}issued")
_DATE = NamedNode(f"{PREFIXES['xsd']}date")


@dataclass(frozen=True, slots=True)
class Draft:
    """An item of evidence that is to be recorded."""

    file: Path
    label: str
    location: str
    sha256: str
    evidence_type: Iri
    outcome: Iri
    implementations: tuple[Iri, ...]
    issued: date
    valid_until: date
    collected_by: Iri
    approved_by: tuple[Iri, ...] = ()
    respects: tuple[Iri, ...] = ()
    supersedes: tuple[Iri, ...] = ()
    period_from: date | None = None
    period_until: date | None = None

    def named(self, home: str) -> Iri:
        """Return the identifier of the item: the same file that evidences the same gets the same."""
        said = (self.sha256, self.evidence_type, self.implementations, self.respects, self.issued)
        digest = hashlib.sha256(repr(tuple(map(str, said))).encode()).hexdigest()
        return Iri(f"{home}evidence/{slug(self.label)[:60].strip('-')}-{digest[:8]}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded.

    :ivar to_do: what is still to be added before the item counts.
    :ivar entries: what was added to the chain of custody.
    """

    item: Iri
    file: Path
    to_do: tuple[str, ...]
    entries: tuple[Entry, ...]


def timestamp(moment: datetime) -> str:
    """Return a moment as the log writes it.

    :param moment: in UTC.
    """
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def add_item(content: Content, folder: Path, wanted: Callable[[Workspace], Draft], at: datetime) -> Recorded:
    """Record an item of evidence; others who write into the folder wait until it is read, checked and written.

    :param wanted: is given the organisation as it stands then, and returns the item.
    :raises BadInput: if the item breaks a shape of evidence, or is recorded already.
    """
    with sole_writer(folder / REGISTER):
        workspace = open_organisation(content, str(folder))
        draft = wanted(workspace)
        home = home_of(workspace.organisation.iri)
        item = draft.named(home)
        if any(item == evidence.iri for evidence in workspace.organisation.evidence):
            problem = f"is recorded already, as {item}"
            raise BadInput(draft.file, None, problem, "approve it with `normgraph evidence approve`, or add another")
        _refuse_other_scopes(workspace, draft)
        said = tuple(_triples(NamedNode(item), draft))
        left = _checked(workspace, said, item, draft.issued, draft.file)
        record = Records(_quads(said)).hash(item)
        agents = [(Deed.COLLECTED, draft.collected_by), *((Deed.APPROVED, by) for by in draft.approved_by)]
        entries = [Entry(did, by, timestamp(at), item, record, draft.sha256) for did, by in agents]
        if draft.approved_by:
            entries += _superseded(workspace, item, draft.supersedes, draft.approved_by[0], at)
        made = append(folder, entries)
        sealed = Triple(NamedNode(item), SEALED_BY, NamedNode(entry_iri(home, made[0].hash)))
        rewrite(folder / REGISTER, (*said, sealed), base=home)
        return Recorded(item, folder / REGISTER, left, made)


def approve_item(
    content: Content, folder: Path, wanted: Callable[[Workspace], tuple[Evidence, Iri]], at: datetime
) -> Recorded:
    """Record that somebody approved an item as it stands, also one that was edited after an earlier approval.

    :param wanted: is given the organisation as it stands then, and returns the item and who approves it.
    :raises BadInput: if the item breaks a shape of evidence: its collector approves it, or something is missing.
    """
    with sole_writer(folder / REGISTER):
        workspace = open_organisation(content, str(folder))
        evidence, by = wanted(workspace)
        said = (Triple(NamedNode(evidence.iri), NG.approvedBy, NamedNode(by)),)
        left = _checked(workspace, said, evidence.iri, evidence.issued, folder / REGISTER)
        record = Records((*workspace.quads, *_quads(said))).hash(evidence.iri)
        approved = Entry(Deed.APPROVED, by, timestamp(at), evidence.iri, record, evidence.sha256)
        logged = {(e.item, e.successor) for e in read_custody(folder).entries if e.did is Deed.SUPERSEDED}
        older = [old for old in evidence.supersedes if (old, evidence.iri) not in logged]
        made = append(folder, (approved, *_superseded(workspace, evidence.iri, older, by, at)))
        rewrite(folder / REGISTER, said, base=home_of(workspace.organisation.iri))
        return Recorded(evidence.iri, folder / REGISTER, left, made)


def _superseded(workspace: Workspace, item: Iri, older: Iterable[Iri], by: Iri, at: datetime) -> list[Entry]:
    """Return the entries that say which items an approved one takes the place of."""
    records = Records(workspace.quads)
    return [Entry(Deed.SUPERSEDED, by, timestamp(at), old, records.hash(old), successor=item) for old in older]


def _refuse_other_scopes(workspace: Workspace, draft: Draft) -> None:
    organisation = workspace.organisation
    scopes = {s for i in organisation.implementations if i.iri in draft.implementations for s in i.scopes}
    if organisation.iri in scopes:
        scopes |= organisation.assets.keys()
    for asset in draft.respects:
        if asset not in scopes:
            expected = "in the scope of what the file evidences; add it to ng:hasScope there, or name another asset"
            raise BadParameter("--asset", organisation.labels.get(asset, asset), expected)


def _checked(workspace: Workspace, said: Iterable[Triple], item: Iri, day: date | None, file: Path) -> tuple[str, ...]:
    """Return what others have still to add to an item.

    :param file: what to name where it is refused.
    :raises BadInput: if it breaks a shape of evidence otherwise.
    """
    name = workspace.organisation.labels.get(item) or item.rpartition("/")[2]
    return to_do(findings_about(workspace, _quads(said), item, day), name, file)


def _quads(said: Iterable[Triple]) -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object, graph("org/register")) for t in said]


def _triples(item: NamedNode, draft: Draft) -> Iterator[Triple]:
    yield Triple(item, _TYPE, NG.Evidence)
    yield Triple(item, _LABEL, Literal(draft.label, language="en"))
    yield Triple(item, NG.evidenceType, NamedNode(draft.evidence_type))
    yield Triple(item, NG.outcome, NamedNode(draft.outcome))
    yield Triple(item, NG.location, Literal(draft.location))
    yield Triple(item, NG.sha256, Literal(draft.sha256))
    yield Triple(item, NG.collectedBy, NamedNode(draft.collected_by))
    for predicate, iris in (
        (NG.evidences, draft.implementations),
        (NG.approvedBy, draft.approved_by),
        (NG.inRespectOf, draft.respects),
        (NG.supersedes, draft.supersedes),
    ):
        yield from (Triple(item, predicate, NamedNode(iri)) for iri in iris)
    days = (
        (_ISSUED, draft.issued),
        (NG.validUntil, draft.valid_until),
        (NG.periodFrom, draft.period_from),
        (NG.periodUntil, draft.period_until),
    )
    yield from (Triple(item, predicate, Literal(str(day), datatype=_DATE)) for predicate, day in days if day)
