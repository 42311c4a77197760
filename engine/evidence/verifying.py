"""Whether the files of evidence, and what is recorded of them, are still what they were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from engine.evidence.chain import Deed, Entry
from engine.evidence.custody import SEALED_BY, Records, entry_iri
from engine.evidence.files import OutsideFolder, Verdict
from engine.graph import Graph, Iri
from engine.mapping.recording import home_of
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.evidence.chain import Break, Chain
    from engine.evidence.files import EvidenceFolder
    from engine.workspace import Workspace

__all__ = ["Checked", "Custody", "Verification", "verified", "verify"]


class Custody(Enum):
    """What the log says of a record, held against the record."""

    KEPT = "as logged"
    UNLOGGED = "not in the log"
    EDITED = "edited since"
    REMOVED = "removed"
    ENTRY_GONE = "entry gone"


_FINE = frozenset({Custody.KEPT, Custody.UNLOGGED})


@dataclass(frozen=True, slots=True)
class Checked:
    """One item: its file, and its record.

    :ivar found: the hash of the file as it is now; empty where it was not read.
    :ivar problem: why it could not be read.
    """

    item: Iri
    location: str
    recorded: str
    verdict: Verdict
    custody: Custody
    found: str = ""
    problem: str = ""

    @property
    def wrong(self) -> str:
        """What is wrong with the file, with the record, or with both; empty where nothing is."""
        file = "" if self.verdict is Verdict.OK else self.verdict.value
        record = "" if self.custody in _FINE else f"record {self.custody.value}"
        return "; ".join(filter(None, (file, record)))


@dataclass(frozen=True, slots=True)
class Verification:
    """All items, and where the chain of custody does not hold."""

    items: tuple[Checked, ...]
    breaks: tuple[Break, ...]
    record: str

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.breaks and not any(checked.wrong for checked in self.items)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many files are in which condition."""
        found = Counter(checked.verdict for checked in self.items)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def custody(self) -> Mapping[Custody, int]:
        """How many records are in which condition."""
        found = Counter(checked.custody for checked in self.items)
        return {custody: found[custody] for custody in Custody}


def verify(workspace: Workspace, folder: EvidenceFolder, chain: Chain, told: Callable[[str], None]) -> Verification:
    """Return what became of every file that is recorded, of its record, and of the chain of custody.

    Every record counts that has a location or a hash, and every item of evidence.

    :param told: is told what is being read.
    """
    reader = _Reader(workspace, folder, chain)
    found: list[Checked] = []
    for number, item in enumerate(reader.items, 1):
        told(f"Reading file {number} of {len(reader.items)}")
        found.append(reader.checked(item))
    found += reader.removed()
    register = reader.records.register_hash(reader.items)
    return Verification(tuple(sorted(found, key=lambda checked: checked.item)), chain.breaks, register)


class _Reader:
    def __init__(self, workspace: Workspace, folder: EvidenceFolder, chain: Chain) -> None:
        self.folder = folder
        self.chain = chain
        self.home = home_of(workspace.organisation.iri)
        self.records = Records(workspace.quads)
        self.graph = Graph(workspace.quads)
        filed = {iri for iri in self.graph if self._said(iri, NG.sha256.value) or self._said(iri, NG.location.value)}
        self.items = sorted(filed | set(self.graph.instances(NG.Evidence)))
        self.entries = {entry_iri(self.home, entry.hash) for entry in chain.entries}
        self.last: dict[Iri, Entry] = {e.item: e for e in chain.entries if e.did is not Deed.VERIFIED}

    def _said(self, iri: Iri, name: str) -> list[str]:
        return [str(value) for value in self.graph.values(iri, name)]

    def checked(self, item: Iri) -> Checked:
        """Return what became of an item."""
        hashes, locations = (self._said(item, name.value) for name in (NG.sha256, NG.location))
        recorded = hashes[0].lower() if len(hashes) == 1 else ""
        location = locations[0] if len(locations) == 1 else ""
        verdict, found, problem = self._file(location, recorded, len(locations), len(hashes))
        return Checked(item, location, recorded, verdict, self._custody(item), found, problem)

    def _file(self, location: str, recorded: str, locations: int, hashes: int) -> tuple[Verdict, str, str]:
        if not location:
            return Verdict.NO_LOCATION, "", _several(locations, "locations")
        try:
            found = self.folder.digest(location)
        except OutsideFolder:
            return Verdict.OUTSIDE, "", ""
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return Verdict.MISSING, "", ""
        except OSError as error:
            return Verdict.UNREADABLE, "", error.strerror or "cannot be read"
        if not recorded:
            return Verdict.NO_HASH, found, _several(hashes, "hashes")
        return Verdict.OK if found == recorded else Verdict.CHANGED, found, ""

    def _custody(self, item: Iri) -> Custody:
        named = self.graph.iris(item, SEALED_BY)
        if any(iri.startswith(f"{self.home}custody/") and iri not in self.entries for iri in named):
            return Custody.ENTRY_GONE
        last = self.last.get(item)
        if last is None:
            return Custody.UNLOGGED
        return Custody.KEPT if last.record == self.records.hash(item) else Custody.EDITED

    def removed(self) -> Iterator[Checked]:
        """Yield the items of the log that are recorded no longer."""
        for item in sorted(self.last.keys() - set(self.items)):
            yield Checked(item, "", "", Verdict.NO_LOCATION, Custody.REMOVED)


def _several(number: int, what: str) -> str:
    return f"{number} {what} are recorded" if number > 1 else ""


def verified(found: Verification, organisation: Iri, by: Iri, at: str) -> Entry:
    """Return the entry that says who verified the register, and what was wrong."""
    wrong = {str(checked.item): checked.wrong for checked in found.items if checked.wrong}
    return Entry(Deed.VERIFIED, by, at, organisation, found.record, items=len(found.items), wrong=wrong)
