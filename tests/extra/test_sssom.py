"""sssom-py as a second reader of our SSSOM: `make sssom`. It reads, validates and writes every set.

What sssom-py 0.4 does on the way, and these tests hold it to: it drops every extension slot, of rows and of the set
(`triage`), and keeps their declarations; it moves a day that all rows share into the metadata; it sorts rows and
columns anew and leaves out columns without a value; it keeps every row, and every slot of the standard.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.mapping.rows import NO_TERM
from engine.mapping.sssom import MappingSet, read_sssom
from engine.mapping.sssom_writing import EXTENSIONS

pytestmark = pytest.mark.filterwarnings("ignore")
sssom = pytest.importorskip("sssom", reason="sssom-py is not installed; run make sssom")
SHIPPED = sorted(Path(str(files("mappings"))).rglob("*.sssom.tsv"))
NOT_READ = re.compile(r"No attr for (\w+) \[\d+ instances\]")
"""How sssom-py says that it drops a column."""
CONDENSED = "Not propagating value for 'subject_source_version'"
"""What it says where rows state another version than the set, as they may."""


@pytest.fixture(params=SHIPPED, ids=lambda path: path.name)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def parsed(path: Path) -> Any:
    return sssom.parsers.parse_sssom_table(path)


def table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    reader = csv.DictReader(io.StringIO("\n".join(lines[len(head) :]), newline=""), delimiter="\t")
    return head, list(reader)


def test_it_reads_every_row_and_has_nothing_to_say_but_that_it_drops_our_slots(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        read = parsed(path)
    assert len(read.df) == len(read_sssom(path).rows)
    said = [record.getMessage() for record in caplog.records]
    dropped = {found[1] for text in said if (found := NOT_READ.fullmatch(text))}
    columns = set(table(path)[1][0])
    assert dropped == columns & set(EXTENSIONS)
    assert [text for text in said if not NOT_READ.fullmatch(text) and not text.startswith(CONDENSED)] == []


def test_it_finds_no_fault(path: Path) -> None:
    reports = sssom.validators.validate(parsed(path), fail_on_error=False)
    assert {kind.name: [result.message for result in report.results] for kind, report in reports.items()} == {
        "JsonSchema": [],
        "PrefixMapCompleteness": [],
        "StrictCurieFormat": [],
    }


def test_it_does_find_a_fault_where_there_is_one(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sssom.tsv"
    text = next(path for path in SHIPPED if path.name.startswith("gdpr--")).read_text(encoding="utf-8")
    broken.write_text(text.replace("\tgdpr:art_35/", "\tnowhere:art_35/", 1), encoding="utf-8")
    reports = sssom.validators.validate(parsed(broken), fail_on_error=False)
    assert [result.message for report in reports.values() for result in report.results] == ["Missing prefix: nowhere"]


def test_what_it_writes_is_ours_once_the_dropped_slots_are_put_back(path: Path, tmp_path: Path) -> None:
    theirs = tmp_path / path.name
    with theirs.open("w", encoding="utf-8") as file:
        sssom.writers.write_table(parsed(path), file)
    back, ours = read_sssom(restored(theirs, path, tmp_path)), read_sssom(path)
    assert back.described == ours.described
    assert by_pair(back) == by_pair(ours)


def by_pair(mappings: MappingSet) -> dict[Any, Any]:
    return {(row.subject, row.object): row for row in mappings.rows}


def restored(theirs: Path, ours: Path, folder: Path) -> Path:
    """Return a file with the slots of the standard as sssom-py wrote them, and the extension slots as we did."""
    (head, rows), (head_of_ours, own) = table(theirs), table(ours)
    assert not set(rows[0]) & set(EXTENSIONS)
    assert sorted(row["record_id"] for row in rows) == sorted(row["record_id"] for row in own)
    assert not any("triage:" in line for line in head)
    extended = {row["record_id"]: {name: row[name] for name in row if name in EXTENSIONS} for row in own}
    whole = [{**row, **extended[row["record_id"]]} for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(whole[0]), delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(whole)
    head += [line.replace("#", "# ", 1) for line in head_of_ours if line.startswith("#triage: ")]
    file = folder / "restored.sssom.tsv"
    file.write_text("\n".join(head) + "\n" + text.getvalue(), encoding="utf-8")
    return file


def test_the_declarations_of_our_slots_outlive_the_slots(path: Path, tmp_path: Path) -> None:
    theirs = tmp_path / path.name
    with theirs.open("w", encoding="utf-8") as file:
        sssom.writers.write_table(parsed(path), file)
    declared = [declarations(file) for file in (path, theirs)]
    assert declared[0] == declared[1]


def declarations(path: Path) -> Any:
    return yaml.safe_load("\n".join(line.removeprefix("#") for line in table(path)[0]))["extension_definitions"]


def test_rows_without_counterpart_stay_rows_without_counterpart(path: Path) -> None:
    empty = [row for row in read_sssom(path).rows if row.subject == NO_TERM]
    assert sum(parsed(path).df["subject_id"] == "sssom:NoTermFound") == len(empty)
