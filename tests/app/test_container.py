"""The Dockerfile agrees with the repository, as far as that can be checked without building it."""

import ast
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Each instruction on one line, as Docker reads it.
LINES = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()


def arguments_of(instruction: str) -> list[str]:
    """Return what follows each instruction of this kind."""
    return [line.partition(" ")[2].strip() for line in LINES if line.startswith(f"{instruction} ")]


def test_it_copies_files_that_exist_and_are_not_ignored() -> None:
    """Each path that it copies exists in the repository, and .dockerignore lets it through."""
    copied = [each.split()[0] for each in arguments_of("COPY") if not each.startswith("--from")]
    let_in = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line[0] == "!"
    }
    assert set(copied) == let_in == {"requirements.txt", "bot", "config", "seeds"}
    assert all((ROOT / each).exists() for each in copied)


def test_it_runs_as_a_numbered_user() -> None:
    """The image runs as a user other than root, given as a number.

    Kubernetes' runAsNonRoot does not accept a name.
    """
    [user] = arguments_of("USER")
    assert int(user) > 0
    assert f"--uid {user} " in arguments_of("RUN")[-1]


def test_its_commands_are_valid() -> None:
    """The health check is Python that compiles, and the entry point is this program."""
    [health] = arguments_of("HEALTHCHECK")
    program, flag, code = json.loads(health.partition("CMD ")[2])
    assert (program, flag) == ("python", "-c")
    assert "/healthz" in ast.unparse(ast.parse(code))
    assert json.loads(arguments_of("ENTRYPOINT")[0]) == ["python", "-m", "bot"]
    assert json.loads(arguments_of("CMD")[0]) == ["run"]
