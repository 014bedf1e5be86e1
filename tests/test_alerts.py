"""What the alerts and docs/operations.md name is there."""

import re
from pathlib import Path

import yaml
from prometheus_client import REGISTRY

from bot import service

ROOT = Path(__file__).parent.parent
RULES = (ROOT / "config" / "alerts.yml").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ASKED = re.compile(r"dateline_[a-z_]+")


def names() -> set[str]:
    """Give every name that /metrics may show of ours."""
    families = [family for family in REGISTRY.collect() if family.name.startswith("dateline_")]
    return {f"{one.name}_total" if one.type == "counter" else one.name for one in families}


def test_the_rules_ask_for_figures_that_are_there() -> None:
    """Each alert is well formed, says what happened, and names metrics that we give."""
    assert service.serve
    rules = yaml.safe_load(RULES)["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules) == 5
    for rule in rules:
        assert rule["annotations"]["summary"].endswith(".")
        asked = set(ASKED.findall(rule["expr"]))
        assert asked
        assert asked <= names()


def test_the_page_names_every_figure() -> None:
    """docs/operations.md tells of each metric but the parts of a histogram, and of none that is not there."""
    told = set(ASKED.findall(PAGE)) - {"dateline_sqlite"}
    assert told <= names()
    assert names() <= told | {f"{name}_age_seconds" for name in told}
