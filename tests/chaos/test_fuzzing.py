"""Ten minutes of atheris for each format (`make chaos`).

No input crashes a reader, hangs it or makes it use too much memory.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reading.endings import ENDINGS

ROOT = Path(__file__).parent.parent.parent
SECONDS = int(os.environ.get("DATELINE_FUZZ_SECONDS", "600"))

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(SECONDS + 120),
    pytest.mark.skipif(
        importlib.util.find_spec("atheris") is None,
        reason="atheris is not installed, so NO READER WAS FUZZED: "
        "pip install atheris (extra `fuzz`), then again",
    ),
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_input_breaks_a_reader(ending: str, tmp_path: Path) -> None:
    """Whatever atheris makes of our samples is read or refused, in ten seconds and one GiB."""
    command = [
        sys.executable,
        "-m",
        "tests.chaos.fuzz_reader",
        ending,
        str(tmp_path),
        f"-max_total_time={SECONDS}",
    ]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
    )
    failing_inputs = [
        path
        for path in tmp_path.iterdir()
        if path.name.startswith(("crash-", "timeout-", "oom-", "slow-unit-"))
    ]
    assert run.returncode == 0, (
        f"{[path.read_bytes()[:2000] for path in failing_inputs]}\n{run.stderr[-4000:]}"
    )
    print(f"{ending}: {_figures(run.stderr)}")  # noqa: T201 -- shown by `make chaos`


def _figures(log: str) -> str:
    return next(
        (line for line in reversed(log.splitlines()) if line.startswith("Done ")), log[-200:]
    )
