"""State the structure of an act, and where asked its text, as quads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.eurlex.titles import with_lead_in_titles
from engine.vocabulary import BASE, NG, PREFIXES, Namespace, graph, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.eurlex.known import Framework
    from engine.eurlex.model import Act, Part

__all__ = ["date", "header_quads", "home_of", "provision_quads", "structure_quads", "text_quads", "version_quads"]

DCTERMS, ELI, OWL, SKOS, VANN, _RDF, _XSD = (
    Namespace(PREFIXES[prefix]) for prefix in ("dcterms", "eli", "owl", "skos", "vann", "rdf", "xsd")
)
_TYPE = _RDF("type")
_RELEASE = "0.1.0"
_MODIFIED = "2026-11-20"
_LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")


def date(value: str) -> Literal:
    """Return an ISO date as a literal."""
    return Literal(value, datatype=_XSD("date"))


def structure_quads(act: Act, framework: Framework) -> list[Quad]:
    """Return the framework, its version and every part of the act, in the graph of that version.

    Numbers, titles and hierarchy only: the text goes into a graph of its own, see ``text_quads``.
    """
    titled = with_lead_in_titles(act, framework.lead_in_annexes)
    return [
        *header_quads(framework),
        *_framework_quads(framework),
        *version_quads(framework, act.recitals),
        *provision_quads(titled.parts, framework, language=act.language),
    ]


def text_quads(act: Act, framework: Framework) -> list[Quad]:
    """Return the official wording of every part that has its own, in the text graph of version and language."""
    home = graph(f"text/{framework.key}/{framework.version}/{act.language}")
    return [
        Quad(_iri(framework, part), NG.officialText, Literal(part.text, language=act.language), home)
        for part in act.walk()
        if part.text
    ]


def home_of(framework: Framework) -> NamedNode:
    """Return the graph that a framework version stands in."""
    return graph(f"framework/{framework.key}/{framework.version}")


def _iri(framework: Framework, part: Part) -> NamedNode:
    return identifier(f"{framework.key}/{part.path}")


def header_quads(framework: Framework, description: str = "") -> Iterator[Quad]:
    """Yield what the file of a version says of itself."""
    home = home_of(framework)
    formal = (*framework.alternatives, framework.label)[-2 if framework.alternatives else -1]
    said = description or (
        f"Structure of {formal}: numbers, official titles and hierarchy of its parts. "
        "The text is not here; import it from EUR-Lex."
    )
    for predicate, value in (
        (_TYPE, OWL.Ontology),
        (DCTERMS.creator, Literal("The Normgraph developers")),
        (DCTERMS.description, Literal(said, language="en")),
        (DCTERMS.license, _LICENCE),
        (DCTERMS.modified, date(_MODIFIED)),
        (DCTERMS.source, NamedNode(framework.eli)),
        (DCTERMS.title, Literal(f"{framework.label}, structure", language="en")),
        (OWL.versionIRI, NamedNode(f"{BASE}{_RELEASE}/framework/{framework.key}/{framework.version}")),
        (OWL.versionInfo, Literal(_RELEASE)),
        (VANN.preferredNamespacePrefix, Literal("id")),
        (VANN.preferredNamespaceUri, Literal(f"{BASE}id/")),
    ):
        yield Quad(home, predicate, value, home)


def _framework_quads(framework: Framework) -> Iterator[Quad]:
    """Yield what is said of the framework whatever its version."""
    home, subject = home_of(framework), identifier(framework.key)
    yield Quad(subject, _TYPE, NG.Framework, home)
    yield Quad(subject, SKOS.prefLabel, Literal(framework.label, language="en"), home)
    for alternative in framework.alternatives:
        yield Quad(subject, SKOS.altLabel, Literal(alternative, language="en"), home)
    yield Quad(subject, DCTERMS.title, Literal(framework.title, language="en"), home)
    yield Quad(subject, DCTERMS.source, NamedNode(framework.eli), home)
    yield Quad(subject, NG.citationName, Literal(framework.citation_name), home)


def version_quads(framework: Framework, recitals: int) -> Iterator[Quad]:
    """Yield the dates and source of a version; an act read from a consolidated text may come without recitals."""
    home, subject = home_of(framework), identifier(f"{framework.key}/v/{framework.version}")
    yield Quad(subject, _TYPE, NG.FrameworkVersion, home)
    yield Quad(subject, NG.versionOf, identifier(framework.key), home)
    yield Quad(subject, OWL.versionInfo, Literal(framework.version), home)
    yield Quad(subject, NG.validFrom, date(framework.valid_from), home)
    yield Quad(subject, DCTERMS.issued, date(framework.issued), home)
    yield Quad(subject, DCTERMS.source, NamedNode(framework.eli), home)
    if recitals:
        yield Quad(subject, NG.recitals, Literal(recitals), home)


def provision_quads(parts: Iterable[Part], framework: Framework, *, language: str, above: str = "") -> Iterator[Quad]:
    """Yield every part and what is below it; ``above`` is the path of the part they hang from, if any."""
    for part in parts:
        yield from _provision(part, framework, language, above)
        yield from provision_quads(part.children, framework, language=language, above=part.path)


def _provision(part: Part, framework: Framework, language: str, above: str) -> Iterator[Quad]:
    home, subject = home_of(framework), _iri(framework, part)
    parent = f"{framework.key}/{above}" if above else framework.key
    yield Quad(subject, _TYPE, NG.Provision, home)
    yield Quad(subject, NG.inFramework, identifier(framework.key), home)
    yield Quad(subject, NG.directPartOf, identifier(parent), home)
    yield Quad(subject, ELI.type_subdivision, NG(part.kind.value), home)
    yield Quad(subject, SKOS.notation, Literal(f"{framework.citation_name} {part.citation}"), home)
    yield Quad(subject, NG.sortKey, Literal(part.sort_key), home)
    if part.number:
        yield Quad(subject, ELI.number, Literal(part.number), home)
    if part.title:
        yield Quad(subject, SKOS.prefLabel, Literal(part.title, language=language), home)
