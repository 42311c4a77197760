"""Refuse SPARQL text that could crash the process or reach the network, on tokens and before any engine reads it.

Refusing text is one guard of several (DESIGN §8). Its tokens follow the grammar's own terminals; whatever it cannot
read as an engine would is refused, so that nothing hides in a comment, a string, an escape or a "<" that is no IRI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.vocabulary import GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_BYTES", "MAX_NESTING", "MAX_ROW", "Checked", "Token", "check_query", "tokens", "unreadable"]

MAX_BYTES = 64 * 1024
"""The longest query that is taken, in bytes of UTF-8."""
MAX_NESTING = 100
"""How many brackets of any kind may be open at once."""
MAX_ROW = 100
"""How many operators, or UNIONs, may follow one another inside one bracket."""

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES = frozenset({"LOAD", "INSERT", "DELETE", "DROP", "CLEAR", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"})
_OPENING, _CLOSING = frozenset({"{", "(", "[", "<<"}), frozenset({"}", ")", "]", ">>"})
_OPERATORS = frozenset("+-*/|^!=?<>") | {"<=", ">=", "!=", "&&", "||", "^^"}
_OPERANDS = frozenset({"iri", "name", "variable", "string", "number", "tag", "blank", "word"})

_ESCAPE = r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_LOCAL = r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKEN = re.compile(
    rf"""
    (?P<blank_space>[ \t\r\n]+ | \#[^\r\n]*)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20] | {_ESCAPE})*>)
  | (?P<string>'''(?:'{{0,2}}(?:[^'\\]|\\.))*''' | \"\"\"(?:"{{0,2}}(?:[^"\\]|\\.))*\"\"\"
             | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*")
  | (?P<variable>[?$]\w+)
  | (?P<blank>_:\w(?:[\w.\-]*[\w\-])?)
  | (?P<name>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:{_LOCAL}(?:(?:{_LOCAL}|[.\-])*(?:{_LOCAL}|-))?)?)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark><<|>>|<=|>=|!=|&&|\|\||\^\^|[{{}}()\[\].;,=<>+\-*/|^!?~])
    """,
    re.VERBOSE | re.DOTALL,
)
_ASCII_ESCAPE = re.compile(r"\\(?:u00|U000000)[0-7][0-9A-Fa-f]")


@dataclass(frozen=True, slots=True)
class Token:
    """A terminal of the grammar with the line and the place it begins on; a word is in capitals."""

    kind: str
    text: str
    line: int
    start: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the guard learnt of a query that it let pass.

    :ivar form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
    :ivar default_graphs: the graphs that FROM names.
    :ivar named_graphs: the graphs that FROM NAMED names.
    """

    form: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    @property
    def names_graphs(self) -> bool:
        """Whether FROM says which graphs are read."""
        return bool(self.default_graphs or self.named_graphs)


@dataclass(slots=True)
class _Bracket:
    mark: str
    data: bool = False
    row: dict[str, int] = field(default_factory=dict)


def tokens(text: str, name: str = "query") -> Iterator[Token]:
    """Yield the terminals of a query, without white space and comments.

    :param name: how messages call the text.
    :raises BadInput: at the first place that cannot be read, or could be read in two ways.

    >>> [token.text for token in tokens("ask { ?s <p> 'x#' } # SERVICE")]
    ['ASK', '{', '?s', '<p>', "'x#'", '}']
    """
    place, line = 0, 1
    reader = _Reader(name)
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            shown = text[place].encode("ascii", "backslashreplace").decode()
            raise BadInput(name, line, f"“{shown}” begins nothing that SPARQL knows", "mend the text there")
        kind = str(found.lastgroup)
        if kind != "blank_space":
            words = found.group().upper() if kind == "word" else found.group()
            token = Token(kind, words, line, place)
            reader.take(token)
            yield token
        line += found.group().count("\n")
        place = found.end()


class _Reader:
    """Keep the open brackets, and count inside each what follows one another."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[_Bracket] = [_Bracket("")]
        self.before = Token("mark", "", 1, 0)
        self.closed = _Bracket("")

    def refuse(self, token: Token, problem: str, remedy: str) -> BadInput:
        return BadInput(self.name, token.line, problem, remedy)

    def take(self, token: Token) -> None:
        if token.kind == "iri" and self._could_be_less_than():
            raise self.refuse(
                token,
                f"“{token.text[:40]}” could be an IRI or a comparison",
                "write a space after <, or a prefixed name",
            )
        if token.text in _OPENING and token.kind == "mark":
            self._push(token)
        elif token.text in _CLOSING and token.kind == "mark":
            self.closed = self.open.pop() if len(self.open) > 1 else _Bracket("")
        elif token.kind in {"mark", "word"}:
            self._count(token)
        self.before = token

    def _could_be_less_than(self) -> bool:
        """Whether two values would stand side by side in an expression: then the "<" is no IRI for an engine."""
        inside = self.open[-1]
        ends_value = self.before.kind in _OPERANDS or self.before.text == ")"
        return inside.mark == "(" and not inside.data and ends_value

    def _push(self, token: Token) -> None:
        if len(self.open) > MAX_NESTING:
            raise self.refuse(token, f"more than {MAX_NESTING} brackets are open", "flatten the query")
        in_group = self.open[-1].mark == "{"
        row = in_group and (self.before.text == "{" or (self.before.text == ")" and self.closed.data))
        self.open.append(_Bracket(token.text, row or self.before.text == "<<"))

    def _count(self, token: Token) -> None:
        inside = self.open[-1]
        if token.kind == "mark" and token.text in ".;,":
            inside.row.clear()
            return
        kind = "UNION" if token.text == "UNION" else "operator" if token.text in _OPERATORS else ""
        sign = inside.mark == "{" and token.text in "+-"  # of a number in VALUES, or of a path, which has one at most
        if not kind or sign:
            return
        inside.row[kind] = inside.row.get(kind, 0) + 1
        if inside.row[kind] > MAX_ROW:
            raise self.refuse(token, f"more than {MAX_ROW} {kind}s in a row", "use VALUES, IN or fewer of them")


def check_query(text: str, name: str = "query") -> Checked:
    """Return what a query is, if it may run.

    :param name: how messages call the text: a file, or simply the query.
    :raises BadInput: if it is too long, too deep or too wide, no query, or names anything outside the store.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise BadInput(name, None, f"{size:,} bytes, more than {MAX_BYTES:,}", "shorten the query")
    escape = _ASCII_ESCAPE.search(text)
    if escape:
        line = text.count("\n", 0, escape.start()) + 1
        raise BadInput(name, line, f"the escape {escape.group()} of a plain character", "write the character itself")
    read = list(tokens(text, name))
    for token in read:
        _refuse_outside(token, name)
    return Checked(_form(read, name), *_graphs(read, name))


def _refuse_outside(token: Token, name: str) -> None:
    # Engines need no space after a keyword: trueSERVICE:x is the value true, then SERVICE, then the name :x.
    glued = token.text.partition(":")[0].upper() if token.kind == "name" else token.text if token.kind == "word" else ""
    if "SERVICE" in glued:
        raise BadInput(name, token.line, "SERVICE would reach the network", "remove it, or rename the prefix")
    if token.kind == "word" and token.text in _UPDATES:
        raise BadInput(name, token.line, f"{token.text} belongs to an update", "only queries are run here")


def _form(read: list[Token], name: str) -> str:
    form = next((token.text for token in read if token.kind == "word" and token.text in _FORMS), None)
    if form is None:
        raise BadInput(name, None, "is no query", f"begin with one of {', '.join(sorted(_FORMS))}")
    return form


def _graphs(read: list[Token], name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the graphs after FROM, and those after FROM NAMED."""
    prefixes = {
        label.text: address.text[1:-1]
        for word, label, address in zip(read, read[1:], read[2:], strict=False)
        if word.text == "PREFIX" and label.kind == "name" and address.kind == "iri"
    }
    found: dict[bool, list[str]] = {False: [], True: []}
    for place, token in enumerate(read):
        if token.kind == "word" and token.text.startswith("FROM"):
            following = read[place + 1 : place + 3]
            named = any(other.text == "NAMED" for other in following[:1])
            found[named].append(_graph(following, prefixes, token, name))
    return tuple(found[False]), tuple(found[True])


def _graph(following: list[Token], prefixes: dict[str, str], keyword: Token, name: str) -> str:
    target = next((token for token in following if token.text != "NAMED"), keyword)
    prefix, colon, rest = target.text.partition(":")
    address = (
        target.text[1:-1] if target.kind == "iri" else prefixes.get(prefix + colon, "") + _LOCAL_ESCAPE.sub(r"\1", rest)
    )
    if not address.startswith(GRAPH):
        problem = f"{keyword.text} {target.text[:80]} names no graph of the store"
        raise BadInput(name, keyword.line, problem, f"name a graph below {GRAPH}, or leave FROM out")
    return address


_LOCAL_ESCAPE = re.compile(r"\\(.)")


def unreadable(name: str, message: str) -> BadInput:
    """Return the refusal of a query that its engine cannot read, from what the engine says."""
    # The engine lists every terminal it would take; what it says of meaning (“Duplicated variable name”) is short.
    place = re.match(r"error at (\d+):(\d+): (?:expected one of )?(.{,80}?)(?:, \[_\])?$", message)
    where = re.match(r"error at (\d+):(\d+)", message)
    line, column = where.groups() if where else ("1", "1")
    said = f" ({place.group(3)})" if place else ""
    problem = f"SPARQL cannot go on so at column {column}{said}"
    return BadInput(name, int(line), problem, "mend the query at or before that place, and declare its prefixes")
