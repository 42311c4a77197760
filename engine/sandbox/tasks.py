"""What a worker is asked to do, and what it answers: values that go through a pipe."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Answered", "Ask", "Limits", "Parse", "Refused"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take.

    :ivar seconds: of the clock on the wall; then the worker is killed.
    :ivar memory: bytes of address space of a worker.
    :ivar rows: of a table or a graph that is returned.
    :ivar size: bytes of an answer.
    """

    seconds: float = 10.0
    memory: int = 2 << 30
    rows: int = 100_000
    size: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Ask:
    """A query over some graphs of the snapshot, guarded before.

    :ivar default_graphs: the graphs whose union is the default graph.
    :ivar named_graphs: the graphs that GRAPH can see.
    :ivar form: the media type that is wanted.
    :ivar base: what relative IRIs of the query are relative to.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    form: str
    limits: Limits = field(default_factory=Limits)
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Parse:
    """A document to be read as RDF; the answer is N-Quads.

    :ivar form: its media type.
    :ivar graph: where statements go that stand in no graph.
    :ivar name: what messages call it.
    :ivar base: what its relative IRIs are relative to.
    """

    data: bytes
    form: str
    graph: str
    name: str = "document"
    base: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Answered:
    """A complete answer."""

    form: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no answer.

    :ivar kind: ``input`` where the text is at fault, ``limit`` where the answer is too large, ``late`` where it took
        too long.
    """

    kind: str
    problem: str
    remedy: str
    line: int | None = None
