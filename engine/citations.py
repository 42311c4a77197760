"""From a human citation to the identifier of a provision: “AI Act 15(4)”, “Art. 35(1) GDPR”, “ISO/IEC 42001 A.6.2.4”.

A number without its framework is refused with its candidates: “10.2” stands in two standards.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from engine.errors import UnknownCitation
from engine.graph import Iri
from engine.vocabulary import BASE, ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.knowledge import Knowledge

__all__ = ["CitationIndex"]

_ALIASES = {
    "eu-ai-act": ("eu ai act", "ai act", "aia", "regulation (eu) 2024/1689", "2024/1689"),
    "gdpr": ("gdpr", "regulation (eu) 2016/679", "2016/679"),
    "dora": ("dora", "regulation (eu) 2022/2554", "2022/2554"),
    "nis2": ("nis2", "nis 2", "directive (eu) 2022/2555", "2022/2555"),
    "iso-42001": ("iso/iec 42001:2023", "iso/iec 42001", "iso 42001:2023", "iso 42001", "iso-42001", "42001"),
    "iso-27001": ("iso/iec 27001:2022", "iso/iec 27001", "iso 27001:2022", "iso 27001", "iso-27001", "27001"),
    "nist-ai-rmf": ("nist ai rmf 1.0", "nist ai rmf", "nist ai 100-1", "ai rmf 1.0", "ai rmf"),
    "nist-csf": (
        "nist cybersecurity framework 2.0",
        "nist cybersecurity framework",
        "nist csf 2.0",
        "nist csf",
        "csf 2.0",
        "csf",
    ),
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NOISE = re.compile(
    r"\b(?:articles?|arts?\.?|art|paragraphs?|par\.?|points?|pnt\.?|clauses?|controls?|of|the)(?=[\s.(]|$)"
)


def _locator(text: str) -> str:
    """Return the comparable form of a place within a framework: ``15(4)(b)``, ``annex iii(5)(b)``."""
    text = _NOISE.sub(" ", text.lower().replace("\N{NO-BREAK SPACE}", " "))
    text = re.sub(rf"\b({'|'.join(_ORDINALS)})\s+sub-?paragraph\b", lambda m: f"/sub{_ORDINALS.index(m[1]) + 1}", text)
    text = re.sub(r"\bsub-?paragraph\s*(\d+)", r"/sub\1", text)
    text = re.sub(r"\s+(\d+[a-z]?|[a-z]{1,3})(?=\s*(\(|/|,|\.?$))", _parenthesised, text)
    text = re.sub(r"[\s,]+", "", text).strip(".")
    return text.replace("annex", "annex ").replace("chapter", "chapter ").replace("section", " section ")


def _parenthesised(match: re.Match[str]) -> str:
    before = match.string[: match.start()].strip()
    named = before.endswith(("annex", "chapter", "section", ",,")) or not before
    return f" {match[1]}" if named else f"({match[1]})"


@dataclass(frozen=True)
class CitationIndex:
    """What every citation of the loaded frameworks stands for."""

    knowledge: Knowledge
    names: tuple[tuple[str, Iri], ...]
    places: dict[Iri, dict[str, Iri]]

    @classmethod
    def of(cls, knowledge: Knowledge) -> CitationIndex:
        """Return the index of the loaded frameworks."""
        names = [
            (alias, iri)
            for iri, framework in knowledge.frameworks.items()
            for alias in _names(framework.key, framework.name)
        ]
        places: dict[Iri, dict[str, Iri]] = defaultdict(dict)
        for iri, provision in knowledge.provisions.items():
            framework = knowledge.frameworks.get(provision.framework)
            name = framework.name if framework else ""
            places[provision.framework].setdefault(_locator(provision.notation.removeprefix(name)), iri)
        return cls(knowledge, tuple(sorted(names, key=lambda pair: -len(pair[0]))), dict(places))

    def resolve(self, citation: str) -> Iri:
        """Return the framework, provision or requirement that a citation or identifier names.

        :raises UnknownCitation: if it names none, or does not say which framework it means.
        """
        direct = self._identifier(citation.strip())
        if direct is not None:
            return direct
        numbered = re.fullmatch(r"(.+?),?\s+no\.?\s*(\d+)\s*", citation, re.IGNORECASE)
        if numbered:
            return self._requirement(citation, self.resolve(numbered[1]), numbered[2])
        framework, rest = self._framework(citation)
        if framework is None:
            raise UnknownCitation(citation, tuple(self._candidates(_locator(citation))), ambiguous=True)
        place = _locator(rest)
        if not place:
            return framework
        found = self.places.get(framework, {}).get(place)
        if found is None:
            raise UnknownCitation(citation, self._near(framework, place))
        return found

    def _requirement(self, citation: str, provision: Iri, number: str) -> Iri:
        found = Iri(f"{provision}/req_{number}")
        if found in self.knowledge.requirements:
            return found
        known = self.knowledge.requirements_of.get(provision, ())
        raise UnknownCitation(citation, [self.knowledge.citation(requirement.iri) for requirement in known])

    def _identifier(self, text: str) -> Iri | None:
        known = (self.knowledge.provisions, self.knowledge.requirements, self.knowledge.frameworks)
        for iri in (Iri(text), Iri(ID + text), Iri(ID + text.removeprefix("id/")), Iri(BASE + text)):
            if any(iri in things for things in known):
                return iri
        return None

    def _framework(self, citation: str) -> tuple[Iri | None, str]:
        text = " ".join(citation.lower().split())
        for alias, iri in self.names:
            found = re.search(rf"(?<![\w/-]){re.escape(alias)}(?![\w/-])", text)
            if found:
                return iri, f"{text[: found.start()]} {text[found.end() :]}"
        return None, text

    def _candidates(self, place: str) -> Iterator[str]:
        for framework in sorted(self.places):
            if place in self.places[framework]:
                yield self.knowledge.citation(self.places[framework][place])

    def _near(self, framework: Iri, place: str) -> tuple[str, ...]:
        near = get_close_matches(place, self.places.get(framework, {}), n=3)
        return tuple(self.knowledge.citation(self.places[framework][name]) for name in near)


def _names(key: str, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_ALIASES.get(key, ()), key, name.lower())))
