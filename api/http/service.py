"""What all routes share: the content, the organisations, the identities; opened once, closed when the server ends."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

from fastapi import Depends, Request

from api.http.denials import Denials
from api.http.identity import Identities
from api.http.jobs import Jobs
from api.http.linked.statements import ContentStatements
from api.settings import Settings
from engine.citations import CitationIndex
from engine.content import load_content
from engine.repository.addresses import Addresses
from engine.repository.embedded import Embedded
from engine.repository.files import Files
from engine.repository.journal import Journal
from engine.repository.organisations import Repository
from engine.repository.remote import Remote
from engine.sandbox.tasks import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pyoxigraph import Store

    from api.http.living import Living
    from api.http.settings import ServerSettings
    from api.http.tokens import Issuer
    from engine.content import Content
    from engine.coverage.assess import Assessment
    from engine.repository.backend import Backend

__all__ = ["Cache", "Service", "ServiceOf", "open_backend", "open_remote", "open_service"]


_Kept = TypeVar("_Kept")


class Cache(Generic[_Kept]):
    """The last values that were computed, by what they were computed from: a version in the key makes them current.

    :param most: how much is kept, as ``weigh`` has it.
    """

    def __init__(self, most: int, weigh: Callable[[_Kept], int] = lambda _: 1) -> None:
        self._most, self._weigh = most, weigh
        self._weight = 0
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}
        self._cleared = 0

    def get(self, key: Hashable) -> _Kept | None:
        """Return the value of a key, where it is still kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, value: _Kept) -> _Kept:
        """Keep a value, and forget those that were not asked for for longest."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._weight += self._weigh(value) - (self._weigh(before) if before is not None else 0)
            self._kept[key] = value
            while self._weight > self._most and self._kept:
                self._weight -= self._weigh(self._kept.popitem(last=False)[1])
        return value

    def clear(self) -> None:
        """Forget everything, and keep nothing of what is being made."""
        with self._lock:
            self._kept.clear()
            self._weight = 0
            self._cleared += 1

    def made(self, key: Hashable, make: Callable[[], _Kept]) -> _Kept:
        """Return the value of a key; whoever asks for the same meanwhile waits for the one who makes it."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            try:
                found = self.get(key)
                if found is None:
                    cleared, found = self._cleared, make()
                    if cleared == self._cleared:
                        self.put(key, found)
                return found
            finally:
                with self._lock:
                    self._making.pop(key, None)


_BODIES = 256 << 20
"""How many bytes of answers are kept."""
_ASSESSMENTS = 16
_LIVES = 8
_STORES = 2


@dataclass(frozen=True)
class Service:
    """The one state of a server."""

    settings: ServerSettings
    content: Content
    repository: Repository
    identities: Identities
    cache: Cache[bytes] = field(default_factory=lambda: Cache(_BODIES, len))
    assessments: Cache[Assessment] = field(default_factory=lambda: Cache(_ASSESSMENTS))
    lives: Cache[Living] = field(default_factory=lambda: Cache(_LIVES))
    stores: Cache[Store] = field(default_factory=lambda: Cache(_STORES))
    jobs: Jobs = field(default_factory=Jobs)

    def forget(self) -> None:
        """Forget all that was computed: an organisation was deleted, and nothing is to be left of it."""
        for kept in (self.cache, self.assessments, self.lives, self.stores):
            kept.clear()

    @cached_property
    def content_graphs(self) -> tuple[str, ...]:
        """The graphs of the shipped content, sorted."""
        return tuple(sorted({name for quad in self.content.quads if (name := getattr(quad.graph_name, "value", ""))}))

    @cached_property
    def citations(self) -> CitationIndex:
        """The index of citations of the loaded frameworks."""
        return CitationIndex.of(self.content.knowledge)

    @cached_property
    def files(self) -> Files:
        """The files of evidence that were uploaded."""
        return Files(self.settings.data / "files")

    @cached_property
    def statements(self) -> ContentStatements:
        """The index of the shipped statements, for linked data."""
        return ContentStatements(self.content.quads)

    @property
    def limits(self) -> Limits:
        """What one query may take."""
        chosen = self.settings
        return Limits(chosen.query_seconds, chosen.query_memory, chosen.query_rows, chosen.query_bytes)

    @property
    def asks_for_identity(self) -> bool:
        """Whether a request must say who asks."""
        chosen = self.settings
        return chosen.require_authentication or bool(chosen.oidc_issuer) or not self.identities.is_empty

    @cached_property
    def issuer(self) -> Issuer | None:
        """The issuer of tokens and logins, where there is one."""
        if not self.settings.oidc_issuer:
            return None
        from api.http.tokens import Issuer  # noqa: PLC0415 - cryptography takes long to import

        return Issuer.of(self.settings)

    @property
    def idle(self) -> timedelta:
        """For how long nobody need ask anything before their session is over."""
        return timedelta(minutes=self.settings.session_idle_minutes)

    @cached_property
    def denials(self) -> Denials:
        """The denied accesses of the running minute."""
        return Denials(self.repository)

    def close(self) -> None:
        """Close what was opened, last first."""
        self.jobs.close()
        self.denials.close()
        self.identities.close()
        self.repository.close()


def open_service(settings: ServerSettings, progress: Callable[[str], None] = lambda _: None) -> Service:
    """Open content, store, journal and identities.

    :raises EngineError: if one cannot be opened; nothing is left open then.
    """
    content = load_content(Settings.from_environment().cache, progress)
    with ExitStack() as opened:
        identities = opened.enter_context(closing(Identities(settings.data / "identity.sqlite")))
        journal = opened.enter_context(closing(Journal(settings.data / "journal.sqlite")))
        backend = opened.enter_context(closing(open_backend(settings)))
        repository = Repository(content, backend, journal)
        _ = content.knowledge  # read once, before the first request
        opened.pop_all()
    return Service(settings, content, repository, identities)


def open_backend(settings: ServerSettings) -> Backend:
    """Open the store: a folder, or an endpoint elsewhere.

    :raises EngineError: if it cannot be opened.
    """
    if settings.is_remote:
        return open_remote(settings)
    return Embedded(settings.store_folder, settings.workers, settings.waiting, settings.query_memory)


def open_remote(settings: ServerSettings) -> Remote:
    """Open the endpoint that settings name.

    :raises EngineError: if it cannot be used.
    """
    addresses = Addresses.of(
        settings.store,
        update=settings.store_update,
        graphs=settings.store_graphs,
        authorization=settings.store_authorization,
        time_limit=settings.store_time_limit,
        statements=settings.store_statements,
    )
    return Remote(addresses, settings.workers, settings.waiting)


async def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


ServiceOf = Annotated[Service, Depends(_service)]
"""The service, as a route takes it."""
