"""Files that cannot be, each refused with one message that says where, what, and what to do (DESIGN §8)."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, NamedNode

from engine.errors import BadInput, EngineError, UnreadableFile
from engine.intake import MAX_FILE, MAX_LITERAL, line_of, read_bytes, read_quads
from engine.mapping.sssom import read_sssom
from engine.vocabulary import PREFIXES
from engine.workspace import open_organisation
from tests.commands import Done, in_process

if TYPE_CHECKING:
    from engine.content import Content

RDF = PREFIXES["rdf"]
BAD = Path(__file__).parents[1] / "data" / "bad"
HOME = NamedNode("https://w3id.org/normgraph/g/org/x")

CASES: dict[str, tuple[type[EngineError], int | None, str]] = {
    "truncated.ttl": (UnreadableFile, 12, "Unexpected end; mend the file from that line on"),
    "binary.ttl": (UnreadableFile, 2, "is not UTF-8; save it as UTF-8, or name a text file"),
    "not-utf-8.ttl": (UnreadableFile, 10, "is not UTF-8; save it as UTF-8"),
    "quoted-statement.ttl": (UnreadableFile, 10, "a statement is quoted in another"),
    "doctype.rdf": (UnreadableFile, 2, "a document type declaration; remove it"),
    "not-well-formed.rdf": (UnreadableFile, None, "ill-formed document: expected `</rdf:Description>`"),
    "remote-context.jsonld": (
        UnreadableFile,
        2,
        "the context https://elsewhere.example/context.jsonld would have to be",
    ),
    "nested-context.jsonld": (UnreadableFile, 2, "the context file:///etc/hostname would have to be fetched"),
    "not-json.jsonld": (UnreadableFile, 3, "Expecting property name enclosed in double quotes; mend the JSON"),
    "endless-number.json": (UnreadableFile, None, "a number of more than 4,300 digits"),
    "organisation.csv": (UnreadableFile, None, "“.csv” is no RDF format we read; use one of .ttl"),
    "bare-id.sssom.tsv": (UnreadableFile, None, "“.tsv” is no RDF format we read"),
    "empty.ttl": (BadInput, None, "no organisation is described; add one: <…> a org:FormalOrganization"),
    "no-organisation.ttl": (BadInput, None, "no organisation is described; add one"),
    "two-organisations.ttl": (BadInput, 10, "2 organisations are described: organisation, other; keep one"),
    "cycle.ttl": (BadInput, 10, "a cycle in part of: "),
    "broader-cycle.ttl": (BadInput, 10, "a cycle in broader: "),
    "impossible-date.ttl": (BadInput, 12, "“2026-02-30” is not a date as 2026-11-20"),
    "far-date.ttl": (BadInput, 13, "“9999-12-31” is outside the years 1900 to 2999; write a day within them"),
    "date-in-words.ttl": (BadInput, 12, "“next spring” is no date, and validUntil takes one; write it as"),
    "fact-in-words.ttl": (
        BadInput,
        10,
        "“yes” is no boolean, and continuesToLearn takes one; write it as true or false",
    ),
    "endless-number.ttl": (BadInput, 10, f"“{'9' * 60}” is not a whole number"),
    "dangling-evidence.ttl": (BadInput, 12, "report: there is no implementation "),
    "unnamed-link.ttl": (BadInput, 12, "report: there is no implementation []"),
    "unnamed-record.ttl": (BadInput, 12, "a record without a name: Evidence; name it"),
    "no-such-control.ttl": (BadInput, 10, "testing: there is no control iso-42001/A.6.2.99; name a control or clause"),
    "unknown-scope.ttl": (BadInput, 12, "testing: there is no scope "),
    "unknown-role.ttl": (BadInput, 10, "1: there is no role "),
    "unknown-state.ttl": (BadInput, 11, "override: there is no state "),
    "no-state.ttl": (BadInput, 10, "override sets no state; add one"),
    "unknown-term.ttl": (BadInput, 12, "there is no term ng:statsu; did you mean ng:status?"),
    "unknown-value.ttl": (BadInput, 11, "there is no term ng:Implementd; did you mean ng:Implemented?"),
    "moment-without-time.ttl": (
        BadInput,
        9,
        '“2026-11-04” is no dateTime, and sentAt takes one; write it as "2026-11-20T09:30:00Z"^^xsd:dateTime',
    ),
    "unknown-clause.ttl": (BadInput, 10, "contract: there is no requirement gdpr/art_28/par_3/pnt_z/req_1; name a"),
    "unknown-basis.ttl": (BadInput, 9, "data: there is no legal basis gdpr/art_6/par_1/pnt_z; name a provision of a"),
    "threshold-of-nothing.ttl": (BadInput, 9, "threshold: there is no scope "),
    "missing.ttl": (UnreadableFile, None, "is not there; name an RDF file (.ttl"),
}


def run(tmp_path: Path, cache: Path, *arguments: str) -> Done:
    environment = {"NORMGRAPH_CACHE": str(cache), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    return in_process(*arguments, cwd=tmp_path, env=environment)


def refused(tmp_path: Path, cache: Path, command: str, path: Path | str, message: str) -> None:
    """Assert that a command says one clear thing and leaves nothing behind."""
    before = sorted(tmp_path.rglob("*"))
    found = run(tmp_path, cache, command, str(path))
    assert found.returncode == 2
    assert found.stdout == ""
    assert found.stderr.count("\n") == 1, found.stderr
    assert found.stderr.startswith(f"normgraph: {path}")
    assert message in found.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_every_bad_file_is_tested() -> None:
    here = {path.name for path in BAD.iterdir()} - {"sound.ttl"}
    assert here | {"missing.ttl"} == CASES.keys() | {"unknown-relationship.sssom.tsv"}


def test_what_they_have_in_common_is_sound(content: Content) -> None:
    opened = open_organisation(content, str(BAD / "sound.ttl"))
    assert opened.organisation.label == "A bad example"
    assert len(opened.organisation.evidence) == 1


@pytest.mark.parametrize("name", CASES)
def test_the_engine_says_where_what_and_what_to_do(name: str, content: Content) -> None:
    kind, line, message = CASES[name]
    with pytest.raises(kind) as caught:
        open_organisation(content, str(BAD / name))
    place = f"{BAD / name}, line {line}: " if line else f"{BAD / name}: "
    assert str(caught.value).startswith(place + message)
    assert "\n" not in str(caught.value)
    assert (caught.value.path, caught.value.line) == (str(BAD / name), line)  # type: ignore[attr-defined]
    assert caught.value.remedy  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", CASES)
def test_the_command_says_it_once_and_ends_with_2(name: str, tmp_path: Path, cache: Path, content: Content) -> None:
    del content  # compiled into the cache
    refused(tmp_path, cache, "assess", BAD / name, CASES[name][2])


@pytest.mark.parametrize("name", ["truncated.ttl", "cycle.ttl", "remote-context.jsonld", "missing.ttl"])
def test_validate_says_the_same(name: str, tmp_path: Path, cache: Path, content: Content) -> None:
    del content
    refused(tmp_path, cache, "validate", BAD / name, CASES[name][2])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "bare-id",
            "line 9: subject_id “10.2” names no framework; write eu-ai-act:10.2 or iso-27001:10.2 or iso-42001",
        ),
        ("unknown-relationship", "line 9: relationship “covers” is unknown; use one of equal-to, equivalent-to, "),
    ],
)
def test_a_mapping_set_that_cannot_be(name: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_sssom(BAD / f"{name}.sssom.tsv")
    assert str(caught.value).startswith(f"{BAD / name}.sssom.tsv, {message}")


SOUND = (BAD / "sound.ttl").read_text(encoding="utf-8")


def test_a_literal_of_50_megabytes(tmp_path: Path, cache: Path, content: Content) -> None:
    path = tmp_path / "large.ttl"
    path.write_text(f'{SOUND}<system> ng:ground "{"large " * 8_400_000}" .\n', encoding="utf-8")
    message = "line 14: a literal of more than 1,048,576 characters; keep large content in a file"
    with pytest.raises(BadInput) as caught:
        open_organisation(content, str(path))
    assert message in str(caught.value)
    assert len(str(caught.value)) < 1000
    refused(tmp_path, cache, "assess", path, message)


@pytest.mark.parametrize("name", ["large.ttl", "large.nt", "large.jsonld", "large.rdf"])
def test_a_literal_a_little_too_long(name: str, tmp_path: Path) -> None:
    text = "long" * (MAX_LITERAL // 4) + "er"
    (tmp_path / name).write_text(
        {
            ".jsonld": f'{{"@id": "http://x/s",\n"http://x/p": "{text}"}}',
            ".rdf": f'<r:RDF xmlns:r="{RDF}">\n<r:Description r:about="http://x/s" r:value="{text}"/></r:RDF>',
        }.get(Path(name).suffix, f'\n<http://x/s> <http://x/p> "{text}" .\n'),
        encoding="utf-8",
    )
    with pytest.raises(BadInput, match="line 2: a literal of 1,048,578 characters, more than 1,048,576; keep large"):
        read_quads(tmp_path / name, HOME)


def test_a_file_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.ttl"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(UnreadableFile, match="67,108,865 bytes, more than 67,108,864; split the file"):
        read_bytes(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.json", "[" * 100_000 + "]" * 100_000),
        ("deep.jsonld", '{"https://example.org/p":' * 150 + "1" + "}" * 150),
        ("deep.nt", "<http://x/s> <http://x/p> " + "<<( <http://x/s> <http://x/p> " * 50_000),
        ("deep.ttl", "<http://x/s> <http://x/p> " + "<< <http://x/s> <http://x/p> " * 50_000),
        ("deep.rdf", '<x p="" rdf:parseType = "Triple">' * 50_000),
    ],
)
def test_what_is_nested_without_end(name: str, text: str, tmp_path: Path, cache: Path, content: Content) -> None:
    del content
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="nested"):
        read_quads(path, HOME)
    refused(tmp_path, cache, "assess", path, "nested")


def test_nested_blank_nodes_and_lists_are_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "deep.ttl"
    path.write_text("<http://x/s> <http://x/p> " + "( [ <http://x/p> " * 20_000 + "1" + " ] )" * 20_000 + " .")
    assert len(read_quads(path, HOME)) == 60_001


def test_a_folder_of_files_is_one_organisation(tmp_path: Path, cache: Path, content: Content) -> None:
    refused(tmp_path, cache, "assess", tmp_path, "holds no RDF file; put files ending in .ttl")
    (tmp_path / "a.ttl").write_text(SOUND, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("notes", encoding="utf-8")
    more = SOUND.partition("<organisation>")[0]
    (tmp_path / "b.ttl").write_text(
        f"{more}<control/testing> ng:ownedBy <role/tester> .\n<role/tester> a org:Role .\n", encoding="utf-8"
    )
    opened = open_organisation(content, str(tmp_path))
    assert opened.organisation.implementations[0].owner == "https://w3id.org/normgraph/example/bad/role/tester"
    (tmp_path / "c.ttl").write_text(f"{more}<control/testing> ng:validUntil <never> .\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"c\.ttl, line 8: “.*never” is no date"):
        open_organisation(content, str(tmp_path))


def test_a_cycle_that_runs_through_two_files(tmp_path: Path, content: Content) -> None:
    head = SOUND.partition("<organisation>")[0]
    (tmp_path / "a.ttl").write_text(f"{SOUND}<policy/a> ng:partOf <policy/b> .\n", encoding="utf-8")
    (tmp_path / "b.ttl").write_text(f"{head}<policy/b> ng:partOf <policy/a> .\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"a\.ttl, line 14: a cycle in part of: "):
        open_organisation(content, str(tmp_path))


def test_a_folder_named_as_a_file_and_a_name_that_is_too_long(tmp_path: Path, content: Content) -> None:
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(UnreadableFile, match="is a folder; name a file"):
        read_quads(tmp_path / "folder.ttl", HOME)
    with pytest.raises(UnreadableFile, match="too long; check the path"):
        open_organisation(content, str(tmp_path / ("a" * 5000 + ".ttl")))


def test_dates_in_words_about_things_that_are_not_ours_are_let_be(tmp_path: Path, content: Content) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(f'{SOUND}<https://example.org/book> dcterms:issued "MMXXVI" .\n', encoding="utf-8")
    assert open_organisation(content, str(path)).organisation.label == "A bad example"


@pytest.mark.parametrize("name", ["x.ttl", "x.jsonld"])
def test_a_byte_order_mark_is_no_trouble(name: str, tmp_path: Path) -> None:
    text = "<http://x/s> <http://x/p> 1 ." if name == "x.ttl" else json.dumps({"@id": "http://x/s", "http://x/p": 1})
    (tmp_path / name).write_bytes(codecs.BOM_UTF8 + text.encode())
    assert len(read_quads(tmp_path / name, HOME)) == 1


def test_blank_nodes_have_the_same_names_each_time_and_not_those_of_another_file(tmp_path: Path) -> None:
    text = "[] <http://x/p> [ <http://x/q> _:a ] . _:a <http://x/p> 1 ."
    for name in ("a-b.ttl", "ab.ttl", "-.ttl"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    first, again, other, odd = (read_quads(tmp_path / name, HOME) for name in ("a-b.ttl", "a-b.ttl", "ab.ttl", "-.ttl"))
    assert first == again
    names = [
        {t for q in quads for t in (q.subject, q.object) if isinstance(t, BlankNode)} for quads in (first, other, odd)
    ]
    assert [len(found) for found in names] == [3, 3, 3]
    assert len(set.union(*names)) == 9


def test_a_literal_as_long_as_may_be(tmp_path: Path) -> None:
    (tmp_path / "x.nt").write_text(f'<http://x/s> <http://x/p> "{"a" * MAX_LITERAL}" .\n', encoding="utf-8")
    assert len(read_quads(tmp_path / "x.nt", HOME)) == 1


@pytest.mark.parametrize(
    ("literal", "kind"),
    [
        ('"2026-2-3"^^xsd:date', "a date"),
        ('"\uff12026-11-20"^^xsd:date', "a date"),
        ('"0000-01-01"^^xsd:date', "a date"),
        ('"soon"^^xsd:dateTime', "a time"),
        ('"TRUE"^^xsd:boolean', "true or false"),
        ('"1.0"^^xsd:integer', "a whole number"),
        ('"nan"^^xsd:decimal', "a decimal number"),
        ('"1e5"^^xsd:decimal', "a decimal number"),
        ('"1_0"^^xsd:decimal', "a decimal number"),
        ('"many"^^xsd:double', "a number"),
    ],
)
def test_literals_that_are_none(literal: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    text = f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n<http://x/s> <http://x/p> {literal} .\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=rf"x\.ttl, line 3: “.*” is not {kind}.*; write {kind}"):
        read_quads(path, HOME)


@pytest.mark.parametrize(
    "literal",
    [
        '"0001-01-01"^^xsd:date',
        '"1899-12-31"^^xsd:date',
        '"3000-01-01+01:00"^^xsd:date',
        '"9999-12-31T23:59:59-05:00"^^xsd:dateTime',
    ],
)
def test_days_that_nothing_can_be_counted_from(literal: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    text = f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n<http://x/s> <http://x/p> {literal} .\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.ttl, line 3: “.*” is outside the years 1900 to 2999; write a day"):
        read_quads(path, HOME)


def test_the_first_and_the_last_day_that_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    days = '"1900-01-01"^^xsd:date, "2999-12-31T23:59:59Z"^^xsd:dateTime'
    path.write_text(f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n<http://x/s> <http://x/p> {days} .\n")
    assert len(read_quads(path, HOME)) == 2


def test_a_folder_with_files_whose_names_are_no_part_of_an_iri(tmp_path: Path, content: Content) -> None:
    (tmp_path / "my records (2).ttl").write_text(SOUND, encoding="utf-8")
    more = f"{SOUND.partition('<organisation>')[0]}<role/tester> a org:Role .\n"
    (tmp_path / "«é».ttl").write_text(more, encoding="utf-8")
    opened = open_organisation(content, str(tmp_path))
    homes = {quad.graph_name.value.rpartition("/")[2] for quad in opened.quads}
    assert homes == {"my-records-2", "records"}


def test_the_line_of_the_first_needle_that_is_there() -> None:
    assert line_of("a\nb\nc", "x", "c", "b") == 3
    assert line_of("a", "", "x") is None
