"""What the operator set: environment, `.env` and config/dateline.toml, as one frozen object.

All faults are reported together, each naming the variable and its cure. Only the wiring sees this.
"""

import base64
import hashlib
import ipaddress
import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.model.errors import SettingsError
from bot.settings.config import (
    DEFAULT_CONFIG,
    ActorsConfig,
    Config,
    fault,
    read_actors,
    read_config,
)

ENV_FILE = ".env"
LEVELS = ("debug", "info", "warning", "error")


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
    token_key: SecretStr | None = Field(None, validation_alias="DATELINE_TOKEN_KEY")
    api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")
    database: SecretStr | None = Field(None, validation_alias="DATABASE_URL")
    port: int = Field(3000, ge=0, le=65535, validation_alias="PORT")
    host: str = Field("127.0.0.1", validation_alias="HOST")
    feed_folder: Path = Field(Path("feed"), validation_alias="DATELINE_FEED_FOLDER")
    config_path: Path = Field(DEFAULT_CONFIG, validation_alias="DATELINE_CONFIG")
    data: Path = Field(Path("var"), validation_alias="DATELINE_DATA")
    log_level: str = Field("info", validation_alias="DATELINE_LOG_LEVEL")
    allow_hosts: str = Field("", validation_alias="DATELINE_ALLOW_HOSTS")
    config: Config = Field(
        Config(), validation_alias="dateline.toml"
    )  # no variable can have this name
    actors: ActorsConfig = Field(ActorsConfig(), validation_alias="actors.toml")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.lower() not in LEVELS:
            raise ValueError(f"{level!r} is no log level; take one of {', '.join(LEVELS)}")
        return level.lower()

    @field_validator("token_key")
    @classmethod
    def _holds_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        for piece in keys.get_secret_value().split(",") if keys else ():
            try:
                _key(piece)
            except ValueError:
                cure = "make one with: openssl rand -base64 32"
                raise ValueError(
                    f"it holds something that is no key of 32 bytes in base64; {cure}"
                ) from None
        return keys

    @field_validator("api_url")
    @classmethod
    def _ends_in_slash(cls, url: str) -> str:
        """slack_sdk joins method names to the address as it stands."""
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url!r} is no address; it begins with https://")
        return url if url.endswith("/") else url + "/"

    @property
    def mode(self) -> Mode:
        """The way to Slack that the credentials make up."""
        if not self._credentials():
            return Mode.PLAYGROUND
        if self.bot_token is None:
            return Mode.OAUTH
        return Mode.SOCKET if self.app_token else Mode.HTTP

    @property
    def database_url(self) -> str:
        """The database's address; SQLite in the data folder where none is set."""
        if self.database:
            return self.database.get_secret_value()
        return f"sqlite:///{self.data / 'dateline.sqlite3'}"

    @property
    def has_postgresql(self) -> bool:
        """Whether the database is PostgreSQL, which several processes can share."""
        return self.database_url.startswith("postgres")

    @property
    def token_keys(self) -> tuple[bytes, ...]:
        """The keys (32 bytes each) of the workspaces' tokens; made from the client secret where none is set."""
        if self.token_key:
            return tuple(_key(piece) for piece in self.token_key.get_secret_value().split(","))
        if self.client_secret:
            secret = self.client_secret.get_secret_value().encode()
            return (hashlib.blake2b(secret, digest_size=32, person=b"dateline tokens").digest(),)
        return ()

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Hosts that may be fetched from although they are private."""
        return frozenset(
            host.strip().lower() for host in self.allow_hosts.split(",") if host.strip()
        )

    def _credentials(self) -> dict[str, SecretStr]:
        named = {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_CLIENT_ID": self.client_id,
            "SLACK_CLIENT_SECRET": self.client_secret,
        }
        return {name: secret for name, secret in named.items() if secret}

    def faults(self) -> list[str]:
        """What is wrong with the settings taken together."""
        return [*self._credential_faults(), *self._mixed_up()]

    def run_faults(self) -> list[str]:
        """What stands in the way of serving."""
        if self.mode is Mode.PLAYGROUND and not _is_loopback(self.host):
            return [
                (
                    f"HOST is {self.host}, but no Slack credentials are set, and the playground listens on this "
                    "machine alone. Set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, or leave HOST out."
                )
            ]
        return []

    def role_faults(self, role: str) -> list[str]:
        """What stands in the way of serving as one process of several."""
        faults = []
        if self.mode is Mode.PLAYGROUND:
            faults.append(
                f"`dateline {role}` needs Slack: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET. "
                "The playground is one process: `dateline run`."
            )
        if not self.has_postgresql:
            faults.append(
                f"`dateline {role}` is one process of several, and SQLite takes one. Set DATABASE_URL to a "
                "postgresql:// address; with SQLite, `dateline run` does it all."
            )
        return faults

    def _credential_faults(self) -> list[str]:
        given = self._credentials()
        if not given:
            return []
        if {
            "SLACK_CLIENT_ID",
            "SLACK_CLIENT_SECRET",
        } & given.keys() and "SLACK_BOT_TOKEN" not in given:
            return _oauth_faults(given)
        if "SLACK_BOT_TOKEN" not in given:
            return [
                (
                    f"{' and '.join(given)} is set, but SLACK_BOT_TOKEN is not. Copy the Bot User OAuth Token "
                    "(xoxb-…) from your app's page, OAuth & Permissions."
                )
            ]
        if "SLACK_SIGNING_SECRET" not in given and "SLACK_APP_TOKEN" not in given:
            return [
                (
                    "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (for HTTP: Basic Information, App "
                    "Credentials) nor SLACK_APP_TOKEN (for Socket Mode: xapp-…, Basic Information, App-Level Tokens)."
                )
            ]
        return []

    def _mixed_up(self) -> list[str]:
        """Tokens in each other's places, told by Slack's prefixes."""
        wrong = []
        if self.bot_token and self.bot_token.get_secret_value().startswith(("xapp-", "xoxp-")):
            wrong.append(
                "SLACK_BOT_TOKEN holds another kind of token; the bot's begins with xoxb-."
            )
        if self.app_token and self.app_token.get_secret_value().startswith(("xoxb-", "xoxp-")):
            wrong.append(
                "SLACK_APP_TOKEN holds another kind of token; the app-level one begins with xapp-."
            )
        return wrong


def _oauth_faults(given: Mapping[str, SecretStr]) -> list[str]:
    needed = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
    faults = []
    if missing := [name for name in needed if name not in given]:
        cure = "Copy what is missing from your app's page, Basic Information, App Credentials."
        one = "For one workspace alone set SLACK_BOT_TOKEN instead."
        faults.append(
            f"Many workspaces need {', '.join(needed)}; not set: {', '.join(missing)}. {cure} {one}"
        )
    if "SLACK_APP_TOKEN" in given:
        cure = "Leave it out, or set SLACK_BOT_TOKEN of the one workspace."
        faults.append(f"SLACK_APP_TOKEN is for Socket Mode, which serves one workspace. {cure}")
    return faults


def _key(text: str) -> bytes:
    """Read 32 bytes in base64, in either of its alphabets; raise ValueError."""
    key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    if len(key) != 32:
        raise ValueError("not 32 bytes")
    return key


def load() -> Settings:
    """Read everything; raise SettingsError with all faults at once."""
    environment = {**dotenv_values(ENV_FILE), **os.environ}
    faults: list[str] = []
    given = _named_files(environment, faults)
    try:
        settings = Settings(**given)
    except ValidationError as e:
        faults += [fault(error) for error in e.errors()]
        settings = Settings(**(given | _defaults(e)))
    faults += settings.faults()
    config = read_config(settings.config_path, faults)
    actors = read_actors(settings.config_path, faults)
    if faults:
        raise SettingsError(faults)
    return settings.model_copy(update={"config": config, "actors": actors})


def leave_environment() -> None:
    """Take the secrets out of this process's environment, once they are read.

    Worker processes, which open strangers' files, inherit what is left; and Bolt reads SLACK_* by itself,
    turning to its own OAuth flow where it finds a client id.
    """
    for name, field in (
        (str(field.validation_alias), field) for field in Settings.model_fields.values()
    ):
        if "SecretStr" in str(field.annotation):
            os.environ.pop(name, None)


def _defaults(refused: ValidationError) -> dict[str, Any]:
    """Give each refused setting its default, so that the others can be looked at too."""
    wrong = {error["loc"][0] for error in refused.errors()}
    fields = Settings.model_fields.values()
    return {
        str(field.validation_alias): field.default
        for field in fields
        if field.validation_alias in wrong
    }


def _named_files(environment: Mapping[str, str | None], faults: list[str]) -> dict[str, Any]:
    """Each variable also as NAME_FILE: the path of a file that holds the value (Docker, systemd)."""
    values = {}
    for field in Settings.model_fields.values():
        name = str(field.validation_alias)
        path = environment.get(f"{name}_FILE")
        if not path:
            continue
        if environment.get(name):
            faults.append(f"{name} and {name}_FILE are both set; leave one out.")
            continue
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as e:
            reason = e.strerror if isinstance(e, OSError) else "it is not UTF-8 text"
            faults.append(f"{name}_FILE names {path}, which cannot be read: {reason}.")
    return values


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
