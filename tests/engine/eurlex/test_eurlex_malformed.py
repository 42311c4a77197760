from __future__ import annotations

import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UnreadableFile
from engine.eurlex import Act, read_act
from engine.eurlex.build import build_act
from engine.eurlex.formex import read_formex
from engine.eurlex.html import read_html
from engine.eurlex.source import MAXIMUM, Document

DATA = Path(__file__).parents[2] / "data" / "eurlex"
FORMEX = (DATA / "lighthouse" / "act.fmx.xml").read_bytes()
PAGE = (DATA / "lighthouse.html").read_bytes()
CUT = FORMEX[:4000]
CUT_LINE = CUT.count(b"\n") + 1
BOMB = (
    b'<?xml version="1.0"?>\n<!DOCTYPE ACT [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    b"<ACT><ENACTING.TERMS><ARTICLE>&b;</ARTICLE></ENACTING.TERMS></ACT>"
)


def zipped(**files: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"", None, "the file is empty"),
        (b" \n\n ", None, "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", None, "binary"),
        (b"%PDF-1.7 and so on", 1, "neither XML nor HTML"),
        (b"Article 1\nLamps shall burn.", 1, "neither XML nor HTML"),
        (CUT, CUT_LINE, "no well-formed XML"),
        (b"<ACT>\n<TITLE>\n</ACT>", 3, "no well-formed XML"),
        (BOMB, 2, "declares a document type or an entity"),
        (b"<ACT>\n" + b"<P>" * 3000 + b"</P>" * 3000 + b"</ACT>", 2, "no well-formed XML"),
        (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', 1, "another vocabulary"),
        (b"\n<ANNEX><TITLE/></ANNEX>", 2, "an annex without its act"),
        (b"<ACT><ENACTING.TERMS/></ACT>", 1, "the act has no article"),
        *(
            (b"<ACT>\n<ENACTING.TERMS><ARTICLE>\n" + mark + b"</ARTICLE></ENACTING.TERMS></ACT>", 3, problem)
            for mark, problem in (
                (b'<GR.SEQ LEVEL="x"/>', "the LEVEL of GR.SEQ is “x”"),
                (b'<GR.SEQ LEVEL="\xc2\xb2"/>', "the LEVEL of GR.SEQ is “²”"),
                (b'<QUOT.START CODE="zz"/>', "the CODE of QUOT.START is “zz”"),
                (b'<QUOT.END CODE="FFFFFFFF"/>', "the CODE of QUOT.END is “FFFFFFFF”"),
                (b'<QUOT.END CODE="D800"/>', "the CODE of QUOT.END is “D800”"),
                (b'<QUOT.END CODE="0000"/>', "the CODE of QUOT.END is “0000”"),
            )
        ),
        (b"<html><body><p>Results 1 to 10</p></body></html>", None, "no article of an act is on this page"),
        (b"<html></html>", None, "no article of an act is on this page"),
        (b"<!-- <html> -->", None, "no HTML page"),
        (b"<!DOCTYPE html [<!ENTITY a 'b'>]><html></html>", None, "declares entities"),
        (b"PK\x03\x04 no zip at all", None, "the zip is damaged"),
        (zipped(**{"..__..__etc__act.xml": FORMEX}), None, "outside itself"),
        (zipped(**{"__etc__act.xml": FORMEX}), None, "outside itself"),
        (zipped(**{"C:act.xml": FORMEX}), None, "outside itself"),
        (zipped(**{"act.pdf": b"%PDF"}), None, "no .xml file"),
        (zipped(**{"a.xml": FORMEX, "b.xml": FORMEX}), None, "2 acts"),
        (zipped(**{"a.xml": b" " * (MAXIMUM + 1)}), None, "more than 64 MB"),
        (zipped(**{f"{number}.xml": b"<A/>" for number in range(1001)}), None, "more than 1000 files"),
    ],
)
def test_a_file_that_is_no_act_is_refused_with_its_place(
    tmp_path: Path, content: bytes, line: int | None, problem: str
) -> None:
    file = tmp_path / "act"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        read_act(file)
    assert problem in caught.value.problem
    assert caught.value.line == line
    assert caught.value.path.startswith(str(file))
    assert caught.value.remedy
    assert str(caught.value).startswith(str(file))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        read_act(tmp_path / "nothing.xml")


def test_a_folder_without_formex(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"no \.xml file"):
        read_act(tmp_path)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.xml"
    with file.open("wb") as target:
        target.truncate(MAXIMUM + 1)
    with pytest.raises(UnreadableFile, match="more than 64 MB"):
        read_act(file)


def test_the_file_inside_a_zip_is_named(tmp_path: Path) -> None:
    file = tmp_path / "act.zip"
    file.write_bytes(zipped(**{"fmx4__act.xml": CUT}))
    with pytest.raises(UnreadableFile, match=f"act.zip!fmx4/act.xml, line {CUT_LINE}"):
        read_act(file)


def test_a_page_nested_beyond_any_act_is_read_as_far_as_it_is_sound(tmp_path: Path) -> None:
    file = tmp_path / "deep.html"
    file.write_bytes(PAGE.replace(b"</body>", b"<div>" * 20_000 + b"</body>"))
    assert read_act(file) == read_act(DATA / "lighthouse.html")


def test_the_deepest_text_that_the_parser_lets_through_is_read(tmp_path: Path) -> None:
    file = tmp_path / "deep.xml"
    nested = b"<HT>" * 240 + b"deep" + b"</HT>" * 240
    file.write_bytes(FORMEX.replace(b"A keeper may sleep by day.", nested))
    assert "deep" in {part.text for part in read_act(file).walk()}


def _read(content: bytes) -> Act:
    document = Document("act", content)
    return build_act(read_html(document) if document.is_html else read_formex([document]))


@given(
    original=st.sampled_from((FORMEX, PAGE)),
    start=st.floats(0, 1),
    length=st.integers(0, 400),
    put=st.binary(max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_a_damaged_act_is_read_or_refused_and_nothing_else(
    original: bytes, start: float, length: int, put: bytes
) -> None:
    at = int(start * len(original))
    with suppress(UnreadableFile):
        act = _read(original[:at] + put + original[at + length :])
        assert all(part.path for part in act.walk())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"1000", "1 000"),
        ("²".encode(), "²"),
        ("\N{ARABIC-INDIC DIGIT ONE}".encode(), "\N{ARABIC-INDIC DIGIT ONE}"),
        (b"9" * 5000, "9" * 5000),
    ],
)
def test_what_is_marked_as_a_number_and_is_none_stays_as_it_is(written: bytes, read: str) -> None:
    number = b'<FT TYPE="NUMBER">' + written + b"</FT>"
    act = build_act(read_formex([Document("act.xml", FORMEX.replace(b"A keeper may sleep by day.", number))]))
    assert read in {part.text for part in act.walk()}
