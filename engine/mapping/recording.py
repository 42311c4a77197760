"""Write what a person decides about mapping rows into an organisation's own files, and nothing else."""

from __future__ import annotations

import hashlib
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from engine.errors import BadParameter, UnreadableFile
from engine.graph import Iri
from engine.locks import alone
from engine.mapping.reviews import Decision, Review, content_hash
from engine.mapping.rows import row_quads
from engine.turtle import format_turtle, read_base
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from engine.mapping.rows import MappingRow

__all__ = [
    "Person",
    "append_triples",
    "decide",
    "home_of",
    "person_of",
    "replaced_by",
    "review_triples",
    "rewrite",
    "row_triples",
    "slug",
    "sole_writer",
]

_PROV, _SKOS, _RDF = PREFIXES["prov"], PREFIXES["skos"], PREFIXES["rdf"]
_WRITTEN = re.compile(r"\s*(?P<name>[^<>]*[^<>\s])\s*<(?P<mail>[\w.!$&'*+=~-]+@[\w-]+(?:\.[\w-]+)+)>\s*")
_ADDRESS = re.compile(r"[^\s<>(),;:|\"]+@[^\s<>(),;:|\"]+")
_LABEL = NamedNode(f"{_SKOS}prefLabel")
_NEEDS_REASON = frozenset({Decision.CONTESTED, Decision.DISMISSED, Decision.UPHELD})


class Person(tuple[Iri, str]):
    """Who decides: an address as identifier, and a name."""

    __slots__ = ()

    @property
    def iri(self) -> Iri:
        """The identifier: ``mailto:`` and the address in small letters."""
        return self[0]

    @property
    def name(self) -> str:
        """The name as written."""
        return self[1]


def person_of(text: str, name: str = "--as") -> Person:
    """Return the person that “NAME <mail>” names.

    >>> person_of("Jane Doe <Jane@example.org>").iri
    'mailto:jane@example.org'

    :param name: what the parameter is called.
    :raises BadParameter: if there is no name, or no address.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise BadParameter(name, text, "a person, as “Jane Doe <jane@example.org>”")
    return Person((Iri(f"mailto:{found['mail'].lower()}"), found["name"]))


def decide(
    row: MappingRow,
    person: Person,
    decision: Decision,
    on: date,
    *,
    reason: str,
    home: str,
    called: tuple[str, str] = ("--as", "--reason"),
) -> Review:
    """Return the review in which a person decides about a row.

    :param home: the IRI below which the review is named.
    :param called: what the parameters for the person and the reason are called.
    :raises BadParameter: if a person signs a row of their own, or gives no reason where one is needed.
    """
    if decision in _NEEDS_REASON and not reason.strip():
        raise BadParameter(called[1], reason, "given: say why, for those who come after you")
    signs = decision in {Decision.EXPERT, Decision.LAWYER, Decision.UPHELD}
    if signs and person.iri.removeprefix("mailto:") in _addresses(row.author):
        raise BadParameter(called[0], person.name, "somebody else than the author of the row: nobody signs their own")
    name = hashlib.sha256(f"{row.iri}\n{person.iri}\n{on}".encode()).hexdigest()[:16]
    iri = Iri(f"{home}review/{name}")
    return Review(iri, row.iri, person.iri, person.name, decision, on, reason.strip(), content_hash(row))


def _addresses(text: str) -> set[str]:
    return {address.rstrip(".").lower() for address in _ADDRESS.findall(text)}


def home_of(organisation: Iri) -> str:
    """Return the IRI below which an organisation names what it writes.

    >>> [home_of(Iri(iri)) for iri in ("https://acme.example/org/acme", "https://acme.example", "urn:acme:org")]
    ['https://acme.example/org/', 'https://acme.example/', 'urn:acme:org:']
    """
    parts = urlsplit(organisation)
    above = parts.path.rpartition("/")[0]
    if parts.netloc or parts.path.startswith("/"):
        return f"{parts.scheme}://{parts.netloc}{above}/"
    return f"{parts.scheme}:{parts.path}:"


def slug(name: str) -> str:
    """Return a name as a part of an IRI.

    >>> slug("My table")
    'my-table'
    """
    return re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-") or "unnamed"


def replaced_by(review: Review, known: Iterable[Review]) -> set[Iri]:
    """Return what a review takes the place of: whatever the person decided about the row on the same day."""
    same = {other.iri for other in known if _occasion(other) == _occasion(review)}
    return {review.iri, *same}


def _occasion(review: Review) -> tuple[Iri, Iri, date | None]:
    return review.mapping, review.person, review.on


def review_triples(review: Review) -> Iterator[Triple]:
    """Yield a review, and who decided, as statements."""
    subject, person = NamedNode(review.iri), NamedNode(review.person)
    day = Literal(str(review.on), datatype=NamedNode(f"{PREFIXES['xsd']}date"))
    kind = NamedNode(f"{_RDF}type")
    yield Triple(subject, kind, NG.MappingReview)
    yield Triple(subject, NamedNode(f"{_PROV}used"), NamedNode(review.mapping))
    yield Triple(subject, NamedNode(f"{_PROV}wasAssociatedWith"), person)
    yield Triple(subject, NamedNode(f"{_PROV}endedAtTime"), day)
    yield Triple(subject, NG.decision, NG(review.decision.value))
    yield Triple(subject, NG.contentHash, Literal(review.hash))
    if review.reason:
        yield Triple(subject, NG.reason, Literal(review.reason, language="en"))
    yield Triple(person, kind, NamedNode(f"{_PROV}Person"))
    yield Triple(person, _LABEL, Literal(review.name))


def row_triples(row: MappingRow, overrides: Iterable[Iri] = ()) -> Iterator[Triple]:
    """Yield a row of an organisation's own as statements, with the shipped rows it puts out of force."""
    yield from (quad.triple for quad in row_quads(row))
    yield from (Triple(NamedNode(row.iri), NG.overridesRow, NamedNode(shipped)) for shipped in overrides)


