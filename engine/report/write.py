"""Write a report to a folder: all the formats asked for, or none."""

from __future__ import annotations

import os
import tempfile
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import BadParameter
from engine.report.html import report_html
from engine.report.json import report_json
from engine.report.tables import gap_table_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.report.values import Report

__all__ = ["FORMATS", "rendered", "write_report"]

FORMATS: Mapping[str, tuple[str, Callable[[Report], str]]] = {
    "html": ("gap-report.html", report_html),
    "csv": ("gap-table.csv", gap_table_csv),
    "json": ("gap-report.json", report_json),
}
"""The formats by name: the file each is written to, and what renders it."""


def write_report(report: Report, folder: Path, formats: Iterable[str] = ("html", "csv", "json")) -> list[Path]:
    """Write a report in some formats and return the files, in the order of the formats.

    Everything is rendered and written beside its place before anything is put into it.

    :raises BadParameter: if there is no such format, none is asked for, or the folder cannot be written to.
    """
    found = rendered(report, formats)
    try:
        return _place(folder, found)
    except OSError as error:
        raise BadParameter("folder", str(folder), f"a folder that can be written to ({error.strerror})") from error


def rendered(report: Report, formats: Iterable[str]) -> dict[str, bytes]:
    """Return a report in some formats, each by the name of its file, in the order of the formats.

    :raises BadParameter: if there is no such format, or none is asked for.
    """
    wanted = list(dict.fromkeys(formats))
    if not wanted:
        raise BadParameter("formats", "", f"one or several of {', '.join(FORMATS)}")
    for name in wanted:
        if name not in FORMATS:
            raise BadParameter("formats", name, f"one of {', '.join(FORMATS)}")
    return {FORMATS[name][0]: FORMATS[name][1](report).encode() for name in wanted}


def _place(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    waiting: dict[Path, Path] = {}
    try:
        for name, data in files.items():
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".writing-")
            waiting[folder / name] = Path(temporary)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        for path in waiting:
            if path.is_dir():
                raise IsADirectoryError(EISDIR, f"{path.name} is a folder")
        for path, temporary_path in waiting.items():
            temporary_path.chmod(0o644)
            temporary_path.replace(path)
    finally:
        for temporary_path in waiting.values():
            temporary_path.unlink(missing_ok=True)
    return list(waiting)
