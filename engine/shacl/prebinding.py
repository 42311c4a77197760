"""Pre-bound variables of SHACL-SPARQL, for all focus nodes in one query (SHACL §5.3.1, Appendix A).

The recommendation runs a query once for each focus node, with ``$this`` in its place everywhere. Here all focus nodes
are rows of a named graph, and a pattern over it stands at the head of each group in which a pre-bound variable must
already have its value: the outermost, sub-selects, and nested groups that use one in an expression. What the
recommendation forbids (MINUS, VALUES, SERVICE, sub-selects that lose a pre-bound variable, reassignment) is what would
tell the two apart; with it gone, both give the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.sparql_guard import check_query, tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from engine.sparql_guard import Token

__all__ = ["PREBOUND", "ROWS", "SHAPES_GRAPH", "Prebound", "prebind", "prologue"]

PREBOUND = "urn:normgraph:prebound:"
"""What the predicates of the rows begin with; the name of the variable follows."""
ROWS = "urn:normgraph:prebound"
"""The named graph that holds the rows."""
SHAPES_GRAPH = "urn:normgraph:shapes"
"""The named graph that holds the shapes, as ``$shapesGraph``."""
_OPTIONAL_NAMES = frozenset({"shapesGraph", "currentShape"})
_MODES = frozenset({"DISTINCT", "REDUCED"})
_FORBIDDEN = frozenset({"MINUS", "VALUES", "FROM"})


@dataclass(frozen=True, slots=True)
class Prebound:
    """A query over all rows at once.

    :ivar row: the variable that stands for the row.
    :ivar names: the pre-bound variables that the rows must have.
    :ivar limited: whether it has LIMIT or OFFSET, which mean something else over all rows at once.
    """

    text: str
    row: str
    names: tuple[str, ...]
    limited: bool


@dataclass(slots=True)
class _Group:
    """A bracket of the query: of a group in braces, what stands before it and what it says."""

    mark: str
    start: int
    before: str
    kind: str = ""
    uses: bool = False
    projected: set[str] = field(default_factory=set)


def prologue(prefixes: Mapping[str, str]) -> str:
    """Return the head of a query that declares prefixes."""
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(prefixes.items()))


def prebind(text: str, prefixes: Mapping[str, str], names: Collection[str], path: str | None) -> Prebound:
    """Return a query with its pre-bound variables bound by rows.

    :param prefixes: the namespaces by prefix, for the head of the query.
    :param names: the variables that are pre-bound, without their mark.
    :param path: what stands for ``$PATH``; nothing in a node shape.
    :raises BadInput: if the query is none, reaches outside, or does what pre-binding forbids.
    """
    head = prologue(prefixes)
    checked = check_query(head + text, "query")
    read = list(tokens(text))
    if checked.form not in {"SELECT", "ASK"}:
        raise BadInput("query", None, f"{checked.form} has no place here", "write SELECT or ASK")
    _refuse(read, names)
    used = {token.text[1:] for token in read if token.kind == "variable"}
    wanted = tuple(sorted(({"this"} | used).intersection(names)))
    row = next(f"row{n}" for n in count(1) if f"row{n}" not in used)
    pattern = f" GRAPH <{ROWS}> {{ {' '.join(f'?{row} <{PREBOUND}{name}> ?{name} .' for name in wanted)} }} "
    edits = {**dict.fromkeys(_Reader(read, names).heads(), pattern), **_row_returned(read, row)}
    written = _written(text, read, edits, path, f"SELECT DISTINCT ?{row}")
    if path is not None:
        check_query(head + written, "query")
    limited = any(token.kind == "word" and token.text in {"LIMIT", "OFFSET"} for token in read)
    return Prebound(head + written, row, wanted, limited)


def _refuse(read: list[Token], names: Collection[str]) -> None:
    for token, following in zip(read, [*read[1:], read[-1]], strict=True):
        if token.kind == "word" and token.text in _FORBIDDEN:
            raise BadInput("query", token.line, f"{token.text} beside pre-bound variables", "write it otherwise")
        if token.text == "AS" and following.kind == "variable" and following.text[1:] in names:
            raise BadInput("query", token.line, f"{following.text} is pre-bound", "give the value another name")


def _row_returned(read: list[Token], row: str) -> dict[int, str]:
    """Return where the row must be added, so that a solution names it: to SELECT and to GROUP BY, the outermost."""
    places, depth = [], 0
    for before, token, after in zip([None, *read], read, [*read[1:], read[-1]], strict=False):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if depth or token.kind != "word" or after.text == "*":
            continue
        grouping = token.text == "BY" and before is not None and before.text == "GROUP"
        selecting = token.text == "SELECT" and after.text not in _MODES
        if grouping or selecting or (token.text in _MODES and before is not None and before.text == "SELECT"):
            places.append(token.start)
    return dict.fromkeys(places, f" ?{row}")


def _written(text: str, read: list[Token], edits: Mapping[int, str], path: str | None, ask: str) -> str:
    parts, done = [], 0
    for token in read:
        parts.append(text[done : token.start])
        done = token.start + len(token.text)
        shown = text[token.start : done]
        if token.kind == "variable" and token.text[1:] == "PATH":
            if path is None:
                raise BadInput("query", token.line, "$PATH in a node shape", "use it in a property shape")
            shown = path
        elif token.kind == "word" and token.text == "ASK":
            shown = ask
        parts.append(shown + edits.get(token.start, ""))
    return "".join(parts) + text[done:]


class _Reader:
    """Find the groups at whose head pre-bound variables must have their value."""

    def __init__(self, read: list[Token], names: Collection[str]) -> None:
        self.read = read
        self.names = names
        self.required = frozenset(names) - _OPTIONAL_NAMES
        self.open: list[_Group] = []
        self.select: set[str] | None = None

    def heads(self) -> Iterator[int]:
        """Yield the places of the opening braces, and refuse sub-selects that lose a pre-bound variable."""
        groups = [group for group in self._groups() if group.mark == "{"]
        outermost = min(groups, key=lambda group: group.start)
        for group in groups:
            if group is outermost or group.kind == "select" or (group.kind == "group" and group.uses):
                yield group.start

    def _groups(self) -> Iterator[_Group]:
        """Yield every bracket once it is closed; groups inside EXISTS get their values from outside."""
        last = ""
        for token in self.read:
            if token.kind == "mark" and token.text in "{([":
                self.open.append(self._opened(token, last))
            elif token.kind == "mark" and token.text in "})]" and self.open:
                yield self.open.pop()
            elif token.kind == "variable" or token.text == "*":
                self._mention(token)
            if token.kind == "word":
                self._word(token)
            last = token.text
        if self.open:
            raise BadInput("query", None, "a bracket is not closed", "close it")

    def _opened(self, token: Token, last: str) -> _Group:
        group = _Group(token.text, token.start, last)
        if token.text == "{":
            inside = any(outer.kind == "exists" for outer in self.open)
            group.kind = "exists" if last == "EXISTS" or inside else "optional" if last == "OPTIONAL" else "group"
            if self.select is not None:
                group.kind, group.projected = "exists" if inside else "select", self.select
                self._check_projection(token)
                self.select = None
        return group

    def _check_projection(self, token: Token) -> None:
        nested = any(outer.mark == "{" for outer in self.open)
        lost = self.required - (self.select or set())
        if nested and lost:
            problem = f"a nested SELECT does not return ${min(lost)}, which is pre-bound"
            raise BadInput("query", token.line, problem, "name it in the SELECT clause")

    def _word(self, token: Token) -> None:
        if token.text == "SELECT":
            self.select = set()

    def _mention(self, token: Token) -> None:
        name = token.text[1:]
        if self.select is not None and not any(group.mark == "(" for group in self._within_braces()):
            self.select.add(name)
        elif name in self.names:
            self._use()

    def _within_braces(self) -> list[_Group]:
        """Return the brackets that are open inside the innermost braces."""
        inner: list[_Group] = []
        for group in reversed(self.open):
            if group.mark == "{":
                break
            inner.append(group)
        return inner

    def _use(self) -> None:
        """Mark the group in whose expression a pre-bound variable is used."""
        within = self._within_braces()
        braces = [group for group in self.open if group.mark == "{"]
        exists = next((group for group in braces if group.kind == "exists"), None)
        if exists is not None:
            braces = braces[: braces.index(exists)]
        elif not any(group.mark == "(" for group in within):
            return
        if braces:
            in_bind = any(group.before == "BIND" for group in within)
            braces[-1].uses = braces[-1].uses or braces[-1].kind != "optional" or in_bind
            if braces[-1].kind == "optional" and in_bind:
                braces[-1].kind = "group"
