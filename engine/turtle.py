"""Write Turtle in one canonical form, so that a diff shows meaning and nothing else.

Subjects are sorted, ``a`` comes first, then one predicate and object a line, sorted. A blank node
that is referred to once is written where it is used, and RDF lists are written as lists.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from engine.errors import UnreadableFile
from engine.vocabulary import ID, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["format_turtle", "read_base", "reformat"]

_RDF = PREFIXES["rdf"]
_TYPE, _FIRST, _REST, _NIL = (_RDF + name for name in ("type", "first", "rest", "nil"))
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
_XSD = PREFIXES["xsd"]
_BARE = {
    f"{_XSD}boolean": re.compile(r"true|false"),
    f"{_XSD}integer": re.compile(r"[+-]?[0-9]+"),
    f"{_XSD}decimal": re.compile(r"[+-]?[0-9]+\.[0-9]+"),
}
_INDENT = "    "
_ABSOLUTE = re.compile(r"[/#?]|[^/?#]*:|(?:[^?#]*/)?\.{1,2}(?:[/?#]|\Z)")
"""What, left after the base, would not be read as relative to it: another authority, a scheme, a step upwards."""

Term = NamedNode | BlankNode | Literal | Triple


class _Writer:
    """The state of one serialisation: which prefixes were used, and what each blank node says."""

    def __init__(self, triples: Iterable[Triple], base: str, prefixes: Mapping[str, str]) -> None:
        self.base = base
        self.namespaces = sorted(((iri, name) for name, iri in prefixes.items()), key=lambda pair: -len(pair[0]))
        self.used: set[str] = set()
        self.about: dict[Term, dict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
        self.mentions: dict[Term, int] = defaultdict(int)
        self.holder: dict[Term, Term] = {}
        for triple in triples:
            self.about[triple.subject][triple.predicate.value].add(triple.object)
        for subject, predicates in self.about.items():
            for objects in predicates.values():
                for node in objects:
                    self.mentions[node] += 1
                    self.holder[node] = subject
        self.nested = {node for node in self.mentions if self.is_nested(node)}

    def is_nested(self, node: Term) -> bool:
        """Tell whether a blank node is referred to once, and not from within itself: then it needs no name."""
        above, seen = node, {node}
        while isinstance(above, BlankNode) and self.mentions.get(above) == 1:
            above = self.holder[above]
            if above == node:
                return False
            if above in seen:
                break
            seen.add(above)
        return isinstance(node, BlankNode) and self.mentions.get(node) == 1

    def iri(self, iri: str) -> str:
        for namespace, name in self.namespaces:
            local = iri.removeprefix(namespace)
            if local != iri and _LOCAL.match(local):
                self.used.add(name)
                return f"{name}:{local}"
        if self.base.endswith("/") and iri.startswith(self.base) and not _ABSOLUTE.match(iri.removeprefix(self.base)):
            iri = iri.removeprefix(self.base)
        return f"<{iri}>"

    def literal(self, literal: Literal) -> str:
        datatype = literal.datatype.value
        if datatype in _BARE and _BARE[datatype].fullmatch(literal.value):
            return literal.value
        text = _quoted(literal.value)
        if literal.language:
            return f"{text}@{literal.language}" + (f"--{literal.direction}" if literal.direction else "")
        return text if datatype == f"{_XSD}string" else f"{text}^^{self.iri(datatype)}"

    def term(self, term: Term, depth: int) -> str:
        if isinstance(term, NamedNode):
            return "()" if term.value == _NIL else self.iri(term.value)
        if isinstance(term, Literal):
            return self.literal(term)
        if isinstance(term, Triple):
            raise TypeError("quoted triples have no place in our files")
        if self.is_list(term):
            return "(" + " ".join(["", *(self.term(member, depth) for member in self.members(term)), ""]) + ")"
        if term in self.nested:
            return f"[\n{self.lines(term, depth + 1)}{_INDENT * depth}]"
        return f"_:{term.value}"

    def is_list(self, node: Term) -> bool:
        while isinstance(node, BlankNode):
            about = self.about.get(node, {})
            if set(about) != {_FIRST, _REST} or node not in self.nested or any(len(o) != 1 for o in about.values()):
                return False
            (node,) = about[_REST]
        return isinstance(node, NamedNode) and node.value == _NIL

    def members(self, node: Term) -> Iterator[Term]:
        while isinstance(node, BlankNode):
            (member,) = self.about[node][_FIRST]
            yield member
            (node,) = self.about[node][_REST]

    def lines(self, subject: Term, depth: int) -> str:
        rows = []
        for predicate, objects in self.about.get(subject, {}).items():
            name = "a" if predicate == _TYPE else self.iri(predicate)
            rows += [(predicate != _TYPE, name, self.term(node, depth)) for node in objects]
        return "".join(f"{_INDENT * depth}{name} {node} ;\n" for _, name, node in sorted(rows))

    def blocks(self) -> list[str]:
        named = [(self.term(s, 0), s) for s in self.about if not isinstance(s, BlankNode)]
        blank = [s for s in self.about if isinstance(s, BlankNode) and s not in self.nested]
        blocks = [f"{name}\n{self.lines(s, 1)}.\n" for name, s in sorted(named, key=lambda pair: pair[0])]
        heads = {s: f"_:{s.value}" if self.mentions.get(s) else "[]" for s in blank}
        blocks += sorted(f"{heads[s]}\n{self.lines(s, 1)}.\n" for s in blank)
        return blocks


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\r", "\\r").replace("\t", "\\t")
    if "\n" in escaped:
        return '"""' + escaped.replace('"', '\\"') + '"""'
    return '"' + escaped.replace('"', '\\"') + '"'


def format_turtle(triples: Iterable[Triple], *, base: str = ID, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return the one canonical Turtle text of some triples.

    :param triples: the statements; graphs are not part of Turtle and are left out by the caller.
    :param base: what relative IRIs are relative to; empty for none.
    :param prefixes: the prefixes that may be used, by name; only those used are declared.
    """
    writer = _Writer(triples, base, prefixes)
    blocks = writer.blocks()
    head = [f"@base <{base}> ."] if base else []
    head += [f"@prefix {name}: <{prefixes[name]}> ." for name in sorted(writer.used)]
    return "\n".join(["\n".join(head) + "\n", *blocks])


def read_base(text: str) -> str:
    """Return the base IRI that a Turtle document declares, or an empty string."""
    found = re.search(r"^\s*(?:@base|BASE)\s+<([^>]*)>", text, re.MULTILINE | re.IGNORECASE)
    return found.group(1) if found else ""


def reformat(path: Path) -> str:
    """Return the canonical form of a Turtle file, keeping the base IRI it declares.

    :raises UnreadableFile: if the file is no Turtle.
    """
    text = path.read_text(encoding="utf-8")
    try:
        triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise UnreadableFile(path, error.lineno, error.msg, "mend the Turtle") from error
    return format_turtle(triples, base=read_base(text))


def _main(folders: list[str]) -> None:
    for path in sorted(file for folder in folders for file in Path(folder).rglob("*.ttl")):
        canonical = reformat(path)
        if canonical != path.read_text(encoding="utf-8"):
            path.write_text(canonical, encoding="utf-8")
            print(f"formatted {path}")  # noqa: T201 - this is what the developer who ran it looks at


if __name__ == "__main__":
    _main(sys.argv[1:])
