"""The command line from outside: what it prints, in which form, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

from tests.commands import ROOT, Done, as_process, in_process

if TYPE_CHECKING:
    from pathlib import Path

CHECK_FOUND_SOMETHING = 1


def run(cache: Path, *arguments: str, seed: str | None = None, width: str = "200") -> Done:
    """Run a command: in this process, or with a seed for hashes in one of its own."""
    told = {"NORMGRAPH_CACHE": str(cache), "COLUMNS": width}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    if seed is None:
        return in_process(*arguments, cwd=cache, env=kept | told)
    return as_process(*arguments, cwd=cache, env=kept | told | {"PYTHONHASHSEED": seed})


def document(cache: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    found = run(cache, *arguments, "--format", "json")
    assert (found.returncode, found.stderr) == (code, "")
    read: dict[str, Any] = json.loads(found.stdout)
    assert read["schema"] == f"normgraph/{arguments[0]}/1"
    return read


def test_help_names_every_command(cache: Path) -> None:
    found = run(cache, "--help")
    assert found.returncode == 0
    names = (
        "assess calendar check demo diff evidence explain frameworks import mapping plan portfolio queries query report"
        " show statement validate"
    )
    assert all(f"  {name} " in found.stdout for name in names.split())
    assert run(cache, "-h").stdout == found.stdout


@pytest.mark.parametrize(
    "command", ["assess", "calendar", "diff", "explain", "frameworks", "show", "statement", "validate", "plan"]
)
def test_help_of_a_command(cache: Path, command: str) -> None:
    found = run(cache, command, "--help")
    assert (found.returncode, found.stderr) == (0, "")
    assert f"Usage: normgraph {command}" in found.stdout


def test_the_version(cache: Path) -> None:
    assert run(cache, "--version", seed="0").stdout.startswith("normgraph, version ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["assess"], "Missing argument 'ORG'"),
        (["assess", "bank", "--format", "yaml"], "'yaml' is not one of"),
        (["assess", "bank", "--as-of", "soon"], "“soon” is not a date; write it as 2026-11-20"),
        (["assess", "bank", "--hops", "3"], "3 is not in the range"),
        (["assess", "bank", "-f", "cobit"], "there is no framework “cobit”; known: dora, eu-ai-act"),
        (["assess", "bank", "--scope", "nothing"], "--scope: “nothing” is not the organisation or one of its assets"),
        (["assess", "nowhere.ttl"], "nowhere.ttl: is not there; name an RDF file"),
        (["show", "10.2"], "“10.2” names no framework; did you mean ISO/IEC 27001 10.2 or ISO/IEC 42001 10.2?"),
        (["show", "AI Act 999"], "“AI Act 999” is no provision of the loaded frameworks"),
        (["plan", "bank", "DORA 5", "-f", "dora"], "plan: “DORA 5” is not needed beside -f: name frameworks, or one"),
        (["plan", "bank", "-f", "cobit"], "there is no framework “cobit”"),
        (
            ["plan", "bank", "DORA 5", "--what-if", "ISO/IEC 42001 A.6.2.4"],
            "plan: “a provision” is not for controls of",
        ),
        (["plan", "bank", "--limit", "3", "--what-if-evidence", "ISO/IEC 42001 A.6.2.4"], "plan: “--limit” is not for"),
        (
            ["plan", "bank", "--what-if-evidence", "ISO/IEC 27001 A.5.29"],
            "is not implemented by the organisation; name",
        ),
        (
            ["plan", "bank", "--before", "2026-11-19"],
            "--before: “2026-11-19” is not 2026-11-20, the day looked at, or a",
        ),
        (["plan", "bank", "--budget", "0"], "“0” is no number of days above zero; write it as 10 or 2.5"),
        (["plan", "bank", "--budget", "-3"], "“-3” is no number of days above zero"),
        (["plan", "bank", "--budget", "x"], "“x” is no number of days above zero"),
        (["plan", "bank", "--limit", "0"], "0 is not in the range x>=1"),
        (["plan", "bank", "--effort", "nowhere.csv"], "nowhere.csv: No such file or directory"),
        (
            ["plan", "bank", "--what-if", "ISO/IEC 42001 A.6"],
            "is not a clause or control of a standard, and no group of them",
        ),
        (["plan", "bank", "--what-if", "AI Act 15"], "is not a clause or control of a standard, and no group of them"),
        (["statement", "bank"], "Missing option '-f'"),
        (["statement", "bank", "-f", "cobit"], "there is no framework “cobit”; known: dora, eu-ai-act"),
        (
            ["statement", "bank", "-f", "gdpr"],
            "framework: “gdpr” is not a framework with controls: iso-27001, iso-42001, nist-ai-rmf, nist-csf",
        ),
        (["explain", "bank", "AI Act 113"], "“AI Act 113” is not a provision with a requirement on"),
    ],
)
def test_wrong_use_ends_with_2_and_says_why(cache: Path, arguments: list[str], message: str) -> None:
    found = run(cache, *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert message in found.stderr
    assert "Traceback" not in found.stderr


def test_frameworks(cache: Path) -> None:
    read = document(cache, "frameworks", "--as-of", "2026-11-20")
    rows = {row["key"]: row for row in read["frameworks"]}
    assert {"eu-ai-act", "gdpr", "dora", "nis2", "iso-42001", "iso-27001", "nist-ai-rmf", "nist-csf"} <= rows.keys()
    assert rows["eu-ai-act"]["version"] == "2026-07-27"
    assert rows["eu-ai-act"]["requirements"] > 0
    plain = run(cache, "frameworks").stdout
    assert all(key in plain for key in ("gdpr", "nis2"))


def test_show(cache: Path) -> None:
    read = document(cache, "show", "AI Act 15(4)")
    assert read["iri"] == "https://w3id.org/normgraph/id/eu-ai-act/art_15/par_4"
    assert read["requirements"]
    assert document(cache, "show", "ISO 42001", "A.6.2.4")["kind"] == "Control"
    assert run(cache, "show", "AI Act 15").returncode == 0


@pytest.mark.parametrize(
    "written", ["event/personal-data-breach", "https://w3id.org/normgraph/id/event/personal-data-breach"]
)
def test_a_parameter_of_a_query_may_be_an_identifier(cache: Path, written: str) -> None:
    read = document(cache, "query", "notification-clocks", "-p", f"eventType={written}")
    assert [row["citation"] for row in read["rows"]] == ["GDPR 33(1)", "GDPR 33(2)"]


def test_assess(cache: Path) -> None:
    read = document(cache, "assess", "bank", "--as-of", "2028-01-10")
    assert read["as_of"] == "2028-01-10"
    assert {"requirement", "scope", "state", "rule", "reason"} <= read["results"][0].keys()
    for counts in read["counts"]:
        assert sum(counts["states"].values()) == counts["total"]
    part = document(cache, "assess", "bank", "-f", "gdpr", "--as-of", "2028-01-10", "--policy", "expert")
    assert [counts["framework"] for counts in part["counts"]] == ["gdpr"]
    assert part["policy"].startswith("expert-reviewed")
    assert run(cache, "assess", "bank").returncode == 0


def test_assess_gives_identical_bytes_in_every_form(cache: Path) -> None:
    for form in ("json", "turtle"):
        first, second = (run(cache, "assess", "bank", "--format", form, seed=seed) for seed in ("1", "2"))
        assert first.returncode == 0
        assert first.stdout == second.stdout


def test_assess_into_a_parquet_file(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    done = run(cache, "assess", "bank", "-f", "gdpr", "--format", "parquet", "-o", str(path))
    assert (done.returncode, done.stdout.replace("\n", "")) == (0, f"results: {path}")
    rows = parquet.read_table(path).to_pylist()
    read = document(cache, "assess", "bank", "-f", "gdpr")
    common = ("framework", "requirement", "scope", "state", "rule", "kind", "if_applicable", "freshness", "assurance")
    assert [[row[name] for name in common] for row in rows] == [
        [one[name] for name in common] for one in read["results"]
    ]
    dates = [[str(row[name]) if row[name] else None for name in ("first_expiry", "effective_from")] for row in rows]
    assert dates == [[one["first_expiry"], one["effective_from"]] for one in read["results"]]
    assert {row["content"] for row in rows} == {read["content"]}
    run(cache, "assess", "bank", "--state", "NotCovered", "--format", "parquet", "-o", str(path))
    assert set(parquet.read_table(path)["state"].to_pylist()) == {"NotCovered"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "parquet"), "--format: “parquet” is not printed: name a file for it with --output FILE"),
        (("-o", "x.parquet"), "--output: “x.parquet” is not an option of --format table, which is printed"),
        (("--format", "parquet", "-o", "/no/such/folder/x.parquet"), "/no/such/folder/x.parquet: No such file"),
    ],
)
def test_assess_refuses_a_file_it_cannot_write(cache: Path, arguments: tuple[str, ...], message: str) -> None:
    done = run(cache, "assess", "bank", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_what_prints_results_loads_no_columns(cache: Path) -> None:
    code = (
        "import sys; from api.cli import run; code = run(('assess', 'bank'));"
        "sys.exit(code or ', '.join({'numpy', 'pyarrow'} & sys.modules.keys()) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        env={**os.environ, "NORMGRAPH_CACHE": str(cache), "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_validate_finds_something_and_ends_with_1(cache: Path) -> None:
    read = document(cache, "validate", "bank", code=CHECK_FOUND_SOMETHING)
    assert read["conforms"] is False
    assert {finding["severity"] for finding in read["findings"]} <= {"Violation", "Warning", "Info"}


def test_validate_with_shapes_of_ones_own(cache: Path) -> None:
    shapes = str(ROOT / "tests" / "data" / "shapes" / "own.ttl")
    read = document(cache, "validate", "bank", "--shapes", shapes, code=CHECK_FOUND_SOMETHING)
    assert "Owner of a system" in {finding["shape"] for finding in read["findings"]}
    assert read["engine"] == "3 shapes compiled"


def test_validate_with_a_profile(cache: Path) -> None:
    plain, strict, own = (
        document(cache, "validate", "bank", *options, code=CHECK_FOUND_SOMETHING)
        for options in ((), ("--profile", "strict"), ("--shapes", str(ROOT / "tests/data/shapes/own.ttl")))
    )
    assert (plain["profile"], strict["profile"], own["profile"]) == ("standard", "strict", None)
    assert len(plain["findings"]) == len(strict["findings"])
    assert {finding["severity"] for finding in strict["findings"]} == {"Violation"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--profile", "lenient"), "there is no validation profile “lenient”"),
        (("--profile", "strict", "--shapes", "own.ttl"), "leave it out beside --shapes"),
    ],
)
def test_validate_refuses_a_profile_that_cannot_be(cache: Path, options: tuple[str, ...], told: str) -> None:
    found = run(cache, "validate", "bank", *options)
    assert (found.returncode, found.stdout) == (2, "")
    assert told in found.stderr
    assert "Traceback" not in found.stderr


def test_validate_refuses_shapes_that_cannot_be_run(cache: Path) -> None:
    shapes = str(ROOT / "tests" / "data" / "shapes" / "bad" / "ill-formed.ttl")
    found = run(cache, "validate", "bank", "--shapes", shapes)
    assert (found.returncode, found.stdout) == (2, "")
    assert "ill-formed.ttl, line 6: shape https://acme.example/shapes/Owner: sh:minCount “one”" in found.stderr
    assert "Traceback" not in found.stderr


def states(node: dict[str, Any]) -> list[str]:
    below = [state for child in node.get("children", []) for state in states(child)]
    return [*([node["state"]] if "state" in node else []), *below]


def proof_for(read: dict[str, Any], label: str) -> dict[str, Any]:
    (proof,) = (proof for proof in read["proofs"] if label in proof["conclusion"])
    found: dict[str, Any] = proof
    return found


def test_explain_article_15_once_it_applies(cache: Path) -> None:
    read = document(cache, "explain", "bank", "AI Act 15", "--as-of", "2028-01-10")
    assert read["citation"] == "AI Act 15"
    assert len(read["proofs"]) == len({proof["conclusion"] for proof in read["proofs"]})
    old, new = proof_for(read, "Credit Scoring 1"), proof_for(read, "Credit Scoring 2")
    assert old["state"] == "NotApplicable"
    assert "legacy (AI Act 111(2)" in old["conclusion"]
    assert set(states(new)) - {"NotApplicable", "NotYetApplicable"}
    assert [child["conclusion"].split()[2] for child in new["children"]][:1] == ["15(1)"]
    plain = run(cache, "explain", "bank", "AI Act 15", "--as-of", "2028-01-10").stdout
    assert "legacy (AI Act 111(2)" in plain
    assert "AI Act 15(1) no. 1 for Credit Scoring 2: " in plain


def test_explain_article_15_before_it_applies(cache: Path) -> None:
    read = document(cache, "explain", "bank", "AI Act 15", "--as-of", "2026-11-20")
    new = proof_for(read, "Credit Scoring 2")
    assert new["state"] == "NotYetApplicable"
    assert "2027-12-02" in new["conclusion"]
    plain = run(cache, "explain", "bank", "AI Act 15", "--as-of", "2026-11-20").stdout
    assert "NotYetApplicable for Credit Scoring 2: applies from 2027-12-02" in plain


def test_explain_one_requirement_in_one_scope(cache: Path) -> None:
    arguments = ["explain", "bank", "eu-ai-act/art_15/par_1/req_1", "--scope", "Credit Scoring 2"]
    read = document(cache, *arguments, "--as-of", "2028-01-10")
    (proof,) = read["proofs"]
    assert proof["as_of"] == "2028-01-10"
    assert proof["policy"] == "proposed, direct rows only"
    assert all(given["graph"] for given in proof["inputs"])


def test_nothing_is_kept_without_a_cache(tmp_path: Path) -> None:
    told = {"NORMGRAPH_CACHE": "none", "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    found = as_process("frameworks", cwd=tmp_path, env=told)
    assert found.returncode == 0
    assert list(tmp_path.rglob("*")) == []
