"""Drills: an experiment takes away what the scenario does, and only what was really seen is learned from it."""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from chaoslib.experiment import ensure_experiment_is_valid, run_experiment
from drawing import parse
from hypothesis import given
from hypothesis import strategies as st
from strategies import inventories

from blastradius.analysis.drill import drill, learn
from blastradius.errors import InputError
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Probe, Scenario
from blastradius.pipeline import scan
from blastradius.reports.chaos_toolkit import experiment, write
from blastradius.simulate import scenario

SHOP = """
web -> db1 || db2 by hand takes 10m
web ~> mail
report -> mail
journey buy: web
journey report: report
"""

#: Stands for a team's own program: what is gone is a file, and a journey works as its rules say.
HOOK = """#!/bin/sh
cd "{folder}"
case "$1" in
  remove) touch "gone-$3" ;;
  restore) rm -f "gone-$3" ;;
  check) case "$2" in
    journey:buy) {buy} ;;
    journey:report) [ ! -e gone-mail ] ;;
  esac ;;
esac
"""


@pytest.fixture
def played(tmp_path, monkeypatch):
    """Runs an experiment by the Chaos Toolkit itself, without its pauses."""

    def play(graph, *remove, buy="true", hook=HOOK):
        program = tmp_path / "drill.sh"
        program.write_text(hook.format(folder=tmp_path, buy=buy), encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("BLASTRADIUS_DRILL", str(program))
        monkeypatch.setattr(time, "sleep", lambda seconds: None)
        written = json.loads(write(drill(graph, scenario([f"id:{one}" for one in remove], [], 3600, None))))
        ensure_experiment_is_valid(written)
        return json.loads(json.dumps(run_experiment(written), default=str))

    return play


def graph(text=SHOP):
    return DependencyGraph(parse(text))


def outcomes(learned):
    return {one.name: one.outcome for one in learned.lessons}


def test_a_drill_that_goes_as_predicted_shows_the_soft_need_to_be_soft(played):
    journal = played(graph(), "mail")
    learned = learn(journal)
    assert journal["status"] == "completed"
    assert not journal["deviated"]
    assert outcomes(learned) == {"buy": "as predicted", "report": "as predicted"}
    assert [(one.dependent, one.dependency) for one in learned.soft] == [("web", "mail")]
    assert learned.rehearsed == ()


def test_a_soft_need_that_was_hard_after_all_is_a_worse_outcome(played):
    learned = learn(played(graph(), "mail", buy="[ ! -e gone-mail ]"))
    assert outcomes(learned)["buy"] == "worse"
    assert learned.soft == ()


def test_a_failover_that_brought_the_journey_back_is_rehearsed(played):
    # down at the first look, up at the later ones: somebody has moved it meanwhile
    buy = "[ ! -e gone-db1 ] || { [ -e looked ] || { touch looked; false; }; }"
    learned = learn(played(graph(), "db1", buy=buy))
    assert outcomes(learned)["buy"] == "as predicted"
    assert [(one.dependent, one.to) for one in learned.rehearsed] == [("web", "db2")]


def test_a_journey_that_never_noticed_rehearsed_nothing(played):
    learned = learn(played(graph(), "db1"))
    assert outcomes(learned)["buy"] == "better"
    assert learned.rehearsed == ()


def test_a_failover_that_did_not_work_is_a_worse_outcome_and_not_rehearsed(played):
    learned = learn(played(graph(), "db1", buy="[ ! -e gone-db1 ]"))
    assert outcomes(learned)["buy"] == "worse"
    assert learned.rehearsed == ()


def test_what_works_once_all_is_given_back_teaches_nothing(played):
    journal = played(graph(), "db1", buy="[ ! -e gone-db1 ] || { [ -e looked ] || { touch looked; false; }; }")
    (again,) = (at for at, one in enumerate(journal["run"]) if one["activity"].get("look") == "again")
    given = {"activity": {"type": "action", "verb": "restore", "selector": "id:db1"}, "status": "succeeded"}
    assert learn(journal).rehearsed
    journal["run"].insert(again, given)
    assert learn(journal).rehearsed == ()
    journal["run"][again] = given | {"activity": given["activity"] | {"verb": "remove", "selector": "id:mail"}}
    assert learn(journal).rehearsed


@given(inventories(), st.integers(1, 400), st.integers(1, 400))
def test_nobody_looks_after_a_short_loss_at_what_was_to_be_seen_during_it(inventory, length, later):
    system = DependencyGraph(inventory)
    one, other = system.ids[0], next(id for id in reversed(system.ids) if id in system.components)
    phases = [{"remove": [f"id:{one}"], "for": length}, {"at": later, "remove": [f"id:{other}"], "for": length}]
    asked = Scenario.model_validate({"phases": phases})
    found = drill(system, asked, typed=False)
    changes = {0, length, later, later + length}
    now, looked = 0, {}
    for step in experiment(found)["method"]:
        now += step.get("pauses", {}).get("before", 0)
        if step["type"] == "probe":
            looked.setdefault((step["journey"], step["look"]), []).append(now)
    for prediction in found.predictions:
        if prediction.up_again is not None and prediction.up_again + 1 not in changes:
            (at,) = looked[prediction.journey, "again"]
            assert not [change for change in changes if prediction.up_again < change <= at]


def test_a_drill_is_run_against_an_address(tmp_path, monkeypatch):
    state = tmp_path / "gone-mail"

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(503 if state.exists() else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    program = tmp_path / "drill.sh"
    program.write_text(HOOK.format(folder=tmp_path, buy="true"), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("BLASTRADIUS_DRILL", str(program))
    drawn = parse("web -> mail\nshop ~> mail\njourney buy: web\njourney look: shop")
    with HTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        probe = Probe(url=f"http://127.0.0.1:{server.server_port}/buy")
        journeys = tuple(one.model_copy(update={"probe": probe}) for one in drawn.journeys)
        system = DependencyGraph(drawn.model_copy(update={"journeys": journeys}))
        written = json.loads(write(drill(system, scenario(["id:mail"], [], 2, None))))
        journal = json.loads(json.dumps(run_experiment(written), default=str))
        server.shutdown()
    learned = learn(journal)
    # both stand on the same address: the need that is said to be soft was hard, and the other was as predicted
    assert outcomes(learned) == {"buy": "as predicted", "look": "worse"}
    assert learned.soft == ()
    assert not state.exists()


def test_a_drill_that_removed_nothing_shows_nothing(played):
    learned = learn(played(graph(), "mail", hook='#!/bin/sh\n[ "$1" != remove ]\n'))
    assert not learned.valid
    assert "id:mail" in learned.why_not
    assert learned.lessons == ()


def test_a_journey_that_did_not_work_before_teaches_nothing(played):
    journal = played(graph(), "mail", buy="false")
    learned = learn(journal)
    assert not learned.soft
    assert outcomes(learned).get("buy", "not seen") == "not seen"


def test_journeys_whose_names_begin_alike_are_told_apart(played):
    drawn = parse(SHOP)
    names = {"report": "buy: again"}
    journeys = tuple(one.model_copy(update={"name": names.get(one.name, one.name)}) for one in drawn.journeys)
    learned = learn(played(DependencyGraph(drawn.model_copy(update={"journeys": journeys})), "mail"))
    assert outcomes(learned) == {"buy": "as predicted", "buy: again": "as predicted"}


@pytest.mark.parametrize("needs", ["buy -> web || shop", "buy -> web (1h)"])
def test_nothing_is_learned_of_what_need_not_have_worked(played, needs):
    learned = learn(played(graph(f"{needs}\nweb ~> mail\njourney buy: buy"), "mail"))
    assert outcomes(learned) == {"buy": "as predicted"}
    assert learned.soft == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"start": "2999-01-01T00:00:00"}, "in the future"),
        ({"status": "interrupted"}, "status is interrupted"),
        ({"status": "aborted", "deviated": True}, "status is aborted"),
        ({"status": None}, "status is None"),
        ({"dry": "activities"}, "run dry"),
    ],
)
def test_a_run_that_was_not_made_to_its_end_in_earnest_shows_nothing(played, change, why):
    learned = learn({**played(graph(), "mail"), **change}, today=date(2998, 1, 1))
    assert why in learned.why_not
    assert (learned.valid, learned.soft, learned.lessons) == (False, (), ())


