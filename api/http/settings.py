"""What the server reads from the environment (``NORMGRAPH_…``) or from a file, all in one class."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from api.settings import Settings
from engine.errors import BadParameter
from engine.repository.backend import STATEMENTS
from engine.sandbox.pool import default_workers

__all__ = ["ServerSettings", "is_loopback", "is_safe_address", "read_settings"]

_LOOPBACK = frozenset({"localhost", "ip6-localhost"})


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in _LOOPBACK


def is_safe_address(address: object) -> bool:
    """Tell whether what is fetched from an address cannot be exchanged on the way: HTTPS, or this machine.

    >>> [is_safe_address(a) for a in ("https://a.example/x", "http://127.0.0.1:9/x", "http://a.example", "file:///x")]
    [True, True, False, False]
    """
    try:
        parts = urlsplit(address) if isinstance(address, str) else None
    except ValueError:
        return False
    if parts is None or not parts.hostname or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


class ServerSettings(BaseSettings):
    """The settings of ``normgraph serve``; each is also an environment variable, as NORMGRAPH_HOST."""

    model_config = SettingsConfigDict(env_prefix="NORMGRAPH_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="The address to listen on; beyond loopback only with authentication.")
    port: int = Field(8042, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    data: Path = Field(
        default_factory=lambda: Settings.from_environment().store.parent,
        description="The folder of the journal, the identities and uploaded files.",
    )
    store: str = Field("", description="The folder of the store, or the address of a SPARQL 1.1 endpoint; data/store.")
    store_update: str = Field("", description="Where an endpoint takes updates; beside that of queries if left out.")
    store_graphs: str = Field("", description="Where an endpoint has the Graph Store Protocol, if it has.")
    store_authorization: str = Field("", description="The Authorization header that an endpoint wants.", repr=False)
    store_time_limit: str = Field(
        "", description="The parameter that limits a query at an endpoint, as timeout={seconds} or {milliseconds}."
    )
    store_statements: int = Field(
        STATEMENTS, ge=1, description="How many statements one update at an endpoint may take away or add."
    )
    base_url: str = Field("", description="How the outside calls this server, as https://grc.example.org; no path.")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Host names that are answered, separated by commas; loopback names and that of base_url always."
    )
    require_authentication: bool = Field(
        default=False, description="Ask for a key or token on loopback too; always so once a key or an issuer is there."
    )
    oidc_issuer: str = Field(
        "", description="The issuer of bearer tokens and of logins, exactly as it calls itself; by HTTPS."
    )
    oidc_audience: str = Field("", description="The audience that a token must name.")
    oidc_client_id: str = Field("", description="The client for logins in a browser.")
    oidc_client_secret: str = Field("", description="Its secret.", repr=False)
    oidc_scopes: str = Field("openid", description="What a login asks the issuer for; openid among it.")
    oidc_roles_claim: str = Field(
        "normgraph_roles", description="The claim with grants, as acme:editor; a dot leads into a claim."
    )
    session_idle_minutes: int = Field(60, ge=1, description="A login is over after so many minutes without a request.")
    session_hours: int = Field(12, ge=1, le=168, description="A login is over after so many hours in any case.")
    workers: int = Field(default_factory=default_workers, ge=1, le=256, description="Processes that answer queries.")
    waiting: int = Field(64, ge=0, description="How many queries may wait for one; more are sent away with 503.")
    query_seconds: float = Field(10.0, gt=0, le=600, description="How long a query may take.")
    query_memory: int = Field(4 << 30, ge=256 << 20, description="Bytes of address space of a worker.")
    query_rows: int = Field(100_000, ge=1, description="How many rows an answer may have.")
    query_bytes: int = Field(64 << 20, ge=1024, description="How many bytes an answer may have.")
    body_bytes: int = Field(64 << 20, ge=1024, description="How many bytes a request may send.")
    message_bytes: int = Field(8 << 20, ge=1024, description="How many bytes of them as a JSON document or a form.")
    requests_a_minute: int = Field(
        6_000,
        ge=1,
        description="How many requests a key or person may make in a minute; an address, ten times as many.",
    )
    log_format: str = Field("json", pattern="^(json|text)$", description="How logs are written: json or text.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="What is logged.")
    metrics: bool = Field(default=True, description="Whether /metrics is answered.")

    @model_validator(mode="before")
    @classmethod
    def _split(cls, values: dict[str, object]) -> dict[str, object]:
        hosts = values.get("hosts")
        if isinstance(hosts, str):
            values["hosts"] = tuple(name.strip() for name in hosts.split(",") if name.strip())
        return values

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.oidc_issuer and not self.oidc_audience:
            raise ValueError("oidc_issuer without oidc_audience: name the audience that tokens must be for")
        if self.oidc_issuer and not is_safe_address(self.oidc_issuer):
            raise ValueError("oidc_issuer is no https:// address: its keys could be exchanged on the way")
        if self.oidc_issuer and "openid" not in self.oidc_scopes.split():
            raise ValueError("oidc_scopes without openid: the issuer would not say who it is")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the command line before the environment, and that before the file."""
        del dotenv_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls), file_secret_settings

    @property
    def is_remote(self) -> bool:
        """Whether the store is an endpoint elsewhere."""
        return self.store.startswith(("http://", "https://"))

    @property
    def is_https(self) -> bool:
        """Whether browsers come by HTTPS."""
        return self.base_url.lower().startswith("https://")

    @property
    def has_login(self) -> bool:
        """Whether people can log in with a browser."""
        return bool(self.oidc_issuer and self.oidc_client_id)

    @property
    def store_folder(self) -> Path:
        """The folder of the embedded store."""
        return Path(self.store) if self.store else self.data / "store"


def read_settings(file: Path | None = None, **given: object) -> ServerSettings:
    """Return the settings from a TOML file, the environment and what was given, each before the one named earlier.

    :raises BadParameter: for the first setting that cannot be.
    """
    known = {name: value for name, value in given.items() if value is not None}
    chosen = (
        type("ServerSettings", (ServerSettings,), {"model_config": {"toml_file": file}}) if file else ServerSettings
    )
    try:
        found: ServerSettings = chosen(**known)
    except ValidationError as error:
        first = error.errors()[0]
        name = "NORMGRAPH_" + "_".join(map(str, first["loc"])).upper() if first["loc"] else "settings"
        raise BadParameter(name, str(first.get("input", ""))[:80], f"right: {first['msg']}") from error
    return found
