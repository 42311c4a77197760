"""``normgraph mapping`` as people use it: find rows, sign and contest them in a folder of their own, compare sets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands import ROOT, Done, in_process

if TYPE_CHECKING:
    from pathlib import Path

ACME = "\n".join(re.findall(r"```turtle\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL))
ANN, BOB, EVE = "Ann Lee <ann@example.org>", "Bob Roy <bob@example.org>", "Eve Sun <eve@example.org>"
ON = ("--on", "2026-11-20")


def normgraph(*arguments: str, code: int = 0) -> Done:
    done = in_process(*arguments)
    assert done.returncode == code, done.stderr
    return done


def answer(*arguments: str) -> Any:
    return json.loads(normgraph("mapping", *arguments, "--format", "json").stdout)


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "acme.ttl").write_text(ACME, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def row() -> str:
    rows = answer("list", "--from", "ISO/IEC 42001 A.8.2", "--to", "AI Act 50(1)")["rows"]
    assert len(rows) == 1
    return str(rows[0]["record_id"]).rpartition("/")[2]


def review(command: str, row: str, who: str, acme: Path, *more: str) -> str:
    rows = answer(command, row, "--as", who, "--org", str(acme), *ON, *more)["rows"]
    return str(rows[0]["review_state"])


def test_two_persons_one_of_them_a_lawyer_make_a_row_count_under_the_legal_policy(row: str, acme: Path) -> None:
    assert review("sign", row, ANN, acme, "--level", "legal") == "expert-reviewed"
    assert review("sign", row, BOB, acme) == "legally-reviewed"
    shown = answer("show", row, "--org", str(acme), "--as-of", "2026-11-20")
    assert [(r["person"], r["standing"]) for r in shown["reviews"]] == [("Ann Lee", "counts"), ("Bob Roy", "counts")]
    legal = ("assess", str(acme), "--as-of", "2026-11-20", "--policy", "legal", "-f", "eu-ai-act", "--format", "json")
    results = json.loads(normgraph(*legal).stdout)["results"]
    (marked,) = [r for r in results if r["citation"] == "AI Act 50(1) no. 1"]
    assert (marked["state"], marked["assurance"]) == ("PartiallyCovered", "legally-reviewed")


def test_before_the_day_of_the_signature_the_row_is_proposed(row: str, acme: Path) -> None:
    review("sign", row, ANN, acme)
    assert answer("show", row, "--org", str(acme), "--as-of", "2026-11-19")["review_state"] == "proposed"


def test_an_objection_stops_the_row_and_two_others_may_uphold_it(row: str, acme: Path) -> None:
    review("sign", row, ANN, acme)
    assert review("dispute", row, EVE, acme, "--reason", "the notice is not the system's") == "disputed"
    assert review("uphold", row, ANN, acme, "--reason", "the control asks for it") == "disputed"
    assert review("uphold", row, BOB, acme, "--reason", "read again with the text") == "expert-reviewed"
    standing = {r["person"]: r["standing"] for r in answer("show", row, "--org", str(acme))["reviews"]}
    assert standing["Eve Sun"] == "minority opinion"


def test_what_is_shipped_never_changes(row: str, acme: Path) -> None:
    review("dispute", row, EVE, acme, "--reason", "no")
    assert answer("show", row)["review_state"] == "proposed"


def test_the_file_that_is_written_is_canonical_and_is_read_again(row: str, acme: Path) -> None:
    review("sign", row, ANN, acme)
    first = (acme / "reviews.ttl").read_text(encoding="utf-8")
    review("sign", row, ANN, acme)
    assert (acme / "reviews.ttl").read_text(encoding="utf-8") == first


def test_a_row_of_ones_own_overrides_a_shipped_one_and_is_not_signed_by_its_author(row: str, acme: Path) -> None:
    added = ("add", "ISO/IEC 42001 A.8.2", "AI Act 50(1) no. 1", "--relationship", "intersects-with")
    texts = ("--rationale", "Users are told at the start of each chat.", "--residual", "Those who are not users.")
    made = answer(*added, *texts, "--covers", "1", "--as", ANN, "--org", str(acme), *ON, "--overrides", row)["rows"]
    assert made[0]["review_state"] == "proposed"
    assert answer("show", row, "--org", str(acme))["review_state"] == "superseded"
    own = str(made[0]["record_id"]).rpartition("/")[2]
    refused = normgraph("mapping", "sign", own, "--as", ANN, "--org", str(acme), *ON, code=2)
    assert "nobody signs their own" in refused.stderr
    assert review("sign", own, BOB, acme) == "expert-reviewed"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("sign", "{row}", "--as", "Ann", "--org", "{acme}"), "--as: “Ann” is not a person"),
        (("sign", "{row}", "--as", ANN, "--org", "bank"), "the bundled examples are only read"),
        (("sign", "{row}", "--as", ANN, "--org", "{acme}/acme.ttl"), "is not a folder"),
        (("sign", "0000000", "--as", ANN, "--org", "{acme}"), "there is no mapping row “0000000”"),
        (("dispute", "{row}", "--as", ANN, "--org", "{acme}"), "say why, for those who come after you"),
        (("show", "ab"), "there is no mapping row “ab”"),
        (("list", "--set", "iso-9001--gdpr"), "there is no mapping set “iso-9001--gdpr”"),
        (("list", "--from", "10.2"), "names no framework"),
        (("compare", "iso-42001--gdpr", "nothing"), "there is no mapping set “nothing”"),
    ],
)
def test_what_cannot_be_is_refused_once(arguments: tuple[str, ...], problem: str, row: str, acme: Path) -> None:
    filled = [argument.format(row=row, acme=acme) for argument in arguments]
    done = normgraph("mapping", *filled, code=2)
    assert problem in done.stderr
    assert "Traceback" not in done.stderr
    assert not (acme / "reviews.ttl").exists()


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ((), "a partial row says nothing of what is left"),
        (("--residual", "x", "--covers", "99"), "is no element of the target"),
        (("--residual", "x", "--covers", "a"), "is not numbers of elements"),
        (("--residual", "x", "--covers", "1", "--rationale-type", "semantic"), "only a partial row with a functional"),
    ],
)
def test_a_row_that_cannot_stand_is_not_written(more: tuple[str, ...], problem: str, acme: Path) -> None:
    ends = ("add", "ISO/IEC 42001 A.8.2", "AI Act 50(1) no. 1", "--relationship", "intersects-with")
    done = normgraph("mapping", *ends, "--rationale", "why", "--as", ANN, "--org", str(acme), *more, code=2)
    assert problem in done.stderr
    assert not (acme / "mappings.ttl").exists()


def test_the_same_seed_draws_the_same_rows() -> None:
    first, again, other = (answer("sample", "--seed", seed, "--n", "3") for seed in ("7", "7", "8"))
    assert first == again
    assert first["rows"] != other["rows"]
    assert all(r["source"] and r["target"] and r["rationale"] for r in first["rows"])


def test_a_set_agrees_with_itself_in_everything() -> None:
    counts = answer("compare", "iso-42001--gdpr", "iso-42001--gdpr")["counts"]
    assert {verdict for verdict, number in counts.items() if number} == {"same"}


def test_a_set_of_today_is_held_against_the_one_before(tmp_path: Path) -> None:
    name = "iso-42001--nis2.sssom.tsv"
    today = (ROOT / "mappings" / name).read_text(encoding="utf-8").splitlines(keepends=True)
    before = tmp_path / name
    before.write_text("".join(today[:-1]), encoding="utf-8")
    found = answer("diff", str(before), str(ROOT / "mappings" / name))
    assert found["schema"] == "normgraph/diff/1"
    assert [row["change"] for row in found["rows"]] == ["added"]
    assert found["counts"]["same"] == found["before"]["rows"] == found["after"]["rows"] - 1


def test_a_set_is_exported_and_what_a_form_loses_is_said(tmp_path: Path) -> None:
    arguments = ("export", "mapping", "iso-42001--nis2", "-o", str(tmp_path))
    names = ("sssom", "sssom-json", "turtle", "oscal", "strm", "strm-xlsx")
    forms = [word for name in names for word in ("--as", name)]
    found = json.loads(normgraph(*arguments, *forms, "--format", "json").stdout)
    assert [bool(file["lost"]) for file in found["files"]] == [False, False, False, False, True, True]
    assert [file["form"] for file in found["files"] if file["only_props"]] == ["oscal"]
    shipped = (ROOT / "mappings" / "iso-42001--nis2.sssom.tsv").read_text(encoding="utf-8")
    assert (tmp_path / "iso-42001--nis2.sssom.tsv").read_text(encoding="utf-8") == shipped


@pytest.mark.parametrize(("form", "ending"), [("oscal", "oscal.json"), ("sssom", "sssom.tsv")])
def test_a_set_that_comes_back_is_the_same(form: str, ending: str, tmp_path: Path, acme: Path) -> None:
    normgraph("export", "mapping", "iso-42001--nis2", "-o", str(tmp_path), "--as", form)
    handed = ("import", "mapping", str(tmp_path / f"iso-42001--nis2.{ending}"), "--org", str(acme), *ON)
    assert set(json.loads(normgraph(*handed, "--format", "json").stdout)["counts"]) == {"same"}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_of_others_are_compared_before_they_are_written(ending: str, tmp_path: Path, acme: Path) -> None:
    forms = ("--as", "strm", "--as", "strm-xlsx")
    normgraph("export", "mapping", "iso-42001--nis2", "-o", str(tmp_path), *forms)
    table = str(tmp_path / f"iso-42001--nis2.strm.{ending}")
    ends = ("--from", "iso-42001", "--to", "nis2", "--org", str(acme), *ON)
    told = json.loads(
        normgraph("import", "mapping", str(tmp_path / "none.csv"), *ends, "--format", "json", code=2).stdout or "0"
    )
    assert told == 0
    refused = normgraph("import", "mapping", table, *ends, code=2)
    assert "a partial row says nothing of what is left" in refused.stderr
    assert not (acme / "mappings.ttl").exists()


def test_a_whole_set_of_others_is_reported_then_taken(tmp_path: Path, acme: Path) -> None:
    normgraph("export", "mapping", "iso-42001--nis2", "-o", str(tmp_path), "--as", "sssom-json")
    handed = ("import", "mapping", str(tmp_path / "iso-42001--nis2.sssom.json"), "--org", str(acme), *ON)
    told = json.loads(normgraph(*handed, "--format", "json").stdout)
    assert set(told["counts"]) == {"same"}
    assert told["written"] is None
    assert not (acme / "mappings.ttl").exists()
    normgraph(*handed, "--write")
    rows = answer("list", "--org", str(acme), "--to", "NIS2", "--from", "ISO/IEC 42001")["rows"]
    assert len([row for row in rows if row["set"].startswith("org/")]) == len(told["rows"])


ADDED = ("add", "ISO/IEC 42001 A.8.2", "AI Act 50(1) no. 1", "--relationship", "intersects-with")


def added(acme: Path, rationale: str, *more: str) -> Any:
    return answer(*ADDED, "--rationale", rationale, "--residual", "x", "--as", ANN, "--org", str(acme), *ON, *more)


def test_a_folder_that_is_named_as_an_example_is_not_the_example(
    row: str, acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.rename(acme.with_name("bank"))
    monkeypatch.chdir(acme.parent)
    signed = answer("sign", row, "--as", BOB, "--org", "./bank", *ON)["rows"]
    assert signed[0]["review_state"] == "expert-reviewed"


def test_a_row_that_is_added_again_is_one_row_and_is_where_it_is_said_to_be(acme: Path) -> None:
    added(acme, "first", "--scope-qualifier", "AI systems only")
    made = added(acme, "again")
    assert made["file"] == str(acme / "mappings.ttl")
    shown = answer("show", str(made["rows"][0]["record_id"]), "--org", str(acme))
    assert (shown["rationale"], shown["scope_qualifier"]) == ("again", "")
    assert (acme / "mappings.ttl").read_text(encoding="utf-8").count("ng:rationale ") == 1


def test_list_counts_and_show_name_the_set_of_own_rows_alike(acme: Path) -> None:
    key = str(added(acme, "why")["rows"][0]["record_id"]).rpartition("/")[2]
    (listed,) = answer("list", "--set", "org/acme", "--org", str(acme))["rows"]
    (counted,) = answer("list", "--counts", "--set", "org/acme", "--org", str(acme))["sets"]
    shown = answer("show", f"org/acme/{key}", "--org", str(acme))
    assert listed["set"] == counted["set"] == shown["set"] == "org/acme"
    assert (counted["rows"], counted["intersects-with"], counted["triage"]) == (1, 1, "partial")
    assert 0 < counted["untriaged"] < counted["requirements"]
    seen, shipped = (answer("list", "--counts", *org)["sets"] for org in (("--org", str(acme)), ()))
    assert {one["set"] for one in seen} - {one["set"] for one in shipped} == {"org/acme"}


def test_a_signature_that_an_edit_has_outlived_is_shown_in_the_list(acme: Path) -> None:
    key = str(added(acme, "first")["rows"][0]["record_id"]).rpartition("/")[2]
    listed = ("list", "--set", "org/acme", "--org", str(acme), "--as-of", "2026-11-20")
    assert review("sign", key, BOB, acme) == "expert-reviewed"
    assert answer(*listed)["rows"][0]["stale_signatures"] == []
    added(acme, "again")
    (row,) = answer(*listed)["rows"]
    assert (row["review_state"], row["stale_signatures"]) == ("proposed", ["Bob Roy"])
    assert "stale:" in normgraph("mapping", *listed).stdout
    assert normgraph("mapping", *listed, "--format", "csv").stdout.rstrip().endswith(",Bob Roy")


def test_the_proof_and_the_report_name_who_has_decided(row: str, acme: Path, tmp_path: Path) -> None:
    review("sign", row, ANN, acme)
    review("sign", row, BOB, acme)
    when = ("--as-of", "2026-11-20")
    proof = normgraph("explain", str(acme), "AI Act 50(1) no. 1", *when, "--format", "json").stdout
    assert "(expert-reviewed, decided by Ann Lee; Bob Roy)" in proof
    normgraph("report", str(acme), *when, "-f", "eu-ai-act", "-o", str(tmp_path / "report"))
    files = {file.suffix: file.read_text(encoding="utf-8") for file in (tmp_path / "report").iterdir()}
    rows = json.loads(files[".json"])["mappings"]
    assert [one["reviewer"] for one in rows if one["iri"].endswith(row)] == ["Ann Lee; Bob Roy"]
    assert "decided by Ann Lee; Bob Roy" in files[".html"]
    review("dispute", row, EVE, acme, "--reason", "no")
    proof = normgraph("explain", str(acme), "AI Act 50(1) no. 1", *when, "--format", "json").stdout
    assert "(disputed, decided by Ann Lee; Bob Roy; Eve Sun): the row is disputed" in proof


def test_an_organisation_with_a_name_that_is_no_address_can_sign(row: str, acme: Path) -> None:
    (acme / "acme.ttl").write_text(ACME.replace("<organisation>", "<urn:acme:org>"), encoding="utf-8")
    assert review("sign", row, ANN, acme) == "expert-reviewed"
    assert review("sign", row, BOB, acme, "--level", "legal") == "legally-reviewed"


STRM = (
    "Focal Document Element,Reference Document Element,Rationale,Relationship,Strength of Relationship,Comments\n"
    "ISO/IEC 42001 A.8.2,NIS2 21(1) no. 1,functional,no relationship,0,{why}\n"
)
NAMED = ("--from", "ISO/IEC 42001", "--to", "NIS2")


def test_a_table_with_a_blank_in_its_name_is_taken_and_taken_again(tmp_path: Path, acme: Path) -> None:
    table = tmp_path / "My Table.csv"
    handed = ("import", "mapping", str(table), *NAMED, "--org", str(acme), *ON, "--write")
    for why in ("They differ.", "They still differ."):
        table.write_text(STRM.format(why=why), encoding="utf-8")
        normgraph(*handed)
    (row,) = answer("list", "--set", "org/acme/my-table", "--org", str(acme))["rows"]
    assert row["rationale"] == "They still differ."
    assert (acme / "mappings.ttl").read_text(encoding="utf-8").count("ng:rationale ") == 1


def test_a_table_in_another_encoding_is_refused_and_nothing_written(tmp_path: Path, acme: Path) -> None:
    table = tmp_path / "theirs.csv"
    table.write_bytes(STRM.format(why="café is ärgerlich").encode("cp1252"))
    refused = normgraph("import", "mapping", str(table), *NAMED, "--org", str(acme), "--write", code=2)
    assert "theirs.csv, line 2: is not UTF-8; save it as UTF-8" in " ".join(refused.stderr.split())
    assert not (acme / "mappings.ttl").exists()


def test_numbers_of_elements_are_digits(acme: Path) -> None:
    refused = normgraph(
        "mapping",
        *ADDED,
        "--rationale",
        "w",
        "--residual",
        "x",
        "--covers",
        "²",
        "--as",
        ANN,
        "--org",
        str(acme),
        code=2,
    )
    assert "is not numbers of elements" in refused.stderr
    assert "Traceback" not in refused.stderr
