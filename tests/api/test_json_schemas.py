"""The JSON of the command line is an interface: each command's output is what its schema in api/schemas says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.commands import ROOT, in_process

SCHEMAS = ROOT / "api" / "schemas"
DATA = ROOT / "tests" / "data"
SOUND = (DATA / "bad" / "sound.ttl").read_text(encoding="utf-8")
RUNS = {
    "assess": ["assess", "bank"],
    "assess, two hops, later": ["assess", "bank", "--hops", "2", "--as-of", "2028-08-02"],
    "assess, legal policy, one system": ["assess", "bank", "--policy", "legal", "--scope", "credit-scoring-2"],
    "assess, another example": ["assess", "medical", "--as-of", "2028-09-01"],
    "calendar": ["calendar", "--as-of", "2026-07-25"],
    "calendar, organisation": ["calendar", "bank"],
    "calendar, organisation, one day": ["calendar", "bank", "--date", "2026-12-02"],
    "diff, law": ["diff", "eu-ai-act", "--from", "2026-07-26", "--to", "2026-07-28"],
    "diff, law, organisation": ["diff", "eu-ai-act", "--from", "2026-07-26", "--to", "2026-07-28", "--org", "bank"],
    "diff, runs": ["diff", str(DATA / "runs" / "before.json"), str(DATA / "runs" / "after.json")],
    "diff, mapping sets": [
        "diff",
        str(ROOT / "mappings" / "iso-42001--eu-ai-act.sssom.tsv"),
        str(ROOT / "mappings" / "third-party" / "ai-act-art-15-list.sssom.tsv"),
    ],
    "diff, pending": ["diff", "eu-ai-act", "--org", "bank", "--pending", str(DATA / "pending" / "example.ttl")],
    "evidence, list": ["evidence", "list", "bank"],
    "evidence, of a control and an asset": [
        *("evidence", "list", "bank", "--control", "ISO/IEC 42001 A.6.2.6", "--asset", "credit-scoring-1"),
        *("--state", "expiring"),
    ],
    "evidence, what expires": ["evidence", "expiring", "bank", "--within", "60d"],
    "evidence, verified": ["evidence", "verify", "bank", "--folder", "{folder}"],
    "evidence, history": ["evidence", "history", "bank"],
    "explain, provision": ["explain", "bank", "AI Act 15"],
    "explain, requirement": ["explain", "bank", "eu-ai-act/art_15/par_4/req_1", "--as-of", "2028-01-10"],
    "incident": ["incident", "bank", "--type", "ransomware", "--aware-at", "2026-11-27T16:30+01:00"],
    "statement": ["statement", "bank", "-f", "iso-42001"],
    "statement, standard without requirements, later": [
        "statement",
        "bank",
        "-f",
        "iso-27001",
        "--as-of",
        "2028-08-02",
    ],
    "keys": ["keys", "list", "--data", "{folder}"],
    "plan, a control": ["plan", "bank", "--what-if", "ISO/IEC 42001 A.6.2.4", "--scope", "credit-scoring-2"],
    "plan, a control with its evidence": [
        "plan",
        "bank",
        "--what-if",
        "ISO/IEC 42001 A.6.2.4",
        "--what-if-evidence",
        "ISO/IEC 42001 A.6.2.4",
    ],
    "plan, for an article": ["plan", "bank", "DORA 9", "--as-of", "2026-11-20"],
    "plan, frameworks within limits": ["plan", "bank", "-f", "iso-42001", "-f", "iso-27001", "--limit", "8"],
    "plan, by a later day": ["plan", "bank", "-f", "nis2", "--before", "2028-08-02", "--budget", "2.5", "--elements"],
    "validate": ["validate", "bank"],
    "validate, another example": ["validate", "medical"],
    "validate, own shapes": ["validate", "bank", "--shapes", str(DATA / "shapes" / "own.ttl")],
    "export, a mapping set": [
        "export",
        "mapping",
        "iso-42001--nis2",
        "-o",
        "{folder}",
        "--as",
        "oscal",
        "--as",
        "strm",
    ],
    "portfolio, assess": [
        "portfolio",
        "assess",
        "{folder}",
        "-f",
        "nis2",
        "-o",
        "{folder}/results",
        "--workers",
        "1",
    ],
    "frameworks": ["frameworks", "--as-of", "2026-11-20"],
    "frameworks, before the amendment": ["frameworks", "--as-of", "2026-07-26"],
    "mapping, rows of a set": ["mapping", "list", "--set", "iso-42001--nis2"],
    "mapping, counts": ["mapping", "list", "--counts"],
    "mapping, a row": ["mapping", "show", "8ac325070615694c"],
    "mapping, a sample": ["mapping", "sample", "--seed", "7"],
    "mapping, effect": ["mapping", "effect", "bank"],
    "mapping, two sets": ["mapping", "compare", "iso-42001--eu-ai-act", "third-party/ai-act-art-15-list"],
    "demo": ["demo"],
    "check": ["check"],
    "queries": ["queries"],
    "competency questions": ["queries", "--competency"],
    "diff, policies": ["diff", "--org", "bank", "--policy", "proposed", "--to-policy", "expert"],
    "mapping, unresolved identifiers": ["mapping", "unresolved", str(DATA / "competency" / "theirs.csv")],
    "query": ["query", "upcoming-applications", "--org", "bank"],
    "query, numbers and truth": ["query", "most-used-evidence", "--org", "bank"],
    "query, ask": ["query", str(DATA / "ask.rq")],
    "import, an act": [
        "import",
        "eurlex",
        str(DATA / "eurlex" / "lighthouse.html"),
        "--framework",
        "gdpr",
        "-o",
        "{folder}/act.ttl",
    ],
    "import, mapping rows": [
        "import",
        "mapping",
        str(ROOT / "mappings" / "iso-42001--eu-ai-act.sssom.tsv"),
        "--org",
        "{folder}",
    ],
    "report, files": ["report", "bank", "-f", "nis2", "-o", "{folder}"],
    "show, a requirement as linked data": ["show", "AI Act 15(4) no. 1", "--org", "bank", "--format", "json-ld"],
    "show, framework": ["show", "GDPR"],
    "show, changed article": ["show", "AI Act 4"],
    "show, control": ["show", "ISO/IEC 42001 A.6.2.4"],
    "show, requirement": ["show", "eu-ai-act/art_15/par_4/req_1"],
}


def kind_of(arguments: list[str]) -> str:
    """Return the kind of document that a command prints: its name, and that of its subcommand."""
    if arguments[0] in {"evidence", "export", "import"}:
        return f"{arguments[0]}-{arguments[1]}"
    if "json-ld" in arguments:
        return "requirement"
    if arguments[0] == "report":
        return "report-files"
    if arguments[:2] == ["queries", "--competency"]:
        return "competency"
    if arguments[0] != "mapping":
        return arguments[0]
    return "mapping-counts" if "--counts" in arguments else f"mapping-{arguments[1]}"


KINDS = sorted({kind_of(arguments) for arguments in RUNS.values()})


@cache
def schema_of(kind: str) -> dict[str, Any]:
    text = (SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def strict(schema: Any) -> Any:
    """Return a schema under which a property that nobody described is an error."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: part if key in {"examples", "enum", "const"} else strict(part) for key, part in schema.items()}
    if "properties" in closed and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def run(arguments: list[str]) -> Any:
    with TemporaryDirectory() as folder:
        Path(folder, "records.ttl").write_text(SOUND, encoding="utf-8")
        given = [argument.format(folder=folder) for argument in arguments]
        form = [] if "--format" in given else ["--format", "json"]
        done = in_process(*given, *form, cwd=Path(folder))
    finds_something = arguments[0] == "validate" or arguments[:2] in (["evidence", "verify"], ["mapping", "unresolved"])
    assert done.returncode == int(finds_something), done.stderr
    return json.loads(done.stdout)


def errors(schema: dict[str, Any], document: Any) -> list[str]:
    checker = Draft202012Validator.FORMAT_CHECKER
    found = Draft202012Validator(schema, format_checker=checker).iter_errors(document)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@pytest.mark.parametrize("kind", sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.json")))
def test_schema_is_valid_and_its_examples_are(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f"/{kind}.schema.json")
    for example in schema.get("examples", []):
        assert errors(strict(schema), example) == []


@pytest.mark.parametrize("name", RUNS)
def test_output_is_what_the_schema_says(name: str) -> None:
    document = run(RUNS[name])
    kind = kind_of(RUNS[name])
    assert document["schema"] == f"normgraph/{kind}/1"
    assert errors(strict(schema_of(kind)), document) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_addition_is_no_break_and_a_loss_is(kind: str) -> None:
    schema = schema_of(kind)
    example = schema["examples"][0]
    assert errors(schema, {**example, "added_later": 1}) == []
    for name in example:
        assert errors(schema, {key: value for key, value in example.items() if key != name})
