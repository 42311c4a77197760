"""Paths followed from many nodes at once lead where Oxigraph's property paths lead from each."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store, Triple

from engine.shacl.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence, follow
from engine.shacl.triples import Triples

NODES = [NamedNode(f"http://example.org/n{number}") for number in range(5)]
PREDICATES = [Predicate(f"http://example.org/p{number}") for number in range(3)]


def larger(paths: st.SearchStrategy[Path]) -> st.SearchStrategy[Path]:
    several = st.lists(paths, min_size=2, max_size=3).map(tuple)
    repeated = st.builds(Repeated, paths, st.sampled_from("*+?"))
    return several.map(Sequence) | several.map(Alternative) | st.builds(Inverse, paths) | repeated


PATHS = st.recursive(st.sampled_from(PREDICATES), larger, max_leaves=5)
STATEMENTS = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(NODES))


@given(PATHS, st.lists(STATEMENTS, max_size=12))
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_path_leads_where_sparql_leads(path: Path, said: list[tuple[NamedNode, Predicate, NamedNode]]) -> None:
    triples = [Triple(subject, NamedNode(predicate.iri), value) for subject, predicate, value in said]
    triples += [Triple(node, NamedNode("http://example.org/there"), node) for node in NODES]  # * finds no stranger
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    reached = follow(path, NODES, Triples(triples))
    for node in NODES:
        found = store.query(f"SELECT DISTINCT ?value {{ {node} {path} ?value }}")
        assert isinstance(found, QuerySolutions)
        assert len(reached[node]) == len(set(reached[node]))
        assert set(reached[node]) == {solution["value"] for solution in found}
