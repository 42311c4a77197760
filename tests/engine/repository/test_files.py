"""Files by their hash: whole or not there, never under a name that somebody chose."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from engine.errors import BadParameter, UnknownName, UnreadableFile
from engine.repository.files import Files, StoredFile

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"evidence"
SHA = hashlib.sha256(DATA).hexdigest()


def put(files: Files, data: bytes = DATA, sha256: str = SHA) -> bool:
    incoming = files.incoming("acme", sha256)
    for byte in data:
        incoming.write(bytes([byte]))
    return incoming.keep()


def test_a_file_is_kept_once_and_comes_back(tmp_path: Path) -> None:
    files = Files(tmp_path)
    assert (put(files), put(files)) == (True, False)
    with files.open("acme", SHA) as file:
        assert file.read() == DATA
    assert files.stored("acme") == (StoredFile(SHA, len(DATA)),)
    assert (files.holds("acme", SHA), files.holds("other", SHA)) == (True, False)
    assert files.stored("other") == ()
    files.erase("acme")
    assert files.stored("acme") == ()
    files.erase("acme")


def test_what_has_another_hash_leaves_nothing(tmp_path: Path) -> None:
    files = Files(tmp_path)
    with pytest.raises(BadParameter, match="send it again"):
        put(files, b"other")
    files.incoming("acme", SHA).drop()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_was_changed_on_the_disk_is_not_given_out(tmp_path: Path) -> None:
    files = Files(tmp_path)
    put(files)
    (tmp_path / "acme" / files.location(SHA)).write_bytes(b"forged")
    with pytest.raises(UnreadableFile, match="no longer what was uploaded"):
        files.open("acme", SHA)


@pytest.mark.parametrize("sha256", ["", "../x", SHA.upper(), SHA + "/..", "0" * 63, SHA + "\n"])
def test_only_a_hash_names_a_file(tmp_path: Path, sha256: str) -> None:
    for use in (Files(tmp_path).incoming, Files(tmp_path).open, Files(tmp_path).holds):
        with pytest.raises(BadParameter, match="64 hexadecimal digits"):
            use("acme", sha256)


@pytest.mark.parametrize("key", ["", "..", "a/b", "../acme", "A", "acme\n"])
def test_only_a_key_names_an_organisation(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadParameter, match="a key"):
        Files(tmp_path).incoming(key, SHA)


def test_an_unknown_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no file"):
        Files(tmp_path).open("acme", SHA)