def append_triples(path: Path, triples: Iterable[Triple], *, base: str, replace: Collection[Iri] = ()) -> None:
    """Add statements to a Turtle file in its one canonical form; the file is replaced whole or not at all.

    Others who write into the folder wait meanwhile. Whoever gets a name here loses the one the file had for them.

    :param base: the base IRI of a file that is not there yet; one that nothing can be relative to is left out.
    :param replace: what is said anew: all that the file said of it goes.
    :raises UnreadableFile: if the file is there and is no Turtle, or cannot be written.
    """
    with sole_writer(path):
        rewrite(path, triples, base=base, replace=replace)


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Let others who write into the folder of a file wait until this is done.

    :raises UnreadableFile: if the file is there and is no Turtle, or the folder cannot be written to.
    """
    try:
        with alone(path.parent):
            yield
    except SyntaxError as error:
        raise UnreadableFile(path, error.lineno, error.msg, "mend the Turtle") from error
    except OSError as error:
        raise UnreadableFile(
            path, None, error.strerror or "cannot be written", "check the folder and its rights"
        ) from error


def rewrite(path: Path, triples: Iterable[Triple], *, base: str, replace: Collection[Iri] = ()) -> None:
    """Add statements as :func:`append_triples` does, for whoever is the sole writer already."""
    triples, gone = tuple(triples), {*replace}
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    base = read_base(text) or (base if base.endswith("/") else "")
    named = {triple.subject for triple in triples if triple.predicate == _LABEL}
    known = (quad.triple for quad in parse(text, format=RdfFormat.TURTLE, base_iri=base or None))
    kept = [
        triple
        for triple in known
        if getattr(triple.subject, "value", "") not in gone
        and not (triple.predicate == _LABEL and triple.subject in named)
    ]
    written = format_turtle([*kept, *triples], base=base)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        whole = Path(folder, path.name)
        whole.write_text(written, encoding="utf-8")
        whole.replace(path)
