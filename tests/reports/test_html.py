"""The HTML report in a real browser: it asks nobody for anything, answers clicks and keys, and no input runs in it."""

from __future__ import annotations

import base64
import gc
import hashlib
import re
from html.parser import HTMLParser

import pytest
from browsing import browser, opened
from systems import HOSTILE, graph, hostile, system

from blastradius.analysis.report import report
from blastradius.reports import View, render
from blastradius.reports.escape import terminal
from blastradius.simulate import scenario

LOSS = ("region:us-east-1",)


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


def written(folder, inventory, remove=LOSS):
    path = folder / "report.html"
    asked = scenario(remove, duration=10800) if remove else None
    gc.disable()  # the command line holds it back as well: what is loaded stays
    try:
        return _written(path, inventory, asked)
    finally:
        gc.enable()


def _written(path, inventory, asked):
    path.write_text(render(report(graph(inventory), asked), "html", View(inventory="i.json")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    return written(tmp_path_factory.mktemp("shops"), system(50))


@pytest.mark.parametrize("count", [50, 1_000, 100_000])
def test_it_is_ready_at_any_size_and_asks_nobody(chromium, tmp_path, count):
    path = written(tmp_path, system(count))
    assert path.stat().st_size < 5_000_000
    with opened(chromium, path) as found:
        assert found.page.locator("html").get_attribute("data-ready") == "picture"
        drawn = found.page.evaluate("JSON.parse(document.getElementById('data').textContent).nodes.length")
        assert 10 < drawn <= 300
        assert "journeys break" in found.page.locator(".tally").inner_text()
        listed = found.page.locator("#affected tbody tr").count()
        assert listed <= 2_000
        if count == 100_000:
            page = found.page
            assert (
                page.locator("#components .more").inner_text() == "and 44,669 more; --format csv lists every component"
            )
            assert "blastradius sweep i.json --by component" in page.locator("#singles .said").inner_text()
            assert "blastradius fixes i.json" in page.locator("#fixes .said").inner_text()
            assert page.locator("#cuts").count() == 0
            page.locator("#affected thead th", has_text="Kind").locator("button").click()
            kinds = [row[1] for row in found.visible("#affected")]
            assert kinds == sorted(kinds)
            page.fill("#find", "shop-00009/web")
            page.locator("#found", has_text="listed").wait_for()
            assert [row[0] for row in found.visible("#affected")] == ["shop-00009/web"]


def test_the_first_screen_holds_the_verdicts_every_loss_and_what_was_not_seen(chromium, shops):
    with opened(chromium, shops, viewport={"width": 1440, "height": 900}) as found:
        page = found.page
        assert page.locator("h1").inner_text() == "What breaks when region:us-east-1 is lost for 3h?"
        row = page.locator(".matrix tbody tr", has_text="buy 3")
        assert "breaks" in row.locator("td.verdict").inner_text()
        assert row.locator("td.cell.chosen").inner_text().startswith("✗")
        last = page.locator(".matrix tbody tr").last.bounding_box()
        assert last["y"] + last["height"] < 900
        assert page.locator(".seen").inner_text().startswith("Not seen: 1 gap")
        assert page.locator(".seen").bounding_box()["y"] < 900


def test_search_finds_by_name_and_a_click_shows_the_evidence(chromium, shops):
    with opened(chromium, shops) as found:
        page = found.page
        page.fill("#find", "SHOP-00003/db")
        page.locator("#found", has_text="drawn").wait_for()
        assert page.locator("#found").inner_text() == "1 drawn, 1 listed"
        assert [row[0] for row in found.visible("#affected")] == ["shop-00003/db"]
        page.locator("#network").scroll_into_view_if_needed()
        box = page.locator("#network").bounding_box()
        page.wait_for_timeout(100)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        drawer = page.locator("#drawer")
        drawer.wait_for(state="visible")
        assert page.locator("#drawer-name").inner_text() == "shop-00003/db"
        said = drawer.inner_text()
        assert "deploy/shop.yaml:18" in said
        assert "us-east-1" in said
        page.keyboard.press("Escape")
        page.click("#clear")
        assert len(found.visible("#affected")) > 10


def test_filters_narrow_the_picture_and_the_table(chromium, shops):
    with opened(chromium, shops) as found:
        page = found.page
        page.select_option("#filter-kind", "database")
        assert {row[1] for row in found.visible("#affected")} == {"database"}
        page.select_option("#filter-region", "eu-west-1")
        assert found.visible("#affected") == []
        assert page.locator("#found").inner_text().endswith("0 listed")
        page.click("#clear")
        page.select_option("#filter-mark", "removed")
        assert [row[0] for row in found.visible("#affected")] == ["us-east-1"]


def test_tables_sort_both_ways(chromium, shops):
    with opened(chromium, shops) as found:
        head = found.page.locator("#affected thead th", has_text="Component")
        head.locator("button").click()
        names = [row[0] for row in found.visible("#affected")]
        assert names == sorted(names)
        assert head.get_attribute("aria-sort") == "ascending"
        head.locator("button").click()
        assert [row[0] for row in found.visible("#affected")] == names[::-1]
        found.page.locator("#affected thead th", has_text="Kind").locator("button").click()
        kinds = [row[1] for row in found.visible("#affected")]
        assert kinds == sorted(kinds)
        assert head.get_attribute("aria-sort") is None


def test_everything_is_reached_by_keys(chromium, shops):
    with opened(chromium, shops) as found:
        page = found.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator("#network").focus()
        page.keyboard.press("ArrowRight")
        first = page.locator("#pointed").inner_text()
        page.keyboard.press("ArrowRight")
        assert page.locator("#pointed").inner_text() not in ("", first)
        page.keyboard.press("Enter")
        assert page.locator("#drawer").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#drawer").is_hidden()
        assert page.evaluate("document.activeElement.id") == "network"
        page.locator("#affected button.open").first.focus()
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        page.keyboard.press("Enter")
        assert page.locator("#drawer").is_visible()
        page.keyboard.press("Escape")
        assert "open" in page.evaluate("document.activeElement.className")
        assert outline == "solid"


def test_a_link_of_the_matrix_opens_the_proof(chromium, shops):
    with opened(chromium, shops) as found:
        link = found.page.locator(".matrix a", has_text="buy 9")
        target = found.page.locator(f"details{link.get_attribute('href')}")
        link.click()
        assert target.get_attribute("open") is not None
        assert "deploy/shop.yaml:" in target.inner_text()


def test_single_points_of_failure_and_cut_sets_are_listed(chromium, shops):
    with opened(chromium, shops) as found:
        page = found.page
        alone = {row[0]: row for row in found.visible("#singles table")}
        assert alone["us-east-1"][3] == "4"
        assert alone["Pay"][-1] == "buy 1, buy 5, buy 9"
        assert "shop-00003/cache" not in alone  # only softly needed
        assert "only the worst" not in page.locator("#singles").inner_text()
        together = {tuple(row[0].split(" + ")): row for row in found.visible("#cuts table")}
        assert together["shop-00000/db", "shop-00001/db"][1:] == ["2", "1", "buy 1"]
        assert "shop-00000/db" in alone
        assert "shop-00001/db" not in alone
        assert page.locator("#cuts .said").inner_text().startswith(("Minimal sets", "No two or three"))


def test_fixes_stand_beside_the_loss_that_they_are_for(chromium, shops, tmp_path):
    with opened(chromium, shops) as found:
        panel = found.page.locator("#fixes")
        assert (
            panel.locator(".said")
            .first.inner_text()
            .startswith("The smallest sets of changes by which 4 journeys survive")
        )
        first = panel.locator(".sets > li").first.inner_text()
        assert "effort" in first
        assert "deploy/shop.yaml:" in first
        assert found.visible("#fixes table")
    with opened(chromium, written(tmp_path, system(50), ("vendor:pay", "region:us-east-1"))) as found:
        said = found.page.locator("#fixes").inner_text()
        assert "6 journeys survive" in said
    with opened(chromium, written(tmp_path, system(50), ("id:shop-00001/db",))) as found:
        assert "Not known: buy 0" in found.page.locator("#fixes").inner_text()
    with opened(chromium, written(tmp_path, system(50), ())) as found:
        assert found.page.locator("#fixes").count() == 0


def test_the_page_says_by_which_rule_its_columns_are_judged(chromium, shops, tmp_path):
    with opened(chromium, shops) as found:
        below = found.page.locator("#journeys .below").inner_text()
        assert "each is lost alone and for ever. This loss: for 3h" in below
    with opened(chromium, written(tmp_path, system(50), ())) as found:
        assert "as blastradius simulate judges it without --for" in found.page.locator("#journeys .below").inner_text()


@pytest.mark.parametrize("how", [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_it_fits_a_telephone_and_the_dark(chromium, shops, how):
    with opened(chromium, shops, **how) as found:
        width = found.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0
        ground = found.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(19, 20, 22)") == ("color_scheme" in how)
        found.page.emulate_media(media="print")
        assert found.page.locator(".controls").is_hidden()
        assert found.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_hostile_names_stay_inert(chromium, tmp_path):
    with opened(chromium, written(tmp_path, hostile(), ("region:r",))) as found:
        page = found.page
        buttons = page.locator("#affected button.open")
        assert buttons.count() == len(HOSTILE) + 1
        shown = set()
        for at in range(buttons.count()):
            buttons.nth(at).click()
            shown.add(page.locator("#drawer-name").inner_text().strip())
            page.keyboard.press("Escape")
        for text in HOSTILE[:-2]:
            assert " ".join(terminal(text).split()) in {" ".join(one.split()) for one in shown}
        page.locator("#network").focus()
        for _ in range(12):
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
            page.keyboard.press("Escape")
        page.fill("#find", "__proto__")
        page.locator("#found", has_text="drawn").wait_for()
        assert [row[0] for row in found.visible("#affected")] == ["__proto__"]
        assert page.evaluate("window.pwned") is None
        assert page.evaluate("({}).pwned") is None
        assert page.locator("img, iframe, object, embed, link, b b").count() == 0


class _Attributes(HTMLParser):
    """Attributes that a policy of hashes forbids, and what scripts and styles hold."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forbidden, self.blocks, self.addresses, self._open = [], [], [], None

    def handle_starttag(self, tag, attrs):
        self.forbidden += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action")]
        self._open = (tag, dict(attrs).get("type")) if tag in ("script", "style") else None

    def handle_data(self, data):
        if self._open is not None:
            self.blocks.append((*self._open, data))

    def handle_endtag(self, tag):
        self._open = None


@pytest.mark.parametrize("inventory", [system(50), hostile()], ids=["shops", "hostile"])
def test_the_policy_names_every_script_and_nothing_else_could_run(tmp_path, inventory):
    loss = LOSS if inventory.meta.title == "Shops" else ("region:r",)
    text = written(tmp_path, inventory, loss).read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    parsed = _Attributes()
    parsed.feed(text)
    assert parsed.forbidden == []
    assert all(address.startswith("#") for address in parsed.addresses)
    runs = [data for tag, kind, data in parsed.blocks if kind != "application/json"]
    assert len(runs) == 3
    for data in runs:
        assert base64.b64encode(hashlib.sha256(data.encode()).digest()).decode() in policy
    text = re.sub(r"<script>.*?</script>", "", text, flags=re.S)  # the library looks for such characters itself
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", text)


def test_the_same_report_gives_the_same_bytes_and_leaves_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inventory = system(50)
    turned = inventory.model_copy(update={"dependencies": inventory.dependencies[::-1]})
    texts = {render(report(graph(one), scenario(LOSS)), "html") for one in (inventory, inventory, turned)}
    assert len(texts) == 1
    assert list(tmp_path.iterdir()) == []
