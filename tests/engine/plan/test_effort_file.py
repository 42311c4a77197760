"""Days by control and evidence type from a file of the user, and what such a file may not say."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from engine.errors import BadInput, EngineError, UnreadableFile
from engine.graph import Iri
from engine.plan.actions import How, Item
from engine.plan.effort_file import read_efforts
from engine.vocabulary import ID, NG

if TYPE_CHECKING:
    from pathlib import Path

    from engine.plan.actions import Efforts
    from engine.workspace import Workspace

LOGGING = Iri(f"{ID}iso-27001/A.8.15")


def read(bank: Workspace, folder: Path, text: str, name: str = "effort.csv") -> Efforts:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_efforts(path, bank.citations, bank.content.knowledge)


def an_item(evidence_type: str, how: How = How.ADD, number: int = 1) -> Item:
    return Item(how, (), Iri(NG(evidence_type).value), (), number)


CSV = """name,days
ISO/IEC 27001 A.8.15,8
Test result,3
RestoreTestRecord,0.5
implement,2
approval,.25
Judgement,1.5
"""
TOML = """[days]
"ISO/IEC 27001 A.8.15" = 8
"test result" = 3
RestoreTestRecord = 0.5
implement = 2
approval = 0.25
judgement = 1.5
"""


@pytest.mark.parametrize(("name", "text"), [("effort.csv", CSV), ("effort.TOML", TOML)])
def test_days_are_read_exactly(bank: Workspace, tmp_path: Path, name: str, text: str) -> None:
    found = read(bank, tmp_path, text, name)
    assert found.of_control(LOGGING) == 8
    assert found.of_control(Iri(f"{ID}iso-27001/A.8.16")) == 2
    assert found.of_item(an_item("TestResult", number=2)) == 6
    assert found.of_item(an_item("RestoreTestRecord")) == Fraction(1, 2)
    assert found.of_item(an_item("PolicyDocument", How.RENEW)) == 1
    assert found.of_item(an_item("TestResult", How.APPROVE)) == Fraction(1, 4)
    assert found.judgement == Fraction(3, 2)


def test_a_narrower_type_takes_as_long_as_the_type_above_it(bank: Workspace, tmp_path: Path) -> None:
    assert read(bank, tmp_path, CSV).of_item(an_item("VulnerabilityScan")) == 3


def test_where_nothing_is_said_everything_takes_a_day(bank: Workspace, tmp_path: Path) -> None:
    found = read(bank, tmp_path, "name,days\n")
    assert (found.of_control(LOGGING), found.of_item(an_item("Log")), found.approval) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "e.csv",
            "name,days\nISO/IEC 27001 A.8.15,8\nTest resolt,1\n",
            "line 3: “Test resolt” is neither a control nor",
        ),
        ("e.csv", "name,days\nTest resolt,1\n", "did you mean test result"),
        ("e.csv", "name,days\nA.7.4,1\n", "line 2: “A.7.4” is neither a control nor an evidence type; did you mean"),
        ("e.csv", "name,days\nISO/IEC 27001 A.8,1\n", "line 2: “ISO/IEC 27001 A.8” cannot be implemented"),
        ("e.csv", "name,days\nAI Act 15,1\n", "line 2: “AI Act 15” cannot be implemented"),
        ("e.csv", "name,days\nLog,0\n", "line 2: “0” days for “Log”; write a number of days above zero"),
        ("e.csv", "name,days\nLog,-1\n", "line 2: “-1” days"),
        ("e.csv", "name,days\nLog,1e400\n", "line 2: “1e400” days"),
        ("e.csv", "name,days\nLog,1/0\n", "line 2: “1/0” days"),
        ("e.csv", "name,days\nLog,.\n", "line 2: “.” days"),
        ("e.csv", "name,days\nLog,999999999\n", "line 2: “999999999” days"),
        ("e.csv", "name,days\nLog,1\nlog,2\n", "line 3: “log” is there twice; keep one of the two"),
        ("e.csv", "name,days\napproval,1\nApproval,2\n", "line 3: “Approval” is there twice"),
        ("e.csv", "control,effort\nLog,1\n", "line 1: the columns are control, effort; write name,days"),
        ("e.csv", "", "line 1: the columns are missing"),
        ("e.csv", "name,days\nLog\n", "line 2: the row has not two cells"),
        ("e.csv", "name,days\nLog,1,2\n", "line 2: the row has not two cells"),
        ("e.toml", "[days]\n[other]\n", "has not the one table [days]"),
        ("e.toml", "days = 3\n", "has not the one table [days]"),
        ("e.toml", "[days]\nLog = true\n", "line 2: “True” days for “Log”"),
        ("e.toml", "[days]\n\n\nNonsense = 1\n", "line 4: “Nonsense” is neither a control nor an evidence type"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(
    bank: Workspace, tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(BadInput) as told:
        read(bank, tmp_path, text, name)
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("e.txt", "", "“.txt” is no format of efforts; use .csv"),
        ("e.toml", "[days\n", "is no TOML"),
        ("e.toml", f"[days]\nLog = {'9' * 5000}\n", "is no TOML"),
        ("e.csv", 'name,days\n"Log,1\n', "check the quotes"),
    ],
)
def test_what_cannot_be_read_is_refused(bank: Workspace, tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(UnreadableFile) as told:
        read(bank, tmp_path, text, name)
    assert message in str(told.value)


def test_a_file_that_is_not_there(bank: Workspace, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="No such file"):
        read_efforts(tmp_path / "none.csv", bank.citations, bank.content.knowledge)
