"""Constraints that a value breaks by itself: type, range, text and list (SHACL §4.1, §4.3, §4.4, §4.8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from engine.shacl.components.base import ValueConstraint
from engine.shacl.literals import is_less, is_well_formed
from engine.shacl.patterns import matching
from engine.shacl.terms import SH, shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.shacl.run import Run
    from engine.shacl.terms import Term

__all__ = ["NODE_KINDS", "Class", "Datatype", "In", "LanguageIn", "Length", "NodeKind", "Pattern", "Range"]

NODE_KINDS: dict[Term, tuple[type, ...]] = {
    SH.BlankNode: (BlankNode,),
    SH.IRI: (NamedNode,),
    SH.Literal: (Literal,),
    SH.BlankNodeOrIRI: (BlankNode, NamedNode),
    SH.BlankNodeOrLiteral: (BlankNode, Literal),
    SH.IRIOrLiteral: (NamedNode, Literal),
}


@dataclass(frozen=True)
class Class(ValueConstraint):
    """``sh:class`` (§4.1.1): the value is an instance of the class, or of a subclass."""

    name = "Class"
    of: Term

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that are no instances."""
        return set(values) - run.data.instances(self.of)

    def told(self) -> str:
        """Name the class."""
        return f"The value is no instance of {shown(self.of)}."


@dataclass(frozen=True)
class Datatype(ValueConstraint):
    """``sh:datatype`` (§4.1.2): the value is a well-formed literal of the datatype."""

    name = "Datatype"
    datatype: Term

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values of another datatype and the ill-formed ones."""
        del run
        return {value for value in values if not self._holds(value)}

    def _holds(self, value: Term) -> bool:
        return isinstance(value, Literal) and value.datatype == self.datatype and is_well_formed(value)

    def told(self) -> str:
        """Name the datatype."""
        return f"The value is no well-formed literal of the datatype {shown(self.datatype)}."


@dataclass(frozen=True)
class NodeKind(ValueConstraint):
    """``sh:nodeKind`` (§4.1.3): the value is an IRI, a blank node or a literal."""

    name = "NodeKind"
    kind: Term

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values of another kind."""
        del run
        return {value for value in values if not isinstance(value, NODE_KINDS[self.kind])}

    def told(self) -> str:
        """Name the kind."""
        return f"The value is not of the kind {shown(self.kind).removeprefix(SH.base)}."


@dataclass(frozen=True)
class Range(ValueConstraint):
    """``sh:minExclusive`` and its three kin (§4.3): the value lies on one side of a bound."""

    name: str
    bound: Term

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values beyond the bound, and those that cannot be compared with it."""
        del run
        return {value for value in values if not self._holds(value)}

    def _holds(self, value: Term) -> bool:
        or_equal = self.name.endswith("Inclusive")
        if self.name.startswith("Min"):
            return is_less(self.bound, value, or_equal=or_equal)
        return is_less(value, self.bound, or_equal=or_equal)

    def told(self) -> str:
        """Name the bound."""
        side = "at least" if self.name == "MinInclusive" else "more than" if self.name == "MinExclusive" else ""
        side = side or ("at most" if self.name == "MaxInclusive" else "less than")
        return f"The value is not {side} {shown(self.bound)}."


@dataclass(frozen=True)
class Length(ValueConstraint):
    """``sh:minLength`` and ``sh:maxLength`` (§4.4.1, §4.4.2): how long the text is; a blank node has none."""

    name: str
    limit: int

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that are too short or too long, and blank nodes."""
        del run
        return {value for value in values if not self._holds(value)}

    def _holds(self, value: Term) -> bool:
        if isinstance(value, BlankNode):
            return False
        return len(value.value) >= self.limit if self.name == "MinLength" else len(value.value) <= self.limit

    def told(self) -> str:
        """Name the limit."""
        return f"The value is not of {'at least' if self.name == 'MinLength' else 'at most'} {self.limit} characters."


@dataclass(frozen=True)
class Pattern(ValueConstraint):
    """``sh:pattern`` with ``sh:flags`` (§4.4.3): the text matches a regular expression; a blank node never does."""

    name = "Pattern"
    pattern: str
    flags: str

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that do not match, and blank nodes."""
        del run
        texts = {value.value for value in values if not isinstance(value, BlankNode)}
        good = matching(self.pattern, self.flags, texts)
        return {value for value in values if isinstance(value, BlankNode) or value.value not in good}

    def told(self) -> str:
        """Name the pattern."""
        return f"The value does not match the pattern {self.pattern}."


@dataclass(frozen=True)
class LanguageIn(ValueConstraint):
    """``sh:languageIn`` (§4.4.4): the language of the value is one of a list, or a variety of one."""

    name = "LanguageIn"
    languages: tuple[str, ...]

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values in other languages or in none."""
        del run
        return {value for value in values if not self.takes((isinstance(value, Literal) and value.language) or "")}

    def takes(self, language: str) -> bool:
        """Tell whether a language is one of the list, or a variety of one."""
        tag = language.lower()
        return any(tag and (f"{tag}-".startswith(f"{name.lower()}-") or name == "*") for name in self.languages)

    def told(self) -> str:
        """Name the languages."""
        return f"The value is in none of the languages {', '.join(self.languages)}."


@dataclass(frozen=True)
class In(ValueConstraint):
    """``sh:in`` (§4.8.3): the value is a member of a list."""

    name = "In"
    members: tuple[Term, ...]

    def failing(self, values: Collection[Term], run: Run) -> Collection[Term]:
        """Return the values that are not in the list."""
        del run
        return set(values).difference(self.members)

    def told(self) -> str:
        """Name the members."""
        return f"The value is none of {', '.join(map(shown, self.members))}."
