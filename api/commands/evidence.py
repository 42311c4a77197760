"""``normgraph evidence``: the register of evidence, what lapses, whether files are as recorded, and their history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.commands.evidence_adding import add, approve
from api.commands.evidence_custody import history, verify
from api.commands.evidence_register import expiring, list_

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["evidence"]


@click.group()
def evidence() -> None:
    """List evidence, add and approve it, say what lapses, and verify files and chain of custody."""


_COMMANDS: Sequence[click.Command] = (list_, expiring, add, approve, verify, history)
for _command in _COMMANDS:
    evidence.add_command(_command)
