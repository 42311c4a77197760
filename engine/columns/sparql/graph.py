"""The columns as a query sees them: canonical numbers, and the pairs of predicates and paths, made when first used."""

from __future__ import annotations

from functools import cached_property, reduce
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary, ref

import numpy as np
from pyoxigraph import NamedNode

from engine.columns.sparql.algebra import Link
from engine.columns.sparql.lexicon import Lexicon
from engine.columns.sparql.relations import Nodes, Reflexive, Relation, closure, composed, pairs_of
from engine.errors import NotVectorised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.columns.sparql.algebra import Path, Repeat
    from engine.columns.sparql.relations import Mask
    from engine.columns.sparql.tables import Rows, Table
    from engine.columns.table import Columns
    from engine.columns.terms import Numbers

__all__ = ["Graph"]

_MOST_REACHED = 20_000_000
"""How many pairs a path may relate before the query is left to the store."""


class Graph:
    """What plans run on; there is one for each table of columns.

    :ivar plans: what runs each plan on it.
    """

    _all: ClassVar[WeakKeyDictionary[Columns, Graph]] = WeakKeyDictionary()

    def __init__(self, columns: Columns) -> None:
        self._columns = ref(columns)  # who asks holds the columns; this must not keep them
        self.lexicon = Lexicon(columns.terms)
        self.nodes = Nodes(self._plain_nodes, self._canonical_nodes)
        self.plans: dict[object, Callable[[Rows], Table]] = {}
        self._relations: dict[Path, Relation] = {}

    @classmethod
    def of(cls, columns: Columns) -> Graph:
        """Return what plans run on for some columns, the same each time."""
        graph = cls._all.get(columns)
        if graph is None:
            graph = cls._all[columns] = cls(columns)
        return graph

    @property
    def columns(self) -> Columns:
        """The columns, as long as somebody else has them."""
        columns = self._columns()
        assert columns is not None  # noqa: S101 - a plan is given them to run on
        return columns

    def relation(self, path: Path) -> Relation:
        """Return the pairs that a path relates.

        :raises NotVectorised: if there are too many to write down.
        """
        found = self._relations.get(path)
        if found is None:
            found = self._relations[path] = self._link(path) if isinstance(path, Link) else self._repeat(path)
        return found

    def _link(self, link: Link) -> Relation:
        if link.backwards:
            return self.relation(Link(link.predicate)).turned
        pairs = self.columns.pairs(link.predicate)
        objects = self.lexicon.all_canonical(pairs.second)
        if objects is pairs.second:
            return Relation(pairs.first, pairs.second, len(self.lexicon), pairs)
        return Relation(*pairs_of(pairs.first, objects), len(self.lexicon))

    def _repeat(self, path: Repeat) -> Relation:
        base = self._either([reduce(composed, map(self._written, choice)) for choice in path.choices])
        found = closure(base, _MOST_REACHED) if path.many else base
        if found is None:
            raise NotVectorised(f"a path between more than {_MOST_REACHED:,} pairs of nodes")
        return Reflexive(found, self.nodes) if path.zero else found

    def _written(self, path: Path) -> Relation:
        """Return the pairs of a path, those of a node and itself written down."""
        found = self.relation(path)
        return Relation(*pairs_of(*found.all_pairs()), len(self.lexicon)) if found.zero else found

    def _either(self, several: list[Relation]) -> Relation:
        first = np.concatenate([one.first for one in several])
        second = np.concatenate([one.second for one in several])
        return Relation(*pairs_of(first, second), len(self.lexicon))

    @cached_property
    def statements(self) -> tuple[Numbers, Numbers, Numbers]:
        """All statements, as the numbers of their subjects, predicates and objects."""
        parts = [self.relation(Link(term)) for term in self._predicates()]
        counts = [len(part) for part in parts]
        predicates = np.repeat(np.array(self.columns.predicates, np.int32), counts)
        return _joined(part.first for part in parts), predicates, _joined(part.second for part in parts)

    def _predicates(self) -> list[NamedNode]:
        terms = self.columns.terms.terms(self.columns.predicates)
        return [term for term in terms if isinstance(term, NamedNode)]

    def _plain_nodes(self) -> Mask:
        return self._marked(number for p in self.columns.predicates for number in self._ends(p))

    def _ends(self, predicate: int) -> tuple[Numbers, Numbers]:
        pairs = self.columns.pairs(predicate)
        return pairs.first, pairs.second

    def _canonical_nodes(self) -> Mask:
        ends = [self.lexicon.all_canonical(end) for p in self.columns.predicates for end in self._ends(p)]
        return self._marked(ends)

    def _marked(self, several: Iterable[Numbers]) -> Mask:
        """Return which numbers occur; the last place is that of whatever comes later, and is none."""
        parts = list(several)
        mask = np.zeros(max(len(self.lexicon), *(int(part.max(initial=0)) + 1 for part in parts), 0) + 1, np.bool_)
        for part in parts:
            mask[part] = True
        return mask


def _joined(parts: Iterable[Numbers]) -> Numbers:
    listed = list(parts)
    return np.concatenate(listed) if listed else np.empty(0, np.int32)
