"""The records of an organisation on disk, and their results: a change is checked, kept and counted before it returns.

Oxigraph's own flush takes longer than a change may (decision 32). So a change is first appended to a log and flushed
there, then carried out in the store in one transaction; the log is emptied when the store has been flushed. Opening the
book carries the log out again, which changes nothing where that had been done.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from engine.errors import UnreadableFile
from engine.graph import Graph
from engine.integrity import Source
from engine.live.change import Change
from engine.live.gate import Gate
from engine.live.live import Live
from engine.live.log import Log
from engine.live.shapes import RecordShapes
from engine.organisation import records_of
from engine.store import open_store
from engine.vocabulary import NG, PREFIXES, graph
from engine.workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from pathlib import Path
    from typing import Self

    from pyoxigraph import Quad

    from engine.content import Content
    from engine.coverage.values import Policy
    from engine.graph import Iri
    from engine.live.live import Changed
    from engine.shacl.results import ValidationResult
    from engine.workspace import Workspace

__all__ = ["Book", "Kept", "lay_down"]

_RECORDS = frozenset(
    NG(name).value for name in ("ControlImplementation", "Evidence", "Finding", "Judgement", "Override")
)
_STRUCTURE = frozenset((NG.belongsTo.value, NG.directPartOf.value, NG.partOf.value, PREFIXES["skos"] + "broader"))
"""What makes a record part of something else: then the whole organisation is read again."""
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_LABEL = PREFIXES["skos"] + "prefLabel"
_REOPEN = "see that the disk has room, then open the records again: the change is in the log"
_FOLD = 16 * 1024 * 1024
"""How long the log gets before the store is flushed, in bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a change that is on the disk.

    :ivar changed: the results that are others now.
    :ivar findings: what the evidence shapes ask to be added to the records of the change.
    """

    changed: tuple[Changed, ...]
    findings: tuple[ValidationResult, ...]


def lay_down(folder: Path, workspace: Workspace) -> None:
    """Lay down the records of an organisation in a new folder.

    :raises UnreadableFile: if a book is there already, or the folder cannot be written to.
    """
    store = open_store(folder / "store")
    if len(store):
        raise UnreadableFile(folder, None, "holds records already", "open them, or name another folder")
    store.bulk_extend(workspace.quads)
    store.flush()


class Book:
    """The records in a folder, open to one process, with their current results as :attr:`live`.

    :raises UnreadableFile: if there is no book, another process has it open, or it is damaged.
    :raises BadInput: if what it states cannot be.
    """

    def __init__(self, content: Content, folder: Path, day: date, policy: Policy | None = None) -> None:
        if not (folder / "store").exists():
            raise UnreadableFile(folder, None, "holds no records", "lay them down there first")
        self._content = content
        self._folder = folder
        self._store = open_store(folder / "store")
        self._log = Log(folder / "changes.log")
        for entry in self._log.entries:
            self._store.update(Change.read(entry).update())
        self._fold()
        self._shapes = RecordShapes(content)
        workspace = self._workspace(self._store)
        self.live = Live(content.knowledge, workspace.organisation, day, policy, workspace.overlay)
        self._gate = self._new_gate(workspace)

    def _workspace(self, quads: Iterable[Quad]) -> Workspace:
        return workspace_of(self._content, self._folder.name, [Source(self._folder, "", list(quads))])

    def _new_gate(self, workspace: Workspace) -> Gate:
        return Gate(self._content, Graph(workspace.quads), workspace.organisation.iri, self._folder)

    def commit(self, change: Change) -> Kept:
        """Check a change, keep it, and return what it changes once it is on the disk.

        Nothing is kept of a change that is refused. What the evidence shapes find is told and refuses nothing: evidence
        may be recorded before it is approved.

        :raises BadInput: if what the change states cannot be.
        :raises UnreadableFile: if it cannot be written; then close the book and open it again.
        """
        change = self._gate.tidied(change, graph(f"org/{self._folder.name}/records"))
        count = self._record(change) if self._is_few(change) else self._organisation(change)
        findings = self._shapes.findings(change, self._store, self.live.day)
        self._log.append(change.written())
        self._carry_out(change)
        kept = Kept(count(), findings)
        if self._log.size > _FOLD:
            self._fold()
        return kept

    def _is_few(self, change: Change) -> bool:
        """Tell whether a change is one of records that states rest on, and of nothing else."""
        if any(quad.predicate.value in _STRUCTURE for quad in change.quads):
            return False
        return all(kinds and kinds <= _RECORDS for kinds in map(partial(self._kinds, change), change.subjects))

    def _kinds(self, change: Change, iri: Iri) -> set[str]:
        """Return what a thing is, before or after a change."""
        before = self._store.quads_for_pattern(NamedNode(iri), _TYPE, None)
        return {getattr(quad.object, "value", "") for quad in before} | set(change.graph.iris(iri, _TYPE))

    def _record(self, change: Change) -> Callable[[], tuple[Changed, ...]]:
        """Check a change of single records; return what counts it."""
        self._gate.check(change, self._store)
        records = tuple(records_of(change.graph))
        labels = {iri: change.graph.text(iri, _LABEL) for iri in change.graph}

        def count() -> tuple[Changed, ...]:
            self._gate.passed(change)
            return self.live.change(records, change.dropped, labels)

        return count

    def _organisation(self, change: Change) -> Callable[[], tuple[Changed, ...]]:
        """Check the whole organisation as it is after a change; return what counts it."""
        kept = [quad for quad in self._store if getattr(quad.subject, "value", "") not in change.subjects]
        workspace = self._workspace([*kept, *change.quads])

        def count() -> tuple[Changed, ...]:
            self._gate = self._new_gate(workspace)
            return self.live.tell(workspace.organisation, workspace.overlay)

        return count

    def _carry_out(self, change: Change) -> None:
        before = (quad for iri in change.subjects for quad in self._store.quads_for_pattern(NamedNode(iri), None, None))
        try:
            self._store.update(change.difference(before))
        except OSError as error:
            self._log.close()
            raise UnreadableFile(self._folder, None, f"the store cannot be written: {error}", _REOPEN) from error

    def _fold(self) -> None:
        """Flush the store and empty the log, whose changes are in it."""
        self._store.flush()
        self._log.clear()

    def close(self) -> None:
        """Flush the store and let another process open the book."""
        self._fold()
        self._log.close()
        del self._store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
