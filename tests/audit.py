"""`make audit`: are known weaknesses in what we depend on? Says "not audited" where nobody could be asked.

pip-audit exits with 0 when it could look nothing up, so its answer is read, not its exit code.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECONDS = 8


def verdict(answer: str) -> tuple[int, str]:
    """Give the exit code and what to say, of pip-audit's JSON."""
    try:
        looked_at = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, "not audited: no index of known weaknesses answered."
    audited = [one for one in looked_at if "skip_reason" not in one]
    if not audited:
        return 0, "not audited: no index of known weaknesses knew any of our dependencies."
    weak = [
        f"{one['name']} {one['version']}: {fault['id']}"
        for one in audited
        for fault in one.get("vulns", [])
    ]
    if weak:
        return 1, "\n".join(("Known weaknesses in what we depend on:", *weak))
    left = len(looked_at) - len(audited)
    return 0, f"audited {len(audited)} dependencies, no known weakness" + (
        f"; {left} not audited." if left else "."
    )


def ask() -> str:
    """Let pip-audit look the pinned versions up; "" where it took too long or could not."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "-r",
        "requirements.txt",
        "--disable-pip",
        "--no-deps",
        "-f",
        "json",
    ]
    quiet = ["--progress-spinner", "off", "--timeout", "4"]
    try:
        done = subprocess.run(
            [*command, *quiet],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


if __name__ == "__main__":
    code, told = verdict(ask())
    sys.stderr.write(f"{told}\n")
    sys.exit(code)
