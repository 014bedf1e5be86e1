"""Alert rules and docs/operations.md name existing metrics, and alerts fire when they should."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY, generate_latest

from bot.app import service
from bot.delivery.slack_errors import FAILURES

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "config" / "alerts.yml"
RULES: list[dict[str, Any]] = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"][0][
    "rules"
]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ASKED = re.compile(r"dateline_[a-z_]+")

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="needs Prometheus' promtool"
)

LATE, STUCK = "dateline_slots_overdue_age_seconds", "dateline_deliveries_waiting_age_seconds"
LOOK, BEAT = "dateline_last_look_timestamp_seconds", "dateline_last_beat_timestamp_seconds"
NEWEST = "dateline_newest_article_timestamp_seconds"
ENDED, CALLS = "dateline_deliveries_total", "dateline_slack_calls_total"

# What happens -> the figures minute by minute from the midnight before a Thursday, as promtool
# writes them
# (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/) -> which alert,
# when, fires or not.
TROUBLES: dict[str, tuple[dict[str, str], list[tuple[str, str, bool]]]] = {
    "all is well": (
        {
            'up{job="dateline"}': "1x30",
            LATE: "2x30",
            STUCK: "8x30",
            f'{LOOK}{{instance="clock"}}': "0+60x30",
            f'{LOOK}{{instance="worker"}}': "0x30",
            BEAT: "0+60x30",
            NEWEST: "0+60x30",
            f'{ENDED}{{outcome="posted"}}': "0+9x30",
            f'{ENDED}{{outcome="failed"}}': "0x30",
            f'{CALLS}{{error="invalid_auth"}}': "0x30",
        },
        [(rule["alert"].removeprefix("Dateline"), "25m", False) for rule in RULES],
    ),
    "no clock claims what is due": (
        {LATE: "0+60x20"},
        [("DigestsAreLate", "5m", False), ("DigestsAreLate", "8m", True)],
    ),
    "no worker does what a clock has claimed": (
        {LATE: "0x20", STUCK: "0+60x20"},
        [
            ("DigestsAreStuck", "5m", False),
            ("DigestsAreStuck", "8m", True),
            ("DigestsAreLate", "8m", False),
        ],
    ),
    "the one clock is gone, and a worker stays that looks at nothing": (
        {f'{LOOK}{{instance="clock"}}': "0+60x10 _x20", f'{LOOK}{{instance="worker"}}': "0x30"},
        [("NobodyLooks", "10m", False), ("NobodyLooks", "19m", True)],
    ),
    "one of two processes is gone": (
        {
            'up{job="dateline",instance="one"}': "1x5 0x20",
            'up{job="dateline",instance="two"}': "1x25",
        },
        [("ProcessIsDown", "7m", False), ("ProcessIsDown", "10m", True)],
    ),
    "one of two processes reads its database and cannot write": (
        {f'{BEAT}{{instance="one"}}': "0+60x5 300x20", f'{BEAT}{{instance="two"}}': "0+60x25"},
        [("CannotWrite", "7m", False), ("CannotWrite", "12m", True)],
    ),
    "the first digests of a process fail, all at once": (
        {f'{ENDED}{{outcome="posted"}}': "0x40", f'{ENDED}{{outcome="failed"}}': "0x5 30x34"},
        [("DigestsFail", "18m", True)],
    ),
    "a channel of three is archived, and its owner told": (
        {
            f'{ENDED}{{outcome="posted"}}': "0x5 2x34",
            f'{ENDED}{{outcome="paused"}}': "0x5 1x34",
            f'{ENDED}{{outcome="failed"}}': "0x40",
        },
        [("DigestsFail", "18m", False)],
    ),
    "Slack refuses the token, once: then all is paused": (
        {f'{CALLS}{{error="invalid_auth"}}': "0x5 1x34"},
        [("UnknownToSlack", "8m", True), ("UnknownToSlack", "20m", False)],
    ),
    "a workspace has removed us": (
        {f'{CALLS}{{error="token_revoked"}}': "0x5 1x34"},
        [("UnknownToSlack", "8m", False)],
    ),
    "nothing has come in since nine, and all was restarted at eleven": (
        {
            f'{NEWEST}{{instance="before"}}': "0+60x540 32400x120",
            f'{NEWEST}{{instance="after"}}': "_x661 32400x120",
            f'{NEWEST}{{instance="a web"}}': "0x780",
        },
        [("NothingComesIn", "11h30m", False), ("NothingComesIn", "12h30m", True)],
    ),
    "a job is dead": (
        {'dateline_jobs{state="dead"}': "0x5 1x30"},
        [("JobsDied", "10m", False), ("JobsDied", "22m", True)],
    ),
    "nothing has come in all night": ({NEWEST: "0x480"}, [("NothingComesIn", "8h", False)]),
}


def metric_names() -> set[str]:
    """Return the name of each of our metrics, as /metrics shows it."""
    families = [family for family in REGISTRY.collect() if family.name.startswith("dateline_")]
    return {
        f"{family.name}_total" if family.type == "counter" else family.name for family in families
    }


def test_the_rules_use_existing_metrics() -> None:
    """Each alert has a summary and a description, and its expression uses existing metrics."""
    assert service.serve
    assert len({rule["alert"] for rule in RULES}) == len(RULES) == 9
    for rule in RULES:
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["description"].endswith(".")
        asked = set(ASKED.findall(rule["expr"]))
        assert asked or "up{" in rule["expr"]
        assert asked <= metric_names()


def test_counters_start_at_zero() -> None:
    """The counters in the rules exist at 0 from the start.

    Prometheus sees no increase from a missing series to 1.
    """
    for kind in ("scheduled", "command"):
        for outcome in ("posted", "failed", "unsure", "paused", "skipped"):
            assert REGISTRY.get_sample_value(ENDED, {"kind": kind, "outcome": outcome}) is not None
    [errors] = re.findall(r'error=~"([a-z_|]+)"', str(RULES))
    for error in errors.split("|"):
        assert error in FAILURES
        assert (
            REGISTRY.get_sample_value(CALLS, {"method": "chat.postMessage", "error": error})
            is not None
        )


def test_the_operations_page_names_every_metric() -> None:
    """docs/operations.md describes each metric, and no metric that does not exist."""
    documented = set(ASKED.findall(PAGE)) - {"dateline_sqlite"}
    assert documented <= metric_names()
    assert metric_names() <= documented | {f"{name}_age_seconds" for name in documented}


@needs_promtool
def test_promtool_accepts_rules_and_metrics() -> None:
    """Prometheus' own tool finds no fault in the rules or in the output of /metrics."""
    for command, given in (
        (["check", "rules", str(ALERTS)], b""),
        (["check", "metrics"], generate_latest()),
    ):
        checked = subprocess.run(
            ["promtool", *command], input=given, capture_output=True, check=False
        )
        assert checked.returncode == 0, checked


@needs_promtool
@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_alert_fires_when_it_should(trouble: str, tmp_path: Path) -> None:
    """With made-up figures, promtool sees each alert fire soon enough, and not too early."""
    figures, expected = TROUBLES[trouble]
    firing = 'count(ALERTS{{alertname="Dateline{}",alertstate="firing"}}) or vector(0)'
    asked = [
        {
            "expr": firing.format(alert),
            "eval_time": when,
            "exp_samples": [{"labels": "{}", "value": int(fires)}],
        }
        for alert, when, fires in expected
    ]
    series = [{"series": name, "values": values} for name, values in figures.items()]
    test = {"name": trouble, "interval": "1m", "input_series": series, "promql_expr_test": asked}
    (tmp_path / "test.yml").write_text(
        yaml.safe_dump({"rule_files": [str(ALERTS)], "tests": [test]}), encoding="utf-8"
    )
    done = subprocess.run(
        ["promtool", "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
