"""Real systems against hand-made truth, through the command line: nothing missed, nothing invented, nothing silent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from running import TOOL, blastradius
from scanning import corpus

BOUTIQUE = "inputs/online-boutique/kubernetes-manifests"
POLICIES = ["inputs/sock-shop/deploy/kubernetes/manifests", "inputs/sock-shop/deploy/kubernetes/manifests-policy"]
SOFT = """\
annotate:
  - {dependent: "service:frontend", dependency: "service:recommendationservice", strength: soft, reason: ignored}
  - {dependent: "service:frontend", dependency: "service:adservice", strength: soft, reason: ignored}
  - {dependent: "service:checkoutservice", dependency: "service:emailservice", strength: soft, reason: only logged}
"""
PLACED = 'place:\n  - {match: "*:*", provider: gcp, region: us-central1, reason: the one cluster}\n'


def scanned(folder: Path, *inputs: str, overlay: str | None = None) -> Path:
    """Scan inputs of the corpus into a folder, with an overlay beside the inventory."""
    out = folder / "inventory.json"
    done = blastradius("scan", *(str(corpus() / one) for one in inputs), "-o", str(out))
    assert done.returncode == 0, done.stderr
    if overlay:
        (folder / "blastradius.yaml").write_text(overlay)
    return out


def score(kind: str, system: str, inventory: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(corpus() / "score.py"), kind, str(corpus() / "expected" / f"{system}.yaml")]
    tail = ["--", *TOOL] if kind == "impact" else []
    return subprocess.run([*command, str(inventory), *tail], capture_output=True, text=True, check=False)


@pytest.mark.corpus
def test_every_dependency_of_online_boutique_is_found_and_no_other(tmp_path: Path) -> None:
    done = score("edges", "online-boutique", scanned(tmp_path, BOUTIQUE))
    assert done.returncode == 0, done.stdout
    assert "recall 1.000 (16 of 16 visible), precision 1.000, forbidden 0" in done.stdout


@pytest.mark.corpus
def test_the_impact_of_each_loss_of_online_boutique_is_right_with_its_soft_needs_stated(tmp_path: Path) -> None:
    done = score("impact", "online-boutique", scanned(tmp_path, BOUTIQUE, overlay=SOFT))
    assert "impact sets right 5 of 5; states as documented 16 of 16" in done.stdout


@pytest.mark.corpus
def test_what_the_policies_of_sock_shop_show_is_found_and_nothing_else(tmp_path: Path) -> None:
    done = score("edges", "sock-shop", scanned(tmp_path, *POLICIES))
    lines = done.stdout.splitlines()
    assert lines[0].startswith("missed    user-sim -> edge-router"), "only its compose file shows that one"
    assert lines[1].startswith("sock-shop: recall 0.917 (11 of 12 visible), precision 1.000, forbidden 0, unjudged 0")


@pytest.mark.corpus
def test_manifests_say_nothing_about_a_region_until_somebody_does(tmp_path: Path) -> None:
    inventory = scanned(tmp_path, BOUTIQUE)
    assert json.loads(blastradius("regions", str(inventory), "--format", "json").stdout)["verdict"] == "unknown"
    lost = ("simulate", str(inventory), "--remove", "region:us-central1", "--format", "json")
    assert {j["verdict"] for j in json.loads(blastradius(*lost).stdout)["journeys"]} == {"unknown"}
    (tmp_path / "blastradius.yaml").write_text(PLACED)
    told = json.loads(blastradius("regions", str(inventory), "--format", "json").stdout)
    assert (told["verdict"], told["serving_regions"]) == ("single-region", ["us-central1"])
    assert {j["verdict"] for j in json.loads(blastradius(*lost).stdout)["journeys"]} == {"breaks"}