def test_a_drill_in_which_nothing_was_to_be_taken_away_shows_nothing(played):
    journal = played(graph(), "mail")
    journal["experiment"]["extensions"][0]["drill"]["removals"] = []
    assert "nothing was to be taken away" in learn(journal).why_not


def test_everything_is_given_back(played, tmp_path):
    played(graph(), "mail", "db1", buy="true")
    assert not [name for name in os.listdir(tmp_path) if name.startswith("gone-")]


def test_addresses_are_asked_and_commands_are_run():
    drawn = parse(SHOP)
    ways = {"buy": Probe(url="https://shop.example/", status=204), "report": Probe(command=("check-report", "--fast"))}
    journeys = tuple(one.model_copy(update={"probe": ways[one.name]}) for one in drawn.journeys)
    found = experiment(
        drill(DependencyGraph(drawn.model_copy(update={"journeys": journeys})), scenario(["id:db2"], [], 60, None))
    )
    buy, report = found["steady-state-hypothesis"]["probes"]
    assert (buy["provider"]["type"], buy["provider"]["url"], buy["tolerance"]) == ("http", "https://shop.example/", 204)
    assert (report["provider"]["path"], report["provider"]["arguments"]) == ("check-report", ["--fast"])


@pytest.mark.parametrize(
    ("id", "attributes", "program", "back"),
    [
        ("k8s:shop/prod/Deployment/web", {"replicas": "3"}, "kubectl", "--replicas=3"),
        ("k8s:shop/prod/Deployment/web", {}, "sh", "restore"),
        ("k8s:shop/--all/Deployment/web", {"replicas": "3"}, "sh", "restore"),
        ("compose:shop/web", {}, "docker", "start"),
        ("compose:a-b-shop/web", {"compose_project": "shop"}, "docker", "shop"),
        ("compose:My.App/web", {}, "sh", "restore"),
        ("compose:shop/-t0", {}, "sh", "restore"),
        ("compose:-f/web", {}, "sh", "restore"),
        ("arn:aws:ecs:eu-west-1:111122223333:service/web", {}, "sh", "restore"),
    ],
)
def test_a_workload_is_stopped_by_its_own_tool_where_there_is_a_way_back(id, attributes, program, back):
    drawn = parse("x\njourney buy: x")
    component = Component(id=id, kind="service", name="web", attributes=attributes)
    inventory = drawn.model_copy(update={"components": (*drawn.components, component)})
    found = experiment(drill(DependencyGraph(inventory), scenario([f"id:{id}"], [], 60, None)))
    assert found["method"][0]["provider"]["path"] == program
    assert back in found["rollbacks"][0]["provider"]["arguments"]


@pytest.mark.parametrize(
    "journal",
    [None, [], {}, {"experiment": {}}, {"experiment": {"extensions": [{"name": "blastradius", "drill": 3}]}}],
)
def test_what_is_no_journal_is_said(journal):
    with pytest.raises(InputError, match=r"^journal: "):
        learn(journal)


def test_a_project_is_called_as_compose_calls_it(tmp_path):
    for folder in ("a/My.App", "b/My.App"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "compose.yaml").write_text("services: {web: {image: nginx}}\n")
    graph = DependencyGraph(scan(tmp_path))
    for one in graph.components.values():
        if one.id.startswith("compose:"):
            found = experiment(drill(graph, scenario([f"id:{one.id}"], [], 60, None)))
            arguments = found["method"][0]["provider"]["arguments"]
            assert arguments == ["compose", "--project-name", "myapp", "stop", "web"]
