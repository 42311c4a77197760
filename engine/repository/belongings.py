"""Everything that an organisation owns, in one archive: statements, journal, files, and what there is of each."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pyoxigraph import RdfFormat, serialize

if TYPE_CHECKING:
    from engine.repository.files import Files
    from engine.repository.organisations import Repository

__all__ = ["write_archive"]


def write_archive(repository: Repository, files: Files, key: str, target: IO[bytes]) -> int:
    """Write the archive of an organisation; return the version that it holds.

    :raises UnknownName: if there is none of this key.
    :raises UnreadableFile: if a file is no longer what was uploaded.
    """
    version, quads = repository.state(key)
    entries = repository.journal.entries(organisation=key)
    stored = files.stored(key)
    said = {"organisation": key, "version": version, "statements": len(quads), "entries": len(entries)}
    with ZipFile(target, "w") as archive:
        _add(archive, "manifest.json", json.dumps({**said, "files": [asdict(file) for file in stored]}, indent=2))
        data = serialize(sorted(quads, key=str), format=RdfFormat.N_QUADS) or b""
        _add(archive, "statements.nq", data)
        lines = (json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False) for entry in entries)
        _add(archive, "journal.ndjson", "".join(f"{line}\n" for line in lines))
        for file in stored:
            info = ZipInfo(f"files/{file.sha256}")
            with files.open(key, file.sha256) as source, archive.open(info, "w", force_zip64=True) as place:
                shutil.copyfileobj(source, place)
    return version


def _add(archive: ZipFile, name: str, data: str | bytes) -> None:
    archive.writestr(ZipInfo(name), data, compress_type=ZIP_DEFLATED if data else ZIP_STORED)
