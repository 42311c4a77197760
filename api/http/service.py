"""What all routes share: the content, the organisations, the identities; opened once, closed when the server ends."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from api.http.identity import Identities
from api.http.linked.statements import ContentStatements
from api.settings import Settings
from engine.citations import CitationIndex
from engine.content import load_content
from engine.repository.embedded import Embedded
from engine.repository.journal import Journal
from engine.repository.organisations import Repository
from engine.sandbox.tasks import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from api.http.settings import ServerSettings
    from engine.content import Content

__all__ = ["Cache", "Service", "ServiceOf", "open_service"]


class Cache:
    """The last bodies that were computed, by what they were computed from: a version in the key makes them current."""

    def __init__(self, size: int = 2_000) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable) -> bytes | None:
        """Return the body of a key, where it is still kept."""
        body = self._kept.get(key)
        if body is not None:
            self._kept.move_to_end(key)
        return body

    def put(self, key: Hashable, body: bytes) -> bytes:
        """Keep a body, and forget the one that was not asked for for longest."""
        self._kept[key] = body
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return body


@dataclass(frozen=True)
class Service:
    """The one state of a server."""

    settings: ServerSettings
    content: Content
    repository: Repository
    identities: Identities
    cache: Cache = field(default_factory=Cache)

    @cached_property
    def content_graphs(self) -> tuple[str, ...]:
        """The graphs of the shipped content, sorted."""
        return tuple(sorted({name for quad in self.content.quads if (name := getattr(quad.graph_name, "value", ""))}))

    @cached_property
    def citations(self) -> CitationIndex:
        """The index of citations of the loaded frameworks."""
        return CitationIndex.of(self.content.knowledge)

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
        return chosen.require_authentication or chosen.oidc_issuer is not None or bool(self.identities.keys())

    def close(self) -> None:
        """Close what was opened, last first."""
        self.identities.close()
        self.repository.close()


def open_service(settings: ServerSettings, progress: Callable[[str], None] = lambda _: None) -> Service:
    """Open content, store, journal and identities.

    :raises EngineError: if one cannot be opened; nothing is left open then.
    """
    content = load_content(Settings.from_environment().cache, progress)
    identities = Identities(settings.data / "identity.sqlite")
    backend = Embedded(settings.store_folder, settings.workers, settings.waiting)
    repository = Repository(content, backend, Journal(settings.data / "journal.sqlite"))
    _ = content.knowledge  # read once, before the first request
    return Service(settings, content, repository, identities)


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


ServiceOf = Annotated[Service, Depends(_service)]
"""The service, as a route takes it."""
