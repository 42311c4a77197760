"""The organisation of the README with a folder of evidence, and one item more that can be recorded."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.evidence.adding import Draft, Recorded, add_item, approve_item
from engine.evidence.custody import read_custody
from engine.evidence.files import EvidenceFolder
from engine.evidence.verifying import Verification, verify
from engine.graph import Iri
from engine.vocabulary import NG
from engine.workspace import open_organisation
from tests.commands import ROOT
from tests.shipped import shipped

if TYPE_CHECKING:
    from engine.evidence.chain import Deed
    from engine.model import Evidence
    from engine.workspace import Workspace

ACME = "\n".join(re.findall(r"```turtle\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL))
BASE = "https://example.org/acme/"
AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
ANN, BOB = (Iri(f"{BASE}{name}") for name in ("head-of-support", "data-protection-officer"))
DRAFT = Draft(
    file=Path("notice-3.pdf"),
    label="Text of the notice, version 3",
    location="notice-3.pdf",
    sha256=hashlib.sha256(b"notice 3").hexdigest(),
    evidence_type=Iri(NG.UserInstructions.value),
    outcome=Iri(NG.Supports.value),
    implementations=(Iri(f"{BASE}user-information"),),
    respects=(Iri(f"{BASE}help-desk-bot"),),
    issued=date(2026, 11, 1),
    valid_until=date(2027, 10, 31),
    collected_by=ANN,
    approved_by=(BOB,),
    supersedes=(Iri(f"{BASE}notice-text"),),
)


def added(acme: Path, draft: Draft = DRAFT) -> Recorded:
    return add_item(shipped(), acme, lambda _: draft, AT)


def approved(acme: Path, item: Iri, by: Iri) -> Recorded:
    def wanted(workspace: Workspace) -> tuple[Evidence, Iri]:
        return next(e for e in workspace.organisation.evidence if e.iri == item), by

    return approve_item(shipped(), acme, wanted, AT)


def opened(acme: Path) -> Workspace:
    return open_organisation(shipped(), str(acme))


def checked(acme: Path) -> Verification:
    return verify(opened(acme), EvidenceFolder(acme.parent / "files"), read_custody(acme), lambda _: None)


def deeds(acme: Path) -> list[tuple[Deed, str, str]]:
    return [(e.did, e.by.removeprefix(BASE), e.item.removeprefix(BASE)) for e in read_custody(acme).entries]
