from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.citations import CitationIndex
from engine.errors import BadParameter, UnreadableFile
from engine.mapping.sssom import read_sssom
from engine.mapping.sssom_json import write_sssom_json
from engine.mapping.sssom_rdf import write_sssom_turtle
from engine.mapping.unresolved import unresolved
from engine.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

    from engine.content import Content

HEAD = """#mapping_set_id: https://w3id.org/normgraph/id/mapping/theirs
#curie_map:
#  ai: https://w3id.org/normgraph/id/iso-42001/
#  isms: https://w3id.org/normgraph/id/iso-27001/
#  aia: https://w3id.org/normgraph/id/eu-ai-act/
subject_id\tobject_id\tcovers_elements\trelationship\trationale_type\trationale\treview_state
"""
TABLE = "Focal Document Element,Reference Document Element,Relationship\n"


def found(content: Content, path: Path) -> list[tuple[int, str, str, str, tuple[str, ...]]]:
    knowledge = content.knowledge
    told = unresolved(path, knowledge, CitationIndex.of(knowledge).resolve)
    return [(one.line, one.column, one.value, one.problem, one.candidates) for one in told]


def test_every_wrong_identifier_of_a_set_is_told(content: Content, tmp_path: Path) -> None:
    rows = (
        ("10.2", "aia:art_15/par_4/req_1", ""),
        ("ai:A.6.2.4", "aia:art_15/par_4/req_1", "aia:art_15/par_4/req_1/el_1|aia:art_15/par_4/req_1/el_99"),
        ("nist:A.6.2.4", "https://w3id.org/normgraph/id/eu-ai-act/art_1555", ""),
        ("", "aia:art_15", ""),
        ("sssom:NoTermFound", "aia:art_15/par_4/req_1", ""),
    )
    path = tmp_path / "theirs.sssom.tsv"
    lines = ["\t".join((*row, "intersects-with", "semantic", "x", "proposed")) for row in rows]
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    told = found(content, path)
    assert [one[:4] for one in told] == [
        (7, "subject_id", "10.2", "names no framework"),
        (8, "covers_elements", "aia:art_15/par_4/req_1/el_99", "is no part of the loaded frameworks"),
        (9, "subject_id", "nist:A.6.2.4", "has the prefix “nist”, which is not declared"),
        (9, "object_id", "https://w3id.org/normgraph/id/eu-ai-act/art_1555", "is no part of the loaded frameworks"),
        (10, "subject_id", "", "is empty"),
    ]
    assert told[0][4] == ("ai:10.2", "isms:10.2")
    assert told[2][4] == ("ai:A.6.2.4",)
    assert "eu-ai-act/art_15" in told[3][4]
    assert told[4][4] == ()


def test_cells_of_a_table_are_citations(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(TABLE + "10.2,AI Act 15(44),equal\nISO/IEC 42001 10.2,AI Act 15,equal\n,GDPR 35,equal\n", "utf-8")
    told = found(content, path)
    assert [one[:4] for one in told] == [
        (2, "Focal Document Element", "10.2", "names no framework"),
        (2, "Reference Document Element", "AI Act 15(44)", "is no part of the loaded frameworks"),
        (4, "Focal Document Element", "", "is empty"),
    ]
    assert told[0][4] == ("ISO/IEC 27001 10.2", "ISO/IEC 42001 10.2")


def test_a_shipped_set_resolves_in_every_form(content: Content, tmp_path: Path) -> None:
    shipped = folder("mappings") / "iso-42001--nis2.sssom.tsv"
    mappings = read_sssom(shipped)
    written = {
        "set.sssom.json": write_sssom_json(mappings, content.knowledge.citation),
        "set.ttl": write_sssom_turtle(mappings),
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert [found(content, path) for path in (shipped, *(tmp_path / name for name in written))] == [[], [], []]


def test_what_is_no_mapping_set_is_refused(content: Content, tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="Focal Document Element"):
        found(content, tmp_path / "theirs.csv")
    with pytest.raises(BadParameter, match=r"\.tsv, \.json"):
        found(content, tmp_path / "theirs.docx")
