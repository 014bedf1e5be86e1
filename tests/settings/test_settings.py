"""Settings come from three places, have types, and report all errors at once."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.model import DisplayLevel, Policy, TrustLevel
from bot.model.errors import SettingsError
from bot.settings import Mode, Settings, load
from bot.settings.config import Config


@pytest.fixture(autouse=True)
def _empty_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("SLACK_", "DATELINE_", "DATABASE_URL")) or name in {"HOST", "PORT"}:
            monkeypatch.delenv(name)


def faults(monkeypatch: pytest.MonkeyPatch, **environment: str) -> tuple[str, ...]:
    """Load settings that must be refused; return the errors."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load()
    return refused.value.faults


def test_nothing_set_is_the_playground() -> None:
    """An empty environment means the playground on loopback, with SQLite under var/."""
    settings = load()
    assert settings.mode is Mode.PLAYGROUND
    assert settings.run_faults() == []
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert settings.database_url == "sqlite:///var/dateline.sqlite3"
    assert settings.api_url == "https://slack.com/api/"


def test_playground_listens_on_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials a public HOST is refused by name."""
    monkeypatch.setenv("HOST", "0.0.0.0")
    (fault,) = load().run_faults()
    assert "HOST" in fault
    assert "SLACK_BOT_TOKEN" in fault


@pytest.mark.parametrize(
    ("names", "mode"),
    [
        (("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"), Mode.HTTP),
        (("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), Mode.SOCKET),
        (("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"), Mode.SOCKET),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else str(value),
)
def test_credentials_choose_the_mode(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], mode: Mode
) -> None:
    """A complete set of credentials chooses how Slack is reached."""
    for name in names:
        monkeypatch.setenv(name, "xapp-made-up" if name == "SLACK_APP_TOKEN" else "xoxb-made-up")
    assert load().mode is mode


@pytest.mark.parametrize(
    "environment",
    [
        {"SLACK_BOT_TOKEN": "xoxb-made-up"},
        {"SLACK_SIGNING_SECRET": "made-up"},
        {"SLACK_APP_TOKEN": "xapp-made-up"},
        {"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "made-up"},
        {"SLACK_CLIENT_SECRET": "made-up", "SLACK_SIGNING_SECRET": "made-up"},
    ],
    ids="+".join,
)
def test_part_of_the_credentials_is_refused(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    """An incomplete set is one error that names what is missing, and no value."""
    (fault,) = faults(monkeypatch, **environment)
    assert "SLACK_BOT_TOKEN" in fault
    assert "made-up" not in fault


def test_agents_need_the_signing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it nobody could tell who asks: Socket Mode by itself has none."""
    socket = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_APP_TOKEN": "xapp-made-up"}
    (fault,) = faults(monkeypatch, **socket, DATELINE_MCP="on")
    assert "SLACK_SIGNING_SECRET" in fault
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "made-up")
    assert load().mcp
    monkeypatch.setenv("DATELINE_MCP", "off")
    assert not load().mcp


def test_socket_mode_refuses_many_workspaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Socket Mode serves one workspace; the error names both ways out."""
    three = dict.fromkeys(
        ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"), "made-up"
    )
    (fault,) = faults(monkeypatch, **three, SLACK_APP_TOKEN="xapp-made-up")
    assert fault.startswith("SLACK_APP_TOKEN")
    assert "SLACK_BOT_TOKEN" in fault


def test_keys_of_tokens_are_thirty_two_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Token keys are 32 bytes in either base64 alphabet; the error says how to create one."""
    monkeypatch.setenv("DATELINE_TOKEN_KEY", f"{'-_' * 21}8=, {'+/' * 21}8=")
    assert [len(key) for key in load().token_keys] == [32, 32]
    (fault,) = faults(monkeypatch, DATELINE_TOKEN_KEY="c2hvcnQ=")
    assert "openssl rand -base64 32" in fault
    assert "c2hvcnQ" not in fault


