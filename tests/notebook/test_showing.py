"""What a notebook shows besides tables: pictures without script, heat maps, a whole page in a frame of its own."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from browsing import browser
from drawing import parse
from hypothesis import given, settings
from running import ROOT
from strategies import inventories

import blastradius as br
from blastradius.analysis.picture import picture
from blastradius.analysis.proofs import proofs
from blastradius.errors import UsageError
from blastradius.reports.svg import svg

EVIL = "</svg><script>alert(1)</script>\"'&\u202e" + "x" * 10_000
NAMES = {"text": "{http://www.w3.org/2000/svg}text", "rect": "{http://www.w3.org/2000/svg}rect"}
ALLOWED = {"svg", "title", "rect", "g", "path", "text"}


def system(drawing="shop -> db\nshop ~> mail\njourney buy: shop tier 1 rto 1h"):
    return br.DependencyGraph(parse(drawing))


def renamed(drawing, name):
    drawn = parse(drawing)
    named = tuple(one.model_copy(update={"name": name}) for one in drawn.components)
    return br.DependencyGraph(drawn.model_copy(update={"components": named}))


def texts(drawn):
    return [one.text for one in ElementTree.fromstring(drawn).iter(NAMES["text"])]


def drawing_in(value):
    found = re.search(r"<svg.*?</svg>", value._repr_mimebundle_()["text/html"], re.S)
    return found[0] if found else ""


def test_an_answer_draws_its_proofs_with_their_signs():
    answer = br.simulate(system(), ["id:db"])
    said = texts(drawing_in(answer))
    assert {"✗ buy", "✗ shop", "✕ db"} <= set(said)
    assert "mail" not in said
    assert any("removed" in one for one in said)


def test_a_graph_draws_itself_and_so_does_an_inventory():
    graph = system()
    assert {"buy", "shop", "db", "mail", "- - - soft"} <= set(texts(drawing_in(graph)))
    assert drawing_in(graph.inventory) == drawing_in(graph)


def test_where_nothing_fell_and_nothing_was_interrupted_there_is_no_picture():
    answer = br.simulate(system("shop -> db\nother -> db\njourney buy: shop"), ["id:other"])
    assert drawing_in(answer) == ""


def test_journeys_whose_proof_does_not_fit_are_counted():
    lines = [f"s{n} -> db\njourney j{n}: s{n}" for n in range(10)]
    drawn = proofs(br.simulate(system("\n".join(lines)), ["id:db"]), most=11)
    assert (len(drawn.nodes), drawn.journeys) == (11, 5)
    assert "5 journeys not drawn." in texts(svg(drawn, "many"))


@settings(max_examples=60, deadline=None)
@given(inventories())
def test_a_picture_is_well_formed_and_holds_every_node_and_nothing_that_runs(inventory):
    graph = br.DependencyGraph(inventory)
    answer = br.simulate(graph, [f"id:{graph.ids[0]}"])
    for drawn in (picture(graph, most=48), proofs(answer, most=80)):
        text = svg(drawn, "system")
        assert text == svg(drawn, "system")
        if not drawn.nodes:
            assert text == ""
            continue
        root = ElementTree.fromstring(text)
        assert {one.tag.rpartition("}")[2] for one in root.iter()} <= ALLOWED
        assert not [name for one in root.iter() for name in one.attrib if name.startswith("on") or "href" in name]
        wide, high = int(root.attrib["width"]), int(root.attrib["height"])
        boxes = [one.attrib for one in root.iter(NAMES["rect"]) if "x" in one.attrib]
        assert len(boxes) == len(drawn.nodes) + sum(bool(node.count) for node in drawn.nodes)
        for box in boxes:
            assert 0 <= int(box["x"]) <= wide - int(box["width"])
            assert 0 <= int(box["y"]) <= high - int(box["height"])


@settings(max_examples=40, deadline=None)
@given(inventories())
def test_the_proofs_drawn_are_the_chains_of_the_answer(inventory):
    graph = br.DependencyGraph(inventory)
    answer = br.simulate(graph, [f"id:{graph.ids[0]}"])
    wanted = {(link.dependent, link.dependency) for one in answer.journeys for link in one.chain or one.chain_at_worst}
    drawn = proofs(answer, most=10_000)
    assert {(edge.dependent, edge.dependency) for edge in drawn.edges} == wanted
    assert {node.id for node in drawn.nodes} == {end for pair in wanted for end in pair}


def test_a_long_table_is_folded_and_the_first_never():
    lines = [f"s{n} -> db" for n in range(20)]
    shown = br.simulate(system("\n".join([*lines, "journey buy: s1"])), ["id:db"])._repr_mimebundle_()["text/html"]
    assert "<summary>Components (21)</summary>" in shown
    assert "<p>Journeys</p>" in shown


def test_a_proof_shows_what_was_down_though_it_is_back():
    graph = system("shop -> web\nweb -> db\njourney buy: shop")
    answer = br.simulate(graph, ["id:db"], duration="1h", horizon="3h")
    assert {one.state for one in answer.components} == {"up"}
    assert {node.id: node.mark for node in proofs(answer, most=80).nodes} == {
        "journey:buy": "breaks", "shop": "down", "web": "down", "db": "removed",
    }  # fmt: skip


def test_a_proof_shows_what_a_failover_took_over_as_it_is_since():
    graph = system("shop -> a || b takes 2m\njourney buy: shop")
    answer = br.simulate(graph, ["id:a"], duration="1h")
    marks = {node.id: node.mark for node in proofs(answer, most=80).nodes}
    assert marks == {"journey:buy": "survives", "shop": "exposed", "a": "removed"}


def test_hostile_names_stay_text():
    graph = renamed("shop -> db\njourney buy: shop", EVIL)
    for value in (graph, br.simulate(graph, ["id:db"])):
        drawn = drawing_in(value)
        assert ElementTree.fromstring(drawn) is not None
        assert "<script" not in drawn
        assert "\u202e" not in drawn
        assert len(drawn) < 20_000


def test_an_inventory_is_asked_like_its_graph():
    graph = system()
    inventory = graph.inventory
    assert br.simulate(inventory, ["id:db"]) == br.simulate(graph, ["id:db"])
    assert br.explain(inventory, "buy", ["id:db"]) == br.explain(graph, "buy", ["id:db"])
    for ask in (br.sweep, br.cuts, br.availability, br.concentration, br.report, br.dns):
        assert ask(inventory) == ask(graph), ask
    assert br.drain(inventory, ["id:db"]) == br.drain(graph, ["id:db"])
    assert br.fixes(inventory, by="service") == br.fixes(graph, by="service")
    assert br.replay("2025-10-20", inventory) == br.replay("2025-10-20-aws-dynamodb-dns", graph)
    with pytest.raises(UsageError, match="a str is no system: ask what `load` or `scan` returned"):
        br.simulate("inventory.json", ["id:db"])


def test_what_would_stand_in_an_overlay_may_be_a_text(tmp_path):
    said = "journeys:\n  buy: {entries: ['service:web']}\nplace:\n  - {match: '*:*', provider: aws, region: eu-west-1, reason: ours}\n"
    example = ROOT / "tests" / "house" / "example" / "deploy"
    (tmp_path / "overlay").write_text(said)
    by_text = br.load(example, overlay=said)
    assert by_text.inventory == br.load(example, overlay=tmp_path / "overlay").inventory
    assert by_text.inventory == br.load(br.scan(example), overlay=said).inventory
    assert set(by_text.journeys) == {"journey:buy"}
    assert by_text.journeys["journey:buy"].evidence[0].locator == "overlay:2"
    with pytest.raises(UsageError, match=r"^overlay:2: "):
        br.load(example, overlay="journeys:\n  buy: {entries: ['service:wbe']}\n")
    assert br.load(br.scan(example)).inventory == br.scan(example)


def test_a_page_stands_in_a_frame_that_nothing_leaves():
    graph = system()
    shown = br.show(graph, ["id:db"], duration="3h")._repr_mimebundle_()
    assert shown == br.show(graph, ["id:db"], duration="3h")._repr_mimebundle_()
    assert (
        shown
        == br.show(
            br.report(graph, br.Scenario(phases=[{"remove": ["id:db"], "for": "3h"}], horizon="3h"))
        )._repr_mimebundle_()
    )
    found = re.fullmatch(
        r'<iframe sandbox="allow-scripts" srcdoc="([^"]*)" style="[^"]*"></iframe>', shown["text/html"]
    )
    assert found
    page = unescape(found[1])
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in unescape(page)
    assert shown["text/plain"].startswith("What breaks when id:db is lost for 3h?")


def test_a_result_is_shown_as_a_cell_would_show_it():
    answer = br.simulate(system(), ["id:db"])
    assert br.show(answer)._repr_mimebundle_() == answer._repr_mimebundle_()
    assert repr(br.show(answer)) == answer._repr_mimebundle_()["text/plain"]
    with pytest.raises(UsageError, match="a BlastRadius loses nothing more"):
        br.show(answer, ["id:shop"])


def test_in_a_browser_the_page_works_inside_its_frame(tmp_path):
    path = tmp_path / "cell.html"
    shown = br.show(renamed("shop -> db\njourney buy: shop", '</iframe>"><script>alert(1)</script>'), ["id:db"])
    path.write_text(f"<!doctype html><meta charset=utf-8>{shown._repr_mimebundle_()['text/html']}", encoding="utf-8")
    requests, said = [], []
    with browser() as chromium:
        page = chromium.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        frame = page.frame_locator("iframe")
        frame.locator("html[data-ready]").wait_for(state="attached")
        frame.locator("details[open]").first.locator("summary").click()
        assert frame.locator("details#proof-1[open]").count() == 0
        frame.locator('a[href="#proof-1"]').click()
        frame.locator("details#proof-1[open]").wait_for()
        assert page.frames[1].url == "about:srcdoc"
    assert requests == [path.as_uri()]
    assert said == []


def test_the_registry_without_its_region_is_drawn_as_it_was_looked_at(snapshot):
    folder = ROOT / "inventories" / "artifact-registry"
    answer = br.simulate(br.load(folder / "inventory.yaml"), scenario=folder / "scenario.yaml")
    assert drawing_in(answer).replace("><", ">\n<") == snapshot
