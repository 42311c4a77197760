"""What a store has to be able to do for us: an embedded one, or a SPARQL 1.1 endpoint elsewhere."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from engine.vocabulary import GRAPH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from engine.sandbox.tasks import Answered, Ask, Parse

__all__ = [
    "APPLIED",
    "BLANK",
    "CONTENT",
    "FORM",
    "MARK",
    "ORGANISATIONS",
    "PRESENT_FORM",
    "STALE",
    "STATEMENTS",
    "Backend",
    "Changeable",
    "Readable",
    "chunks",
    "named",
    "nameless",
    "say",
    "update_steps",
    "update_text",
]

MARK = "https://w3id.org/normgraph/g/state"
"""The graph in which a store says which entry of the journal it has applied last, and which content it holds."""
APPLIED = NamedNode("urn:normgraph:state:applied")
CONTENT = NamedNode("urn:normgraph:state:content")
FORM = NamedNode("urn:normgraph:state:form")
"""Which version of our way to store the store follows."""
PRESENT_FORM = 1
"""Since 1 blank nodes of organisations have names."""
STALE = NamedNode("urn:normgraph:state:stale")
"""Whether something was deleted for good whose text the files of the store may still hold."""
ORGANISATIONS = f"{GRAPH}org/"
"""What the names of the graphs of organisations begin with."""
STATEMENTS = 50_000
"""How many statements one update takes away or adds: a transaction of very many takes longer than several."""
BLANK = "https://w3id.org/.well-known/genid/normgraph/"
"""What the name of a blank node begins with inside a store (RDF 1.1 §3.5).

Neither an update nor a second answer can speak of a blank node again. With a name it can be taken away by itself, and
the journal makes the same store of the same entries, however often they are applied.
"""


class Readable(Protocol):
    """What a store tells of the organisations in it."""

    def applied(self) -> int:
        """Return the number of the last entry of the journal that the store has."""

    def graphs(self) -> tuple[str, ...]:
        """Return the names of the graphs of organisations that hold anything, sorted."""

    def quads(self, graphs: Iterable[str]) -> list[Quad]:
        """Return the statements of some graphs."""


class Changeable(Readable, Protocol):
    """A store that follows the journal."""

    def apply(self, number: int, removed: Collection[Quad], added: Collection[Quad]) -> None:
        """Take statements away and add others, and remember the number, all in one step.

        To do so again changes nothing more.
        """

    def fill(self, number: int, quads: Collection[Quad]) -> None:
        """Put what a backup has into an empty store, and remember the number."""

    def forget(self) -> None:
        """Remember that something was deleted for good: see to it that no file keeps its text, where the store can."""

    def close(self) -> None:
        """Let go of the store."""


class Backend(Changeable, Protocol):
    """A store of named graphs."""

    def content_hash(self) -> str:
        """Return the hash of the shipped content that the store holds; something else where it is not whole."""

    def put_content(self, data: bytes, digest: str) -> None:
        """Put the shipped content, as N-Quads, in the place of what there was of it."""

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


def update_text(removed: Iterable[Quad], added: Iterable[Quad]) -> str:
    """Return the SPARQL update that takes statements away and adds others; none holds a blank node."""
    parts = [("DELETE DATA", removed), ("INSERT DATA", added)]
    return " ;\n".join(
        f"{keyword} {{ GRAPH {home} {{\n{triples}}} }}" for keyword, quads in parts for home, triples in _data(quads)
    )


def update_steps(number: int, removed: Iterable[Quad], added: Iterable[Quad], most: int = STATEMENTS) -> list[str]:
    """Return the updates that make the change of an entry: one, unless it has more statements than one should have.

    The last of them says that the store has the entry; to run all of them again changes nothing more.
    """
    gone, fresh = [*map(named, removed)], [*map(named, added)]
    if len(gone) + len(fresh) <= most:
        steps = [update_text(gone, fresh)]
    else:
        parts = [update_text(chunk, ()) for chunk in chunks(gone, most)]
        steps = [*parts, *(update_text((), chunk) for chunk in chunks(fresh, most))]
    return [*steps[:-1], " ;\n".join(filter(None, (steps[-1], say(APPLIED, str(number)))))]


def chunks(quads: Sequence[Quad], most: int) -> Iterator[Sequence[Quad]]:
    """Yield statements so many at a time."""
    return (quads[start : start + most] for start in range(0, len(quads), most))


def _data(quads: Iterable[Quad]) -> list[tuple[str, str]]:
    """Return each graph with its statements: a graph an operation is what every store understands."""
    by_graph: dict[str, list[str]] = defaultdict(list)
    for quad in quads:
        by_graph[str(quad.graph_name)].append(f"{quad.subject} {quad.predicate} {quad.object} .\n")
    return sorted((home, "".join(triples)) for home, triples in by_graph.items())


def say(predicate: NamedNode, value: str) -> str:
    """Return the update that lets the store say one thing in the place of another."""
    place = f"GRAPH <{MARK}> {{ <{MARK}> {predicate} "
    return f"DELETE WHERE {{ {place} ?before }} }} ;\nINSERT DATA {{ {place} {Literal(value)} }} }}"


def named(quad: Quad) -> Quad:
    """Return a statement with names for its blank nodes, as a store holds it."""
    return Quad(_named(quad.subject), quad.predicate, _named(quad.object), quad.graph_name)


def _named(term: Any) -> Any:
    return NamedNode(BLANK + term.value) if isinstance(term, BlankNode) else term


def nameless(quad: Quad) -> Quad:
    """Return a statement as it was before its blank nodes got names."""
    return Quad(_nameless(quad.subject), quad.predicate, _nameless(quad.object), quad.graph_name)


def _nameless(term: Any) -> Any:
    if isinstance(term, NamedNode) and term.value.startswith(BLANK):
        label = term.value.removeprefix(BLANK)
        return BlankNode(label) if _LABEL.fullmatch(label) else term
    return term


_LABEL = re.compile(r"\w(?:[\w.-]*[\w-])?", re.ASCII)
"""What a label can be; what begins like a name given here and ends in none is somebody's IRI."""