def test_a_key_is_derived_from_the_client_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same secret gives the same key, which does not contain the secret."""
    keys = []
    for secret in ("made-up", "made-up", "another"):
        monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
        monkeypatch.setenv("SLACK_CLIENT_SECRET", secret)
        monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
        keys += load().token_keys
    assert keys[0] == keys[1] != keys[2]
    assert all(len(key) == 32 for key in keys)


def test_all_errors_are_reported_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Three wrong settings in three places are three errors of one exception."""
    config = tmp_path / "own.toml"
    config.write_text('[digest]\ntop = 0\n[sources.gazette]\nzone = "Europe/Talinn"\n')
    errors = faults(monkeypatch, SLACK_BOT_TOKEN="xoxb-made-up", DATELINE_CONFIG=str(config))
    assert [
        any(word in error for error in errors)
        for word in ("SIGNING_SECRET", "digest.top", "Talinn")
    ] == [True] * 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("DATELINE_LOG_LEVEL", "loud"),
        ("SLACK_API_URL", "slack"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A value of the wrong type is an error that names its variable."""
    (fault,) = faults(monkeypatch, **{name: value})
    assert name in fault


def test_a_bad_port_has_a_readable_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cure for a bad PORT is in plain words, not the library's."""
    assert faults(monkeypatch, PORT="many") == ("PORT: it has to be a whole number.",)


def test_a_wrong_value_hides_no_other_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Wrong types, missing credentials and a missing config file are reported together."""
    errors = faults(
        monkeypatch,
        PORT="many",
        SLACK_API_URL="slack",
        SLACK_BOT_TOKEN="xoxb-1",
        DATELINE_CONFIG=str(tmp_path / "no"),
    )
    names = ("PORT", "SLACK_API_URL", "SLACK_SIGNING_SECRET", "DATELINE_CONFIG")
    assert [any(name in error for error in errors) for name in names] == [True] * 4
    assert len(errors) == 4


def test_each_variable_also_as_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """NAME_FILE gives the value from a file, without the line's end."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        (tmp_path / name).write_text("xoxb-from-a-file\n")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = load()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "xoxb-from-a-file"


def test_a_missing_secret_file_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A NAME_FILE that cannot be read is an error of its own."""
    (fault, *_) = faults(monkeypatch, SLACK_BOT_TOKEN_FILE="nowhere")
    assert fault.startswith("SLACK_BOT_TOKEN_FILE names nowhere")


def test_env_file_gives_way_to_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`.env` is read, and the environment has precedence."""
    (tmp_path / ".env").write_text("PORT=4001\nHOST=localhost\n")
    monkeypatch.setenv("PORT", "4002")
    settings = load()
    assert (settings.host, settings.port) == ("localhost", 4002)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither repr nor str of the settings contains a secret."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "very-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://dateline:very-secret@db/dateline")
    assert "very-secret" not in f"{load()!r} {load()}"


def test_settings_are_frozen() -> None:
    """Settings cannot be changed after the start."""
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1  # type: ignore[misc]
    assert isinstance(load(), Settings)


def test_actors_are_read_from_beside_the_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Actors' spellings come from actors.toml; its errors are reported with the others."""
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("DATELINE_CONFIG", str(tmp_path / "mine.toml"))
    monkeypatch.chdir(tmp_path)
    assert load().actors.actors == {}
    (tmp_path / "actors.toml").write_text(
        '[actors]\n"Olena Marsh" = ["Helena Marsch"]\n', encoding="utf-8"
    )
    assert load().actors.actors == {"Olena Marsh": ("Helena Marsch",)}
    (tmp_path / "actors.toml").write_text(
        '[actors]\n"A B" = ["C D"]\n"E F" = ["c  d"]\n', encoding="utf-8"
    )
    (tmp_path / "mine.toml").write_text("[digest]\ntop = 99\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load()
    assert len(caught.value.faults) == 2
    assert "stands for both 'A B' and 'E F'" in str(caught.value)
    assert "actors.toml" in str(caught.value)


def test_a_source_has_its_own_rules() -> None:
    """A source has trust, owner, display, retention and whether its files stay, or defaults."""
    given = {"trust": "low", "owner": "T0123", "files": "keep", "show": "link", "keep_days": 30}
    config = Config.model_validate({"sources": {"wire": given, "plain": {}}})
    assert config.policies["wire"] == Policy(TrustLevel.LOW, DisplayLevel.LINK, 30)
    assert config.policies["plain"] == Policy()
    assert [config.keeps_files(source) for source in ("wire", "plain", "other", None)] == [
        True,
        False,
        False,
        False,
    ]
    kept = Config.model_validate(
        {"folder": {"files": "keep"}, "sources": {"drop": {"files": "move"}}}
    )
    assert [kept.keeps_files(source) for source in ("drop", "other", None)] == [False, True, True]


@pytest.mark.parametrize(
    "wrong", [{"trust": "some"}, {"owner": "my team"}, {"keep_days": 0}, {"show": "all"}]
)
def test_an_invalid_source_rule_is_refused(wrong: dict[str, object]) -> None:
    """A mistake in a licence's rule must not publish its text."""
    with pytest.raises(ValidationError):
        Config.model_validate({"sources": {"wire": wrong}})
