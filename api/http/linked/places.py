"""From an IRI to its address here and back, and the forms by their suffixes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pyoxigraph import NamedNode

from api.http.negotiation import negotiated
from engine.vocabulary import BASE

if TYPE_CHECKING:
    from fastapi import Request

__all__ = ["FORMS", "HTML", "PAGE", "address_of", "alternates", "chosen", "iri_of", "place_of", "with_charset"]

HTML = "text/html"
FORMS = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".html": HTML,
}
"""The forms of a document by the suffix of their address; the first is what is given to those who do not care."""
PAGE = ".html"
_SAFE = "/:@!$&'()*+,;=~-._"
_DOCUMENTS = ("id/", "doc/")


def iri_of(path: str) -> str | None:
    """Return the IRI of a path below our base; nothing where it cannot be one.

    >>> iri_of("id/eu-ai-act/art_15")
    'https://w3id.org/normgraph/id/eu-ai-act/art_15'
    """
    for text in (BASE + path, BASE + quote(path, safe=_SAFE)):
        if is_iri(text):
            return text
    return None


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def place_of(path: str) -> tuple[str, str | None]:
    """Return a path without the suffix of a form, and that form.

    >>> place_of("eu-ai-act/art_15.ttl"), place_of("iso-27001/A.5.1")
    (('eu-ai-act/art_15', 'text/turtle'), ('iso-27001/A.5.1', None))
    """
    stem, dot, suffix = path.rpartition(".")
    form = FORMS.get(dot + suffix)
    return (stem, form) if form and stem else (path, None)


def address_of(iri: str) -> str:
    """Return where a thing is told of here: below our base at its own path, a thing at its document.

    >>> address_of("https://w3id.org/normgraph/id/eu-ai-act"), address_of("https://w3id.org/normgraph/ns#Provision")
    ('/doc/eu-ai-act', '/ns#Provision')
    >>> address_of("https://example.org/a b")
    '/about?iri=https%3A%2F%2Fexample.org%2Fa%20b'
    """
    path = iri.removeprefix(BASE)
    if path == iri or (path.partition("/")[0] not in {"id", "doc", "g", "ns"} and not path.startswith("ns#")):
        return f"/about?iri={quote(iri, safe='')}"
    start = next((start for start in _DOCUMENTS if path.startswith(start)), "")
    return quote(f"/doc/{path.removeprefix(start)}" if start else f"/{path}", safe=_SAFE + "#%")


def chosen(request: Request, fixed: str | None) -> str:
    """Return the form of an answer: that of the address, or the one that is liked best.

    :raises Problem: if the caller accepts none of them.
    """
    return fixed or negotiated(request, tuple(FORMS.values()))


def alternates(path: str, form: str, *more: str) -> dict[str, str]:
    """Return the headers that tell where a document has its other forms, and which one this is.

    :param path: where the document is, without a suffix; empty where the forms have no addresses of their own.
    """
    if not path:
        return {"Link": ", ".join(more)} if more else {}
    place = quote(path, safe=_SAFE + "%")
    links = [f'<{place}{suffix}>; rel="alternate"; type="{media}"' for suffix, media in FORMS.items() if media != form]
    here = next(suffix for suffix, media in FORMS.items() if media == form)
    return {"Link": ", ".join((*links, *more)), "Content-Location": place + here}


def with_charset(form: str) -> str:
    """Return a media type as Content-Type has it.

    >>> with_charset("text/turtle")
    'text/turtle; charset=utf-8'
    """
    return f"{form}; charset=utf-8" if form.startswith("text/") else form
