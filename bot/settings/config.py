"""config/dateline.toml and the actors.toml beside it, as frozen objects; and their faults."""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from bot.model import (
    DEFAULT_TOP_STORIES,
    AnswerAudience,
    DisplayLevel,
    EditPermission,
    Policy,
    TrustLevel,
)
from bot.model.ids import TEAM_ID
from bot.model.messages import Messages

messages = Messages("bot.settings")

DEFAULT_CONFIG = Path("config/dateline.toml")
ACTORS_FILE = "actors.toml"  # beside it


class _ConfigSection(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_File = TypeVar("_File", bound=_ConfigSection)


class FileHandling(StrEnum):
    """What happens to a file in the feed folder once it is read."""

    MOVE = "move"
    KEEP = "keep"


class SourceConfig(_ConfigSection):
    """One source: a sub-folder of the feed folder, or the host of a feed."""

    name: str | None = None
    language: str | None = None
    zone: str = "UTC"
    encoding: str | None = None
    trust: TrustLevel = TrustLevel.NORMAL
    owner: str | None = Field(None, pattern=f"^{TEAM_ID.pattern}$")
    files: FileHandling | None = None
    show: DisplayLevel = DisplayLevel.FULL
    keep_days: int | None = Field(None, ge=1, le=36_500)

    @property
    def policy(self) -> Policy:
        """How its articles are handled in the store."""
        return Policy(self.trust, self.show, self.keep_days)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(messages.text("zone", zone=repr(zone)))
        return zone


class DigestConfig(_ConfigSection):
    """What a digest holds where a channel does not say."""

    top: int = Field(DEFAULT_TOP_STORIES, ge=1, le=10)
    lookback_hours: int = Field(72, ge=1, le=24 * 30)
    catch_up_hours: int = Field(12, ge=0, le=24 * 30)
    pictures: bool = True


class RetentionConfig(_ConfigSection):
    """How long deliveries are kept; for articles each source has its `keep_days`."""

    deliveries_days: int = Field(400, ge=31, le=36_500)


class FolderConfig(_ConfigSection):
    """How the feed folder is watched."""

    scan_seconds: float = Field(1.0, ge=0.2, le=3600)
    files: FileHandling = FileHandling.MOVE


class FeedsConfig(_ConfigSection):
    """How often it is checked which remote feeds are due."""

    poll_seconds: float = Field(60.0, ge=1, le=3600)


class PermissionsConfig(_ConfigSection):
    """Who may change subscriptions, where a workspace's admins do not say; who sees answers."""

    who_may_change: EditPermission = EditPermission.MEMBERS
    who_sees_answers: AnswerAudience = AnswerAudience.EVERYONE


class ActorsConfig(_ConfigSection):
    """config/actors.toml: actors that have several spellings."""

    actors: dict[str, tuple[str, ...]] = {}

    @field_validator("actors")
    @classmethod
    def _each_its_own(cls, actors: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        owner: dict[str, str] = {}
        for actor, spellings in actors.items():
            for spelling in (actor, *spellings):
                if not any(mark.isalnum() for mark in spelling):
                    text = messages.text("no_name", spelling=repr(spelling), actor=repr(actor))
                    raise ValueError(text)
                other = owner.setdefault(" ".join(spelling.casefold().split()), actor)
                if other != actor:
                    names = {"spelling": spelling, "other": other, "actor": actor}
                    fields = {key: repr(name) for key, name in names.items()}
                    raise ValueError(messages.text("two_actors", **fields))
        return actors


class Config(_ConfigSection):
    """Settings of config/dateline.toml."""

    digest: DigestConfig = DigestConfig()
    retention: RetentionConfig = RetentionConfig()
    folder: FolderConfig = FolderConfig()
    feeds: FeedsConfig = FeedsConfig()
    permissions: PermissionsConfig = PermissionsConfig()
    sources: dict[str, SourceConfig] = {}

    @property
    def policies(self) -> dict[str, Policy]:
        """The policy of each source that is configured, by its name."""
        return {name: source.policy for name, source in self.sources.items()}

    def keeps_files(self, source: str | None) -> bool:
        """Return whether a source's files stay in place; None stands for files in no sub-folder."""
        config = self.sources.get(source or "")
        return ((config and config.files) or self.folder.files) is FileHandling.KEEP


def read_config(path: Path, faults: list[str]) -> Config:
    """Read the configuration; append what is wrong to `faults`."""
    if not path.exists() and path == DEFAULT_CONFIG:
        return Config()
    return _read_toml(path, Config, messages.text("config_names", path=path), faults)


def read_actors(config: Path, faults: list[str]) -> ActorsConfig:
    """Read the actors.toml beside the configuration, if any; append what is wrong to `faults`."""
    path = config.parent / ACTORS_FILE
    return _read_toml(path, ActorsConfig, str(path), faults) if path.exists() else ActorsConfig()


def _read_toml(path: Path, model: type[_File], named: str, faults: list[str]) -> _File:
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as e:
        faults.append(messages.text("file_unreadable", named=named, reason=e.strerror))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        faults.append(messages.text("not_toml", path=path, reason=e))
    except ValidationError as e:
        faults += [f"{path}: {describe_fault(error)}" for error in e.errors()]
    return model()


def describe_fault(error: ErrorDetails) -> str:
    """Return the variable and what is wrong with it, without its value, which may be a secret."""
    name = ".".join(str(step) for step in error["loc"])
    match error["type"]:
        case "int_parsing":
            fault = messages.text("whole_number")
        case "value_error":  # one of ours, before whose words `msg` has pydantic's
            fault = str(error["ctx"]["error"])
        case _:
            fault = error["msg"]
    return f"{name}: {fault}."
