"""What a store has to be able to do for us: an embedded one, or a SPARQL 1.1 endpoint elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pyoxigraph import NamedNode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pyoxigraph import Quad

    from engine.sandbox.tasks import Answered, Ask, Parse

__all__ = ["APPLIED", "CONTENT", "MARK", "Backend", "update_text"]

MARK = "https://w3id.org/normgraph/g/state"
"""The graph in which a store says which entry of the journal it has applied last, and which content it holds."""
APPLIED = NamedNode("urn:normgraph:state:applied")
CONTENT = NamedNode("urn:normgraph:state:content")


class Backend(Protocol):
    """A store of named graphs."""

    def applied(self) -> int:
        """Return the number of the last entry of the journal that the store has."""

    def content_hash(self) -> str:
        """Return the hash of the shipped content that the store holds; empty where it holds none."""

    def put_content(self, data: bytes, digest: str) -> None:
        """Put the shipped content, as N-Quads, in the place of what there was of it."""

    def apply(self, number: int, removed: Collection[Quad], added: Collection[Quad]) -> None:
        """Take statements away and add others, and remember the number, all in one step."""

    def graphs(self) -> tuple[str, ...]:
        """Return the names of the graphs of organisations, sorted."""

    def quads(self, graphs: Iterable[str]) -> list[Quad]:
        """Return the statements of some graphs."""

    def ask(self, task: Ask) -> Answered:
        """Return the complete answer to a query that was guarded before.

        :raises BadInput: if the text is at fault.
        :raises OverLimit: if it takes too long or too much.
        :raises Busy: if too much is asked at once.
        """

    def parse(self, task: Parse) -> Answered:
        """Return a document as N-Quads, read where it can do no harm.

        :raises BadInput: if the document is at fault.
        :raises OverLimit: if it takes too long or too much.
        :raises Busy: if too much is asked at once.
        """

    def is_ready(self) -> bool:
        """Tell whether the store answers."""

    def close(self) -> None:
        """Let go of the store."""


def update_text(removed: Iterable[Quad], added: Iterable[Quad]) -> str:
    """Return the SPARQL update that takes statements away and adds others; the first hold no blank nodes."""
    parts = (("DELETE DATA", _data(removed)), ("INSERT DATA", _data(added)))
    return " ;\n".join(f"{keyword} {{\n{data}}}" for keyword, data in parts if data)


def _data(quads: Iterable[Quad]) -> str:
    return "".join(f"GRAPH {q.graph_name} {{ {q.subject} {q.predicate} {q.object} }}\n" for q in quads)
