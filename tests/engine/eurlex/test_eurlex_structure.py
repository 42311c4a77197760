from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from engine.eurlex import Act, Kind, Part, read_act

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ["lighthouse", "lighthouse.html", "lighthouse-older.html", "lighthouse-da.html"]
PATHS = [
    "ch_I",
    "art_1",
    "art_1/pnt_1",
    "art_1/pnt_2",
    "art_1/pnt_2/pnt_a",
    "art_1/pnt_2/pnt_b",
    "ch_I/sec_1",
    "art_2",
    "art_2/par_1",
    "art_2/par_1/pnt_a",
    "art_2/par_1/pnt_a/pnt_i",
    "art_2/par_1/pnt_a/pnt_ii",
    "art_2/par_1/pnt_b",
    "art_2/par_1/sub_2",
    "art_2/par_1/pnt_a~2",
    "art_2/par_1/pnt_b~2",
    "art_2/par_1/sub_3",
    "art_2/par_1a",
    "art_2a",
    "art_2a/sub_2",
    "ch_II",
    "art_3",
    "art_3/pnt_1",
    "art_3/pnt_2",
    "anx_I",
    "anx_I/sec_A",
    "anx_I/sec_A/pnt_1",
    "anx_I/sec_A/pnt_2",
    "anx_I/sec_B",
    "anx_II",
    "anx_II/pnt_1",
    "anx_II/pnt_1/pnt_1.1",
    "anx_II/pnt_2",
    "anx_II/pnt_2/pnt_a",
    "anx_II/pnt_2/pnt_a/TWR_0101",
    "anx_II/pnt_2/pnt_a/TWR_0102",
]


def parts(act: Act) -> dict[str, Part]:
    return {part.path: part for part in act.walk()}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_and_language_gives_the_same_identifiers_in_order(data: Path, form: str) -> None:
    act = read_act(data / form)
    assert [part.path for part in act.walk()] == PATHS
    assert act.recitals == 2
    keys = [part.sort_key for part in act.walk()]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("form", FORMS[1:3])
def test_text_and_titles_are_those_of_formex(data: Path, form: str) -> None:
    formex, page = parts(read_act(data / "lighthouse")), parts(read_act(data / form))
    assert {path: part.title for path, part in page.items()} == {path: part.title for path, part in formex.items()}
    amending = {"art_3/pnt_1", "art_3/pnt_2"}
    assert {p: part.text for p, part in page.items() if p not in amending} == {
        p: part.text for p, part in formex.items() if p not in amending
    }


