"""The Dockerfile, as far as it can be held to facts without being built."""

import ast
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Each instruction on one line, as Docker reads it.
LINES = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()


def told(instruction: str) -> list[str]:
    """What stands behind each of these instructions."""
    return [line.partition(" ")[2].strip() for line in LINES if line.startswith(f"{instruction} ")]


def test_it_copies_what_is_there_and_let_through() -> None:
    """Each thing that it takes from the repository exists, and .dockerignore lets it in."""
    copied = [each.split()[0] for each in told("COPY") if not each.startswith("--from")]
    let_in = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line[0] == "!"
    }
    assert set(copied) == let_in == {"requirements.txt", "bot", "config", "seeds"}
    assert all((ROOT / each).exists() for each in copied)


def test_it_runs_as_nobody_in_particular() -> None:
    """Not as root, and by a number: Kubernetes' runAsNonRoot takes no name."""
    [user] = told("USER")
    assert int(user) > 0
    assert f"--uid {user} " in told("RUN")[-1]


def test_its_commands_are_commands() -> None:
    """The question for its health is Python that compiles, and what it starts is this program."""
    [health] = told("HEALTHCHECK")
    program, flag, code = json.loads(health.partition("CMD ")[2])
    assert (program, flag) == ("python", "-c")
    assert "/healthz" in ast.unparse(ast.parse(code))
    assert json.loads(told("ENTRYPOINT")[0]) == ["python", "-m", "bot"]
    assert json.loads(told("CMD")[0]) == ["run"]
