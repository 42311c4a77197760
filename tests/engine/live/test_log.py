"""What a log has acknowledged is there when it is opened again; a cut entry is not; damage is not passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.errors import UnreadableFile
from engine.live.log import Log

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = (b"one", b"", b"three\nentry 3 of it\n", bytes(range(256)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    log = Log(tmp_path / "changes.log")
    for entry in ENTRIES:
        log.append(entry)
    log.close()
    return log.path


def opened(path: Path) -> tuple[bytes, ...]:
    log = Log(path)
    log.close()
    return log.entries


def test_entries_are_read_back(path: Path) -> None:
    assert opened(path) == ENTRIES


def test_a_log_goes_on_where_it_ended(path: Path) -> None:
    log = Log(path)
    log.append(b"five")
    log.close()
    assert opened(path) == (*ENTRIES, b"five")


def test_wherever_writing_stopped_whole_entries_remain(path: Path) -> None:
    whole = path.read_bytes()
    seen = set()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        found = opened(path)
        assert found == ENTRIES[: len(found)]
        assert opened(path) == found
        seen.add(len(found))
    assert seen == {0, 1, 2, 3}


def test_what_was_cut_short_is_written_over(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])
    log = Log(path)
    log.append(b"after")
    log.close()
    assert opened(path) == (*ENTRIES[:-1], b"after")


def test_a_tail_of_zeros_is_cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(4096))
    assert opened(path) == ENTRIES


def test_damage_before_other_entries_is_told(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"three", b"threw", 1))
    with pytest.raises(UnreadableFile, match="an entry is damaged, and others follow it"):
        Log(path)


def test_a_log_that_was_cleared_is_empty(path: Path) -> None:
    log = Log(path)
    log.clear()
    log.append(b"new")
    log.close()
    assert opened(path) == (b"new",)


def test_a_full_disk_is_told_and_the_log_stays_shut(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(path)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("engine.live.log.os.fsync", full)
        with pytest.raises(UnreadableFile, match="No space left on device"):
            log.append(b"lost")
    with pytest.raises(UnreadableFile, match="could not be written before"):
        log.append(b"later")
    log.close()
    assert opened(path)[:4] == ENTRIES


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        Log(tmp_path)
