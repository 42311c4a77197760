"""The command line as a test calls it: in this process, where content is loaded once, or in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api import cli

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROOT", "Done", "as_process", "in_process"]

ROOT = Path(__file__).parents[1]
Done = subprocess.CompletedProcess[str]


def in_process(*arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Done:
    """Run a command here and return what its process would have: the code it ends with, and both streams.

    An exception that the command line does not handle is raised, where a process would print its traceback.
    """
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdin", "stdout", "stderr")}
    with pytest.MonkeyPatch.context() as patch:
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        if cwd:
            patch.chdir(cwd)
        for name in os.environ.keys() - (os.environ if env is None else env).keys():
            patch.delenv(name)
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        code = cli.run(arguments)
    return Done(arguments, code, _written(streams["stdout"]), _written(streams["stderr"]))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def as_process(*arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Done:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        capture_output=True,
        check=False,
        cwd=cwd,
        encoding="utf-8",
        env={**(os.environ if env is None else env), "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
