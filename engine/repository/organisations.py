"""The organisations of a store: read as they are now, and changed one step at a time."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from engine.errors import BadParameter, Conflict, UnknownName
from engine.integrity import Source
from engine.repository.backend import ORGANISATIONS
from engine.repository.catching_up import bring_up, graphs_of
from engine.repository.journal import DELETED, Change
from engine.vocabulary import GRAPH
from engine.workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from typing import Any

    from engine.content import Content
    from engine.repository.backend import Backend
    from engine.repository.journal import Entry, Journal
    from engine.workspace import Workspace

__all__ = ["Held", "Repeated", "Repository", "graphs_of", "home"]

_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Held:
    """An organisation as the store has it.

    :ivar version: how often it was changed.
    """

    key: str
    version: int
    workspace: Workspace


class Repeated(Exception):
    """An idempotency key was used before.

    :ivar asked: the fingerprint of what was asked then.
    :ivar body: what was answered.
    """

    def __init__(self, asked: str, body: str) -> None:
        self.asked = asked
        self.body = body
        super().__init__("answered before")


class Repository:
    """All organisations of a store, with the shipped content beside them.

    A reader gets one version of an organisation, whole; a writer changes it to the next.
    """

    def __init__(self, content: Content, backend: Backend, journal: Journal) -> None:
        self.content = content
        self.backend = backend
        self.journal = journal
        self._lock = threading.RLock()
        self._held: dict[str, Held] = {}
        if backend.content_hash() != content.hash:
            backend.put_content(content.data, content.hash)
        self._versions = journal.versions()
        self._applied = backend.applied()
        self._catch_up()

    def _catch_up(self) -> None:
        """Apply what the journal has and the store lacks: the last entry, and more where the store did not answer."""
        with self._lock:
            self._behind, behind = False, True
            try:
                for entry in bring_up(self.journal, self.backend, self._applied):
                    self._applied = entry.number
                    self._versions[entry.organisation] = entry.version
                    self._held.pop(entry.organisation, None)
                behind = False
            finally:
                self._behind = behind

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the organisations, sorted."""
        found = {name.removeprefix(ORGANISATIONS).partition("/")[0] for name in self.backend.graphs()}
        return tuple(sorted(found))

    def version(self, key: str) -> int:
        """Return how often an organisation was changed; 0 for one that never was here."""
        return self._versions.get(key, 0)

    def graphs(self, key: str) -> tuple[str, ...]:
        """Return the graphs of an organisation, sorted."""
        return graphs_of(key, self.backend.graphs())

    def quads(self, key: str) -> list[Quad]:
        """Return the statements of an organisation."""
        return self.backend.quads(self.graphs(key))

    def held(self, key: str) -> Held:
        """Return an organisation as it is now; the same value until it changes.

        :raises UnknownName: if there is none of this key.
        """
        held = self._held.get(key)
        if held is not None and held.version == self.version(key) and not self._behind:
            return held
        with self._lock:
            self._not_behind()
            quads = self.quads(key)
            if not quads:
                raise UnknownName("organisation", key, self.keys())
            held = Held(key, self.version(key), self._checked(key, quads))
            self._held[key] = held
            return held

    def _not_behind(self) -> None:
        if self._behind:
            self._catch_up()

    def _checked(self, key: str, quads: Iterable[Quad]) -> Workspace:
        by_graph: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            by_graph[getattr(quad.graph_name, "value", "")].append(quad)
        sources = [Source(name.removeprefix(GRAPH), "", found) for name, found in sorted(by_graph.items())]
        return workspace_of(self.content, key, sources)

    def change(
        self,
        key: str,
        actor: str,
        action: str,
        step: Callable[[Collection[Quad]], tuple[Collection[Quad], Collection[Quad]]],
        *,
        expected: int | None = None,
        detail: Mapping[str, Any] | None = None,
        answer: tuple[str, str, Callable[[int], str]] | None = None,
        check: Callable[[Workspace], None] = lambda _: None,
    ) -> Entry:
        """Change an organisation by one step, and return the entry once it is durable.

        A step that changes nothing leaves the version as it is.

        :param step: from the statements there are to those to take away and those to add.
        :param expected: the version that the caller knows.
        :param answer: an idempotency key, a fingerprint of what was asked, and what is answered at a version.
        :param check: raises if the organisation after it is not as it must be, beside what holds of every one.
        :raises Repeated: if the idempotency key was used before; then nothing is changed.
        :raises Conflict: if the version is another by now.
        :raises BadInput: if the organisation would state what cannot be; then nothing is changed.
        """
        if not _KEY.fullmatch(key):
            raise BadParameter("organisation", key, "a key: small letters, digits and hyphens, at most 64")
        with self._lock:
            self._not_behind()
            said_before = answer and self.journal.answered(actor, answer[0])
            if said_before:
                raise Repeated(*said_before)
            version = self.version(key)
            if expected is not None and expected != version:
                raise Conflict(f"organisation {key}", expected, version)
            before = self.quads(key)
            removed, added = step(before)
            change, workspace = self._resulting(key, before, removed, added)
            if workspace is not None:
                check(workspace)
            following = version + bool(change)
            said = None if answer is None else (answer[0], answer[1], answer[2](following))
            entry = self.journal.append(actor, action, key, following, detail=detail, change=change, answer=said)
            if not change:
                return entry
            self._catch_up()
            if workspace is not None:
                self._held[key] = Held(key, entry.version, workspace)
            return entry

    def _resulting(
        self, key: str, before: Collection[Quad], removed: Collection[Quad], added: Collection[Quad]
    ) -> tuple[Change, Workspace | None]:
        """Return the change as it is written, and the organisation after it; nothing where nothing is left of it."""
        there, gone = set(before), set(removed)
        fresh = [quad for quad in dict.fromkeys(added) if quad not in there or quad in gone]
        left = [*(quad for quad in before if quad not in gone), *fresh]
        for quad in fresh:
            if not graphs_of(key, [getattr(quad.graph_name, "value", "")]):
                remedy = f"name graphs of this organisation, as <{ORGANISATIONS}{key}/assets>"
                raise BadParameter("graph", str(quad.graph_name), f"of organisation {key}; {remedy}")
        workspace = self._checked(key, left) if left else None
        return Change(_lines(gone & there), _lines(fresh)), workspace

    def record(self, actor: str, action: str, key: str = "", detail: Mapping[str, Any] | None = None) -> Entry:
        """Write down something that changed no statement: a denied access, a new key, a download."""
        with self._lock:
            return self.journal.append(actor, action, key, self.version(key), detail=detail)

    def state(self, key: str) -> tuple[int, list[Quad]]:
        """Return the version of an organisation and what it states then.

        :raises UnknownName: if there is none of this key.
        """
        with self._lock:
            quads = self.quads(key)
            if not quads:
                raise UnknownName("organisation", key, self.keys())
            return self.version(key), quads

    def delete(self, key: str, actor: str, expected: int | None = None) -> Entry:
        """Remove all statements of an organisation from the store and from the journal.

        :param expected: the version that the caller knows.
        :raises Conflict: if the version is another by now.

        :raises UnknownName: if there is none of this key.
        """
        with self._lock:
            if not self.graphs(key):
                raise UnknownName("organisation", key, self.keys())
            return self.change(key, actor, DELETED, lambda there: (there, ()), expected=expected)

    def close(self) -> None:
        """Let go of the store and the journal."""
        self.backend.close()
        self.journal.close()


def _lines(quads: Iterable[Quad]) -> bytes:
    """Return statements as N-Quads, sorted."""
    found = sorted(quads, key=str)
    return (serialize(found, format=RdfFormat.N_QUADS) or b"") if found else b""


def home(key: str) -> NamedNode:
    """Return the graph that an organisation has where its statements name none."""
    return NamedNode(f"{ORGANISATIONS}{key}")
