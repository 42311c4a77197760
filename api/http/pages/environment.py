"""The templates of the pages, what they may call, and the headers that every page has."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.http.linked.places import FORMS, address_of
from engine.model import State
from engine.report.wording import ASSURANCE_WORDS, KIND_WORDS, STATE_MEANINGS, STATE_WORDS

if TYPE_CHECKING:
    from datetime import date

__all__ = ["HEADERS", "page_version", "render", "static"]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
}
"""What a page may do: no script runs, and nothing is loaded that is not of this origin."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.http.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "words": _words}
    environment.globals |= {
        "address": address_of,
        "forms": FORMS,
        "version": version("normgraph"),
        "style": page_version(),
        "states": [(state.value, words, STATE_MEANINGS[state]) for state, words in STATE_WORDS.items()],
        "state_words": {state.value: words for state, words in STATE_WORDS.items()},
        "review_words": ASSURANCE_WORDS,
        "kind_words": {kind.value: words for kind, words in KIND_WORDS.items()},
        "gaps": (State.NOT_COVERED.value, State.PARTIALLY.value, State.CLAIMED.value),
    }
    return environment


def _day(day: date | None) -> str:
    """Return a day as a reader writes it: 27 July 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else ""


def _words(name: str) -> str:
    """Return the words of a local name: ``ControlObjective`` is “control objective”, ``AISystem`` is “AI system”."""
    parts = re.findall(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]+(?=[A-Z][a-z])", name)
    return " ".join(part if part.isupper() else part.lower() for part in parts)


def render(template: str, **values: Any) -> bytes:
    """Return a page; whatever comes from data is escaped."""
    return _environment().get_template(f"{template}.html.j2").render(values).encode()


@cache
def static(name: str) -> bytes:
    """Return a file that pages load."""
    return files("api.http.pages").joinpath("static", name).read_bytes()


@cache
def page_version() -> str:
    """Return what is another when pages would look another way."""
    digest = hashlib.sha256(version("normgraph").encode())
    for folder in ("static", "templates"):
        for entry in sorted(files("api.http.pages").joinpath(folder).iterdir(), key=lambda entry: entry.name):
            digest.update(entry.read_bytes())
    return digest.hexdigest()[:12]
