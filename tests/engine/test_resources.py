from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from engine.errors import UnknownName
from engine.resources import EXAMPLES, content_files, engine_hash, example_files, folder, query_files
from engine.vocabulary import GRAPH

ROOT = Path(__file__).parents[2]


def test_every_shipped_file_but_the_examples_is_content() -> None:
    names = [file.name for file in content_files()]
    on_disk = [*ROOT.glob("ontology/**/*.ttl"), *ROOT.glob("mappings/**/*.sssom.tsv")]
    expected = {path.relative_to(ROOT).as_posix() for path in on_disk}
    assert set(names) == {name for name in expected if not name.startswith("ontology/examples/")}
    assert len(names) == len(set(names))
    assert all((ROOT / file.name).read_bytes() == file.data for file in content_files())


@pytest.mark.parametrize(
    ("name", "graph"),
    [
        ("ontology/core.ttl", "vocabulary/core"),
        ("ontology/schemes/conditions.ttl", "scheme/conditions"),
        ("ontology/reused/dpv.ttl", "reused/dpv"),
        ("ontology/frameworks/eu-ai-act/2026-07-27.ttl", "framework/eu-ai-act/2026-07-27"),
        ("ontology/requirements/eu-ai-act/art-15.ttl", "requirements/eu-ai-act"),
        ("ontology/rules/nis2.ttl", "rules/nis2"),
        ("ontology/shapes/evidence.ttl", "shapes/evidence"),
        ("mappings/iso-42001--eu-ai-act.sssom.tsv", "mapping/iso-42001--eu-ai-act"),
        ("mappings/third-party/ai-act-art-15-list.sssom.tsv", "mapping/third-party/ai-act-art-15-list"),
    ],
)
def test_the_graph_a_file_is_loaded_into(name: str, graph: str) -> None:
    assert next(file.graph for file in content_files() if file.name == name) == GRAPH + graph


def test_the_examples() -> None:
    assert EXAMPLES == ("bank", "medical")
    for name in EXAMPLES:
        names = [path.name for path in example_files(name)]
        assert names == ["assets.ttl", "controls.ttl", "evidence.ttl", "judgements.ttl"]
    with pytest.raises(UnknownName, match="there is no bundled example “zoo”; known: bank, medical"):
        example_files("zoo")


def test_queries_by_name() -> None:
    queries = query_files()
    assert queries.keys() == {
        path.relative_to(ROOT / "queries").with_suffix("").as_posix() for path in ROOT.glob("queries/**/*.rq")
    }
    assert all(text.strip() for text in queries.values())


def test_a_folder_is_a_path() -> None:
    assert folder("ontology") == ROOT / "ontology"
    assert folder("ontology/examples") == ROOT / "ontology" / "examples"


def test_the_hash_of_the_engine_is_that_of_all_its_modules() -> None:
    digest = sha256()
    for name in sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("engine/**/*.py")):
        digest.update(f"{name}\n{sha256((ROOT / name).read_bytes()).hexdigest()}\n".encode())
    assert engine_hash() == digest.hexdigest()
