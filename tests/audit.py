"""`make audit`: look for known vulnerabilities in our dependencies.

Say "not audited" if no index answered. pip-audit exits with 0 when it could look nothing up, so its
answer is read, not its exit code.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECONDS = 8


def verdict(answer: str) -> tuple[int, str]:
    """Return the exit code and the message for pip-audit's JSON."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, "not audited: no index of known vulnerabilities answered."
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        return 0, "not audited: no index of known vulnerabilities knew any of our dependencies."
    vulnerable = [
        f"{package['name']} {package['version']}: {vulnerability['id']}"
        for package in audited
        for vulnerability in package.get("vulns", [])
    ]
    if vulnerable:
        return 1, "\n".join(("Known vulnerabilities in what we depend on:", *vulnerable))
    skipped = len(packages) - len(audited)
    return 0, f"audited {len(audited)} dependencies, no known vulnerability" + (
        f"; {skipped} not audited." if skipped else "."
    )


def run_pip_audit() -> str:
    """Return pip-audit's JSON for the pinned versions, or "" if it failed or took too long."""
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
    exit_code, message = verdict(run_pip_audit())
    sys.stderr.write(f"{message}\n")
    sys.exit(exit_code)