def test_a_zip_reads_like_the_folder(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "act.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in (data / "lighthouse").iterdir():
            target.write(file, f"fmx4/{file.name}")
        target.writestr("notice.pdf", b"%PDF")
    assert read_act(archive) == read_act(data / "lighthouse")


def test_one_file_gives_the_articles_without_the_annexes(data: Path) -> None:
    act = read_act(data / "lighthouse" / "act.fmx.xml")
    assert [part.path for part in act.walk()] == [path for path in PATHS if not path.startswith("anx")]


def test_kinds_numbers_and_citations(data: Path) -> None:
    found = parts(read_act(data / "lighthouse"))
    assert {part.kind for part in found.values()} == set(Kind)
    assert found["art_2/par_1/pnt_a/pnt_ii"].citation == "2(1)(a)(ii)"
    assert found["art_2/par_1/pnt_a~2"].citation == "2(1), second list, (a)"
    assert found["art_2/par_1/sub_3"].citation == "2(1), third subparagraph"
    assert found["ch_I/sec_1"].citation == "Chapter I Section 1"
    assert found["anx_I/sec_A/pnt_2"].citation == "Annex I Section A(2)"
    code = found["anx_II/pnt_2/pnt_a/TWR_0102"]
    assert (code.citation, code.number, code.text) == ("Annex II(2)(a) TWR 0102", "TWR 0102", "square")


def test_titles_are_official_headings_only(data: Path) -> None:
    titles = {path: part.title for path, part in parts(read_act(data / "lighthouse")).items() if part.title}
    assert titles == {
        "ch_I": "LAMPS",
        "art_1": "Meanings",
        "ch_I/sec_1": "Keeping",
        "art_2": "Duties of keepers",
        "art_2a": "Relief",
        "ch_II": "FINAL",
        "art_3": "Amendment to Regulation (EU) 2998/9",
        "anx_I": "Oils",
        "anx_I/sec_A": "Oils for lamps",
        "anx_I/sec_B": "Oils for hinges",
        "anx_II": "Codes of towers",
        "anx_II/pnt_1": "Examination",
        "anx_II/pnt_2": "Codes",
        "anx_II/pnt_2/pnt_a": "Towers of stone",
    }


def test_footnotes_and_their_marks_are_no_text(data: Path) -> None:
    for form in FORMS[:3]:
        found = parts(read_act(data / form))
        assert found["art_2/par_1"].text == "A keeper shall:\nunless a storm forbids it."
        assert not any("harbour log" in part.text for part in found.values())


def test_what_an_amending_act_quotes_is_text_of_the_point_that_quotes(data: Path) -> None:
    for form in FORMS[:3]:
        found = parts(read_act(data / form))
        assert "Buoys" in found["art_3/pnt_1"].text
        assert not found["art_3/pnt_1"].children


def test_an_annex_that_is_quoted_is_none_of_the_act(data: Path) -> None:
    assert "anx_IX" not in parts(read_act(data / "lighthouse"))


def test_a_consolidated_text_is_read_without_what_was_deleted(data: Path) -> None:
    found = parts(read_act(data / "consolidated.fmx.xml"))
    assert list(found) == ["art_1", "art_1/par_1", "art_1/par_3", "anx", "anx/pnt_2"]
    assert found["art_1"].title == "Horns"
    assert found["art_1/par_1"].text == "Horns shall sound in fog."
    assert found["art_1/par_3"].text == "Horns shall be loud."


def test_a_page_that_a_browser_saved_reads_like_the_one_it_saved(data: Path, tmp_path: Path) -> None:
    page = (data / "lighthouse.html").read_text(encoding="utf-8")
    body = page.partition("<body>")[2].partition("</body>")[0].replace("\N{NO-BREAK SPACE}", "&nbsp;")
    around = '<div id="TOC"><ul class="nav"><li><a href="#art_1">Article 1</a></li></ul></div><div id="docHtml">'
    saved = tmp_path / "saved.html"
    head = '<html style="height: 100%;"><head><meta name="WT.z_usr_lan" content="EN"></head>'
    saved.write_text(f"{head}<body>{around}{body}</div></body></html>", encoding="utf-8")
    assert read_act(saved) == read_act(data / "lighthouse.html")


def test_reading_changes_no_file_and_needs_no_name(data: Path, tmp_path: Path) -> None:
    copied = tmp_path / "whatever"
    shutil.copyfile(data / "lighthouse.html", copied)
    assert read_act(copied) == read_act(data / "lighthouse.html")


def test_an_annex_may_have_headings_that_number_nothing(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "act"
    shutil.copytree(data / "lighthouse", folder)
    annex = (folder / "annex-1.fmx.xml").read_text(encoding="utf-8")
    headed = annex.replace("Section A. Oils for lamps", "General").replace("<P>Section B</P>", "<P>Other</P>")
    (folder / "annex-1.fmx.xml").write_text(headed, encoding="utf-8")
    found = parts(read_act(folder))
    assert [path for path in found if path.startswith("anx_I/")] == ["anx_I/pnt_1", "anx_I/pnt_2"]
    assert found["anx_I"].text.splitlines()[0] == "General"


def test_numbers_of_german_and_hungarian_paragraphs_stand_in_parentheses(data: Path, tmp_path: Path) -> None:
    page = (data / "lighthouse-older.html").read_text(encoding="utf-8")
    german = tmp_path / "german.html"
    page = page.replace(">1.\N{NO-BREAK SPACE}", ">(1)\N{NO-BREAK SPACE}").replace('lang="en"', 'lang="de"')
    german.write_text(page.replace('class="hd-lg"', 'class="other"'), encoding="utf-8")
    act = read_act(german)
    assert [part.path for part in act.walk()] == PATHS
    assert act.language == "de"


def test_a_section_of_an_annex_may_have_no_title_at_all(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "act"
    shutil.copytree(data / "lighthouse", folder)
    annex = (folder / "annex-1.fmx.xml").read_text(encoding="utf-8")
    numbered = '</GR.SEQ><GR.SEQ LEVEL="1"><TITLE><TI><NP><NO.P>3.</NO.P><TXT>Wax</TXT></NP></TI></TITLE>'
    bare = annex.replace("<STI><P>Oils for hinges</P></STI></TITLE>", f"</TITLE>{numbered}")
    (folder / "annex-1.fmx.xml").write_text(bare, encoding="utf-8")
    found = parts(read_act(folder))
    assert (found["anx_I/sec_B"].title, found["anx_I/pnt_3"].title) == ("", "Wax")


def test_a_paragraph_may_be_only_a_list_of_dashes_and_a_list_may_be_wrapped(data: Path, tmp_path: Path) -> None:
    act = (data / "lighthouse" / "act.fmx.xml").read_text(encoding="utf-8")
    dashes = '<LIST TYPE="DASH"><ITEM><P>oil;</P></ITEM><ITEM><P>wick.</P></ITEM></LIST>'
    wrapped = '<COMMENT><LIST TYPE="alpha"><ITEM><NP><NO.P>(a)</NO.P><TXT>light.</TXT></NP></ITEM></LIST></COMMENT>'
    changed = act.replace("A keeper may sleep by day.", dashes).replace(
        "Relief shall arrive by boat.", f"Bring:{wrapped}"
    )
    file = tmp_path / "act.xml"
    file.write_text(changed, encoding="utf-8")
    found = parts(read_act(file))
    assert found["art_2/par_1a"].text == "— oil;\n— wick."
    assert found["art_2a/pnt_a"].text == "light."
