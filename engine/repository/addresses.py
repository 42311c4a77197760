"""Where a store elsewhere is asked and changed, and what a query needs to be understood there."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from engine.errors import BadParameter
from engine.repository.backend import STATEMENTS
from engine.repository.endpoint import whole_address
from engine.sparql_guard import tokens
from engine.vocabulary import PREFIXES

__all__ = ["Addresses", "prologue"]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of an endpoint.

    :ivar graphs: that of the Graph Store Protocol; empty where the store has none.
    :ivar authorization: the value of the header of that name.
    :ivar time_limit: the parameter that tells the store how long a query may take, as ``timeout={milliseconds}``.
    :ivar statements: how many statements one request may take away or add.
    """

    query: str
    update: str
    graphs: str = ""
    authorization: str = field(default="", repr=False)
    time_limit: str = ""
    statements: int = STATEMENTS

    @classmethod
    def of(
        cls,
        query: str,
        *,
        update: str = "",
        graphs: str = "",
        authorization: str = "",
        time_limit: str = "",
        statements: int = STATEMENTS,
    ) -> Self:
        """Return the addresses, those that are not given as the usual ones beside that of queries.

        :raises BadParameter: if one cannot be called, or the parameter has no place for a number.

        >>> Addresses.of("http://127.0.0.1:7878").update
        'http://127.0.0.1:7878/update'
        """
        where = urlsplit(whole_address(query, "NORMGRAPH_STORE"))
        if where.path in {"", "/"}:
            query, graphs = (
                urlunsplit(where._replace(path="/query")),
                graphs or urlunsplit(where._replace(path="/store")),
            )
        update = update or urlunsplit(where._replace(path=_beside(where.path)))
        for name, address in (("NORMGRAPH_STORE_UPDATE", update), ("NORMGRAPH_STORE_GRAPHS", graphs)):
            if address:
                whole_address(address, name)
        if time_limit and not ("=" in time_limit and ("{seconds}" in time_limit or "{milliseconds}" in time_limit)):
            expected = "a parameter with a place for a number, as timeout={seconds} or timeout={milliseconds}"
            raise BadParameter("NORMGRAPH_STORE_TIME_LIMIT", time_limit, expected)
        return cls(query, update, graphs, authorization, time_limit, statements)

    def time_field(self, seconds: float) -> list[tuple[str, str]]:
        """Return the field of a query that tells the store how long it may take; none where it has none.

        >>> Addresses("", "", time_limit="timeout={milliseconds}").time_field(1.5)
        [('timeout', '1500')]
        """
        name, _, value = self.time_limit.partition("=")
        if not name:
            return []
        value = value.replace("{seconds}", str(max(1, round(seconds))))
        return [(name, value.replace("{milliseconds}", str(round(seconds * 1000))))]


def _beside(path: str) -> str:
    """Return the path of updates beside one of queries."""
    if path in {"", "/"}:
        return "/update"
    if path.endswith("/query"):
        return f"{path.removesuffix('/query')}/update"
    return f"{path.rstrip('/')}/statements" if "/repositories/" in path else path


def prologue(text: str, base: str | None) -> str:
    """Return what goes before a query, on its first line: its base, and our prefixes that it uses and does not declare.

    >>> prologue("ASK { ?s a ng:Requirement }", None)
    'PREFIX ng: <https://w3id.org/normgraph/ns#> '
    """
    read = list(tokens(text))
    declared = {name.text for word, name in pairwise(read) if word.text == "PREFIX"}
    used = {f"{token.text.partition(':')[0]}:" for token in read if token.kind == "name"} - declared
    based = f"BASE <{base}> " if base and not set(base) & set('<>"{}|^`\\ ') else ""
    return based + "".join(f"PREFIX {name}: <{place}> " for name, place in PREFIXES.items() if f"{name}:" in used)
