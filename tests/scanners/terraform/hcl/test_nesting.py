"""Modules that call themselves, that nest too deep and that are too many: one gap each, and the rest is read."""

from terraforming import root

from blastradius.scanners.terraform.hcl import modules

QUEUE = 'resource "aws_sqs_queue" "q" {}\n'


def calls(folder, *names):
    return "".join(f'module "{name}" {{\n  source = "{folder}"\n}}\n' for name in names)


def limits(found):
    return [one for one in found.gaps if one.hides == "dependency"]


def addresses(found):
    return sorted(one.address for one in found.blocks)


def test_a_module_that_calls_itself_is_one_gap_with_the_way_round(tmp_path):
    found = root(tmp_path, QUEUE + calls("./", "x"))

    (gap,) = limits(found)
    assert gap.reason.startswith("module `x` calls itself through . → .")
    assert gap.evidence[0].locator == "main.tf:2"
    assert addresses(found) == ["aws_sqs_queue.q"]


def test_modules_that_call_each_other_are_one_gap_however_they_are_reached(tmp_path):
    found = root(tmp_path, {
        "main.tf": calls("./a", "one", "two") + calls("./b", "three"),
        "a/main.tf": QUEUE + calls("../b", "b"),
        "b/main.tf": QUEUE + calls("../a", "a"),
    })  # fmt: skip

    (gap,) = limits(found)
    assert gap.reason.startswith("module `a` calls itself through a → b → a")
    assert addresses(found) == sorted(
        f"module.{one}.aws_sqs_queue.q"
        for one in ("one", "one.module.b", "two", "two.module.b", "three", "three.module.a")
    )


def test_an_output_of_a_module_that_is_not_followed_is_a_reference_to_its_call(tmp_path):
    text = calls("./", "x") + 'resource "aws_sns_topic" "t" {\n  name = module.x.name\n}\n'

    (block,) = root(tmp_path, text).blocks

    assert [one.address for one in block.values["name"].refs] == ["module.x"]


def test_modules_nested_too_deep_are_one_gap_and_those_above_are_read(tmp_path):
    files = {f"l{n}/main.tf": QUEUE + calls(f"../l{n + 1}", "m") for n in range(1, 30)}

    found = root(tmp_path, {"main.tf": calls("./l1", "m", "again"), **files})

    (gap,) = limits(found)
    assert gap.reason == "modules call modules more than 16 levels deep: what lies deeper is not read"
    assert gap.evidence[0].locator == "l16/main.tf:2"
    assert len(found.blocks) == 32


def test_a_flood_of_modules_is_one_gap_and_takes_nothing_from_its_neighbours(tmp_path, monkeypatch):
    monkeypatch.setattr(modules, "MAX_MODULES", 200)
    names = [f"m{n}" for n in range(10)]
    flood = {f"l{n}/main.tf": calls(f"../l{n + 1}", *names) for n in range(1, 6)}
    beside = {"x/main.tf": calls("../y", "y"), "y/main.tf": QUEUE}

    found = root(
        tmp_path, {"main.tf": calls("./l1", "flood") + calls("./x", "x"), "l6/main.tf": QUEUE, **flood, **beside}
    )

    (gap,) = limits(found)
    assert gap.reason.startswith("more than 3,000 modules are in use")
    assert "module.x.module.y.aws_sqs_queue.q" in addresses(found)


def test_a_module_that_is_repeated_too_often_is_cut_at_the_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(modules, "MAX_MODULES", 50)
    text = 'module "m" {\n  source = "./m"\n  count = 900\n}\n'

    found = root(tmp_path, {"main.tf": text, "m/main.tf": QUEUE})

    assert len(limits(found)) == 1
    assert len(found.blocks) == 50
