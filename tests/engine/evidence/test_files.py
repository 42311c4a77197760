"""Nothing outside the evidence folder is opened, whatever a record or a link says."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.evidence.files import EvidenceFolder, OutsideFolder

SECRET = b"not for you"


@pytest.fixture
def folder(tmp_path: Path) -> EvidenceFolder:
    (tmp_path / "secret").write_bytes(SECRET)
    root = tmp_path / "files"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "report.pdf").write_bytes(b"report")
    (root / "inside").symlink_to("sub/report.pdf")
    (root / "below").symlink_to("sub", target_is_directory=True)
    (root / "leak").symlink_to("../secret")
    (root / "away").symlink_to("..", target_is_directory=True)
    (root / "hop").symlink_to("leak")
    (root / "dangling").symlink_to("nothing")
    (root / "circle").symlink_to("circle")
    os.mkfifo(root / "pipe")
    return EvidenceFolder(root)


@pytest.mark.parametrize("location", ["sub/report.pdf", "./sub//report.pdf", "inside", "below/report.pdf"])
def test_files_below_the_folder_are_read(location: str, folder: EvidenceFolder) -> None:
    assert folder.digest(location) == hashlib.sha256(b"report").hexdigest()


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/etc/passwd",
        "//host/share",
        "../secret",
        "sub/../../secret",
        "sub/../inside",
        "..",
        "leak",
        "hop",
        "away/secret",
        "file:///etc/passwd",
        "https://example.org/report.pdf",
        "C:/report.pdf",
        "C:report.pdf",
        "sub\\..\\..\\secret",
        "nul\0byte",
    ],
)
def test_what_leads_out_is_never_opened(location: str, folder: EvidenceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise AssertionError(location)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OutsideFolder):
        folder.digest(location)


@pytest.mark.parametrize(
    "location", ["nothing", "sub", ".", "dangling", "circle", "pipe", "inside/report.pdf", "a" * 300]
)
def test_what_is_no_file_is_said_and_not_waited_for(location: str, folder: EvidenceFolder) -> None:
    with pytest.raises(OSError, match=r"."):
        folder.digest(location)


def test_a_link_that_is_put_in_the_way_after_the_path_was_resolved_is_not_followed(
    folder: EvidenceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = Path.resolve

    def swapped(path: Path, *arguments: bool, **more: bool) -> Path:
        found = resolve(path, *arguments, **more)
        if found.name == "report.pdf":
            found.unlink()
            found.symlink_to(folder.root.parent / "secret")
        return found

    monkeypatch.setattr(Path, "resolve", swapped)
    with pytest.raises(OSError, match="symbolic link"):
        folder.digest("sub/report.pdf")


def test_where_a_file_lies_is_told_by_its_real_place(folder: EvidenceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.root)
    for named in ("sub/report.pdf", "inside", "sub/../inside", str(folder.root / "below" / "report.pdf")):
        assert folder.location_of(Path(named)) == "sub/report.pdf"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("leak", "lies outside the evidence folder"),
        ("hop", "lies outside the evidence folder"),
        ("away/secret", "lies outside the evidence folder"),
        ("../secret", "lies outside the evidence folder"),
        ("/etc/passwd", "lies outside the evidence folder"),
        ("nothing", "is not there"),
        ("circle", "is not there"),
        ("sub", "is no file"),
        ("pipe", "is no file"),
        ("odd:name", "cannot be recorded as a location"),
        ("back\\slash", "cannot be recorded as a location"),
        ("new\nline", "cannot be recorded as a location"),
    ],
)
def test_a_file_that_cannot_be_recorded_is_refused(name: str, problem: str, folder: EvidenceFolder) -> None:
    for odd in ("odd:name", "back\\slash", "new\nline"):
        (folder.root / odd).write_bytes(b"")
    with pytest.raises(EngineError, match=problem):
        folder.location_of(folder.root / name)


@pytest.mark.parametrize(("name", "problem"), [("none", "is not there"), ("secret", "is no folder")])
def test_a_folder_has_to_be_one(name: str, problem: str, folder: EvidenceFolder) -> None:
    with pytest.raises(EngineError, match=problem):
        EvidenceFolder(folder.root.parent / name)


def test_a_large_file_is_read_piece_by_piece(folder: EvidenceFolder) -> None:
    with (folder.root / "large").open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    expected = hashlib.sha256()
    for _ in range(64):
        expected.update(bytes(1024 * 1024))
    assert folder.digest("large") == expected.hexdigest()
