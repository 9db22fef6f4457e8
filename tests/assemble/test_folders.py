from telling import needed, needs, seen, thing, told

from blastradius.model import BuiltFromFact, Reference
from blastradius.scanners.registries import turned


def built(image, folder):
    return BuiltFromFact(
        image=Reference(texts=(image,), role="image"), folder=folder, evidence=seen("ci.yml:3", "pipelines")
    )


def test_what_runs_an_image_is_built_from_its_folder():
    here = told(
        thing("a"), needs("a", "ghcr.io/acme/a@sha256:0", role="image"), built("ghcr.io/acme/a:latest", "src/a"),
        needs("folder:src/a", "db.example.com"),
    )  # fmt: skip
    assert "external:db.example.com" in needed(here, "a")
    assert not [gap for gap in here.gaps if gap.scope == "src/a"]


def test_settings_of_a_folder_are_not_given_to_one_of_several():
    here = told(
        thing("a"), thing("b"), needs("a", "acme/a", role="image"), needs("b", "acme/a", role="image"), built("acme/a", "."),
        needs("folder:.", "db.example.com"), needs("folder:.", turned("org.npmjs.registry"), phase="deploy"),
    )  # fmt: skip
    # whoever is built there needs what building needs; a setting may be that of one
    assert needed(here, "a") == needed(here, "b") == {"vendor:docker-hub", "vendor:npm"}
    (gap,) = [one for one in here.gaps if one.scope == "."]
    assert gap.reason.startswith("settings in . name db.example.com, and any of a, b may be told so")


def test_building_has_a_gap_of_its_own():
    here = told(
        thing("a"), needs("folder:x", "db.example.com"), needs("folder:x", "acme/a", role="image", phase="deploy")
    )
    assert sorted(gap.reason.partition(",")[0] for gap in here.gaps if gap.scope == "x") == [
        "building what lies in x needs acme/a",
        "settings in x name db.example.com",
    ]
