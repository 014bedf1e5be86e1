"""All settings as one frozen object: the environment, `.env` and config/dateline.toml.

All faults are reported together, each with the variable and its cure.
"""

import base64
import hashlib
import ipaddress
import os
import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.model.errors import SettingsError
from bot.settings.config import (
    DEFAULT_CONFIG,
    ActorsConfig,
    Config,
    describe_fault,
    messages,
    read_actors,
    read_config,
)

ENV_FILE = ".env"
LOG_LEVELS = ("debug", "info", "warning", "error")


class Mode(StrEnum):
    """How Dateline talks to Slack."""

    PLAYGROUND = "playground"
    HTTP = "http"
    OAUTH = "oauth"  # over HTTP, in every workspace that adds the app
    SOCKET = "socket"


class Settings(BaseSettings):
    """Every setting, typed, with its default. Secrets do not show in its repr."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        extra="ignore",
        env_ignore_empty=True,
    )

    bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    client_id: SecretStr | None = Field(None, validation_alias="SLACK_CLIENT_ID")
    client_secret: SecretStr | None = Field(None, validation_alias="SLACK_CLIENT_SECRET")
    redirect_url: str | None = Field(None, validation_alias="SLACK_REDIRECT_URL")
    token_key: SecretStr | None = Field(None, validation_alias="DATELINE_TOKEN_KEY")
    api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")
    database: SecretStr | None = Field(None, validation_alias="DATABASE_URL")
    port: int = Field(3000, ge=0, le=65535, validation_alias="PORT")
    host: str = Field("127.0.0.1", validation_alias="HOST")
    feed_folder: Path = Field(Path("feed"), validation_alias="DATELINE_FEED_FOLDER")
    config_path: Path = Field(DEFAULT_CONFIG, validation_alias="DATELINE_CONFIG")
    data: Path = Field(Path("var"), validation_alias="DATELINE_DATA")
    log_level: str = Field("info", validation_alias="DATELINE_LOG_LEVEL")
    mcp: bool = Field(default=False, validation_alias="DATELINE_MCP")
    allow_hosts: str = Field("", validation_alias="DATELINE_ALLOW_HOSTS")
    # No variable can have these names.
    config: Config = Field(Config(), validation_alias="dateline.toml")
    actors: ActorsConfig = Field(ActorsConfig(), validation_alias="actors.toml")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.lower() not in LOG_LEVELS:
            known = ", ".join(LOG_LEVELS)
            raise ValueError(messages.text("log_level", level=repr(level), known=known))
        return level.lower()

    @field_validator("token_key")
    @classmethod
    def _holds_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        for key in keys.get_secret_value().split(",") if keys else ():
            try:
                _decode_key(key)
            except ValueError:
                raise ValueError(messages.text("token_key")) from None
        return keys

    @field_validator("redirect_url")
    @classmethod
    def _is_our_page(cls, url: str | None) -> str | None:
        """Only this page of ours finishes an installation."""
        if url and not re.fullmatch(r"https?://[^/?#]+/slack/oauth_redirect", url):
            raise ValueError(messages.text("redirect_url", url=repr(url)))
        return url

    @field_validator("api_url")
    @classmethod
    def _ends_in_slash(cls, url: str) -> str:
        """slack_sdk appends method names to the address as it is."""
        if not url.startswith(("http://", "https://")):
            raise ValueError(messages.text("api_url", url=repr(url)))
        return url if url.endswith("/") else url + "/"

    @property
    def mode(self) -> Mode:
        """How to talk to Slack, by which credentials are set."""
        if not self._credentials():
            return Mode.PLAYGROUND
        if self.bot_token is None:
            return Mode.OAUTH
        return Mode.SOCKET if self.app_token else Mode.HTTP

    @property
    def database_url(self) -> str:
        """The database's address; a SQLite file in the data folder where none is set."""
        if self.database:
            return self.database.get_secret_value()
        return f"sqlite:///{self.data / 'dateline.sqlite3'}"

    @property
    def has_postgresql(self) -> bool:
        """Whether the database is PostgreSQL, which several processes can share."""
        return self.database_url.startswith("postgres")

    @property
    def token_keys(self) -> tuple[bytes, ...]:
        """The keys (32 bytes each) that encrypt tokens; from the client secret if none is set."""
        if self.token_key:
            return tuple(_decode_key(key) for key in self.token_key.get_secret_value().split(","))
        if self.client_secret:
            secret = self.client_secret.get_secret_value().encode()
            return (hashlib.blake2b(secret, digest_size=32, person=b"dateline tokens").digest(),)
        return ()

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Private hosts that may be fetched from all the same."""
        hosts = (host.strip().lower() for host in self.allow_hosts.split(","))
        return frozenset(host for host in hosts if host)

    def _credentials(self) -> dict[str, SecretStr]:
        secrets = {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_CLIENT_ID": self.client_id,
            "SLACK_CLIENT_SECRET": self.client_secret,
        }
        return {name: secret for name, secret in secrets.items() if secret}

    def faults(self) -> list[str]:
        """Return what is wrong with the credentials taken together."""
        faults = _find_missing_credentials(self._credentials().keys())
        # Slack's prefixes show the kind of a token.
        for key, token, other_kinds in (
            ("bot_token_kind", self.bot_token, ("xapp-", "xoxp-")),
            ("app_token_kind", self.app_token, ("xoxb-", "xoxp-")),
        ):
            if token and token.get_secret_value().startswith(other_kinds):
                faults.append(messages.text(key))
        if self.mcp and not self.signing_secret and self.mode is not Mode.PLAYGROUND:
            faults.append(messages.text("mcp_without_secret"))
        return faults

    def run_faults(self) -> list[str]:
        """Return what keeps `run` from serving."""
        if self.mode is not Mode.PLAYGROUND or _is_loopback(self.host):
            return []
        return [messages.text("public_playground", host=self.host)]

    def role_faults(self, role: str) -> list[str]:
        """Return what keeps a process from serving in one role of several."""
        faults = []
        if self.mode is Mode.PLAYGROUND:
            faults.append(messages.text("role_without_slack", role=role))
        if not self.has_postgresql:
            faults.append(messages.text("role_on_sqlite", role=role))
        return faults


def _find_missing_credentials(names: Collection[str]) -> list[str]:
    """Return what is wrong where the variables that are set make up no mode."""
    if not names or (
        "SLACK_BOT_TOKEN" in names and {"SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"} & set(names)
    ):
        return []
    if "SLACK_BOT_TOKEN" in names:
        return [messages.text("no_secret")]
    if {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"} & set(names):
        return _oauth_faults(names)
    return [messages.text("no_bot_token", names=", ".join(names))]


def _oauth_faults(names: Collection[str]) -> list[str]:
    needed = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
    faults = []
    if missing := ", ".join(name for name in needed if name not in names):
        faults.append(messages.text("oauth_incomplete", needed=", ".join(needed), missing=missing))
    if "SLACK_APP_TOKEN" in names:
        faults.append(messages.text("oauth_socket"))
    return faults


def _decode_key(text: str) -> bytes:
    """Read 32 bytes in base64, in either of its alphabets; raise ValueError."""
    key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    if len(key) != 32:
        raise ValueError("not 32 bytes")
    return key


def load() -> Settings:
    """Read all settings; raise SettingsError with all faults at once."""
    environment = {**dotenv_values(ENV_FILE), **os.environ}
    faults: list[str] = []
    values = _read_secret_files(environment, faults)
    try:
        settings = Settings(**values)
    except ValidationError as e:
        faults += [describe_fault(error) for error in e.errors()]
        # With defaults in their places the other settings can be checked too.
        wrong = {error["loc"][0] for error in e.errors()}
        defaults = {name: field.default for name, field in _variables() if name in wrong}
        settings = Settings(**(values | defaults))
    faults += settings.faults()
    config = read_config(settings.config_path, faults)
    actors = read_actors(settings.config_path, faults)
    if faults:
        raise SettingsError(faults)
    return settings.model_copy(update={"config": config, "actors": actors})


def remove_secrets() -> None:
    """Remove the secrets from this process's environment, once they are read.

    Worker processes, which read strangers' files, inherit the environment; and Bolt reads SLACK_*
    from it, and turns to its own OAuth flow where it finds a client id.
    """
    for name, field in _variables():
        if "SecretStr" in str(field.annotation):
            os.environ.pop(name, None)


def _variables() -> list[tuple[str, FieldInfo]]:
    """Return each environment variable with its field."""
    return [(str(field.validation_alias), field) for field in Settings.model_fields.values()]


def _read_secret_files(environment: Mapping[str, str | None], faults: list[str]) -> dict[str, Any]:
    """Read the variables NAME_FILE: paths of files that hold values (Docker, systemd)."""
    values = {}
    for name, _ in _variables():
        path = environment.get(f"{name}_FILE")
        if not path:
            continue
        if environment.get(name):
            faults.append(messages.text("both_set", name=name))
            continue
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as e:
            reason = e.strerror if isinstance(e, OSError) else messages.text("not_utf8")
            named = messages.text("variable_names", name=name, path=path)
            faults.append(messages.text("file_unreadable", named=named, reason=reason))
    return values


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
