"""Check that what a file states can be: links that lead somewhere, terms that exist, parts without a cycle."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from engine.errors import BadInput
from engine.graph import Graph, Iri
from engine.intake import line_of
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

__all__ = ["Source", "check_links", "check_parts", "check_terms"]

_TYPE = PREFIXES["rdf"] + "type"
_SKOS = PREFIXES["skos"]


class Source(NamedTuple):
    """A file that was read: where it is, what it says as text, and as statements."""

    path: Path
    text: str
    quads: list[Quad]

    def line(self, *needles: str) -> int | None:
        """Return the line of the first needle found: an IRI is also looked for as its last part."""
        forms = [form for needle in needles for form in (needle, NG.local(needle), needle.rpartition("/")[2])]
        return line_of(self.text, *forms)


def check_terms(source: Source, vocabulary: Collection[str]) -> None:
    """Refuse terms in our namespace that our vocabulary does not have.

    :param vocabulary: the IRIs of all our terms.
    :raises BadInput: for the first such term, with the nearest that there is.
    """
    for quad in source.quads:
        for term in (quad.predicate, quad.object):
            if isinstance(term, NamedNode) and term.value.startswith(NG.base) and term.value not in vocabulary:
                near = get_close_matches(term.value, vocabulary, n=1)
                remedy = f"did you mean ng:{NG.local(near[0])}?" if near else "see `normgraph show` for the vocabulary"
                raise BadInput(
                    source.path, source.line(term.value), f"there is no term ng:{NG.local(term.value)}", remedy
                )


_LINKS: dict[str, tuple[str, str]] = {
    "evidences": ("implementation", "record the control implementation, or correct the link"),
    "implementsControl": ("control", "name a control or clause of a loaded framework, as <…/id/iso-42001/A.6.2.4>"),
    "against": ("implementation", "record the control implementation, or correct the link"),
    "treatedBy": ("implementation", "record the control implementation, or correct the link"),
    "ofRequirement": ("requirement", "name a requirement of a loaded framework"),
    "showsPerformanceOf": ("requirement", "name a requirement of a loaded framework"),
    "hasScope": ("scope", "name the organisation or one of its assets"),
    "inRespectOf": ("scope", "name the organisation or one of its assets"),
    "supersedes": ("evidence", "record the older item, or remove the link"),
    "ofEvent": ("event", "record the event, or correct the link"),
    "role": ("role", "name a role of the schemes, as dpv:DataController"),
    "evidenceType": ("evidence type", "name a type of the scheme, as ng:TestResult"),
}


def check_links(sources: Iterable[Source], known: dict[str, Collection[str]]) -> None:
    """Refuse links of an organisation's graph that lead nowhere.

    :param known: per kind of target (``implementation``, ``control``, …) the IRIs that exist.
    :raises BadInput: for the first such link.
    """
    for source in sources:
        for quad in source.quads:
            link = _LINKS.get(NG.local(quad.predicate.value))
            if link is None or link[0] not in known or not isinstance(quad.object, NamedNode | Literal):
                continue
            target = quad.object.value
            if target not in known[link[0]]:
                subject = getattr(quad.subject, "value", "").rpartition("/")[2]
                problem = f"{subject}: there is no {link[0]} {target.removeprefix(ID)}"
                raise BadInput(source.path, source.line(target, subject), problem, link[1])


def check_parts(source: Source) -> None:
    """Refuse a cycle in part-of or in broader.

    :raises BadInput: with the things that go round.
    """
    graph = Graph(source.quads)
    for name, predicate in (
        ("part of", NG.directPartOf),
        ("part of", NG.partOf),
        ("broader", NamedNode(f"{_SKOS}broader")),
    ):
        above = {iri: graph.iris(iri, predicate) for iri in graph}
        cycle = _cycle({iri: wholes for iri, wholes in above.items() if wholes})
        if cycle:
            ring = " → ".join(iri.removeprefix(ID) for iri in cycle)
            line = source.line(cycle[0])
            raise BadInput(source.path, line, f"a cycle in {name}: {ring}", "remove one of these links")


def _cycle(above: dict[Iri, tuple[Iri, ...]]) -> list[Iri]:
    done: set[Iri] = set()
    for start in sorted(above):
        path: list[Iri] = []
        stack = [(start, iter(above[start]))] if start not in done else []
        path += [start] if stack else []
        while stack:
            nearest = next(stack[-1][1], None)
            if nearest is None:
                done.add(stack.pop()[0])
                path.pop()
            elif nearest in path:
                return [*path[path.index(nearest) :], nearest]
            elif nearest in above and nearest not in done:
                stack.append((nearest, iter(above[nearest])))
                path.append(nearest)
    return []
