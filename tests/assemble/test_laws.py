from hypothesis import given
from hypothesis import strategies as st
from telling import any_of, evidence_of, needs, text_of, thing, told

from blastradius.assemble import finish
from blastradius.catalog import parse_address
from blastradius.model import Component, DependencyFact

SCOPES = ["", "k8s:r", "k8s:r/a", "k8s:r/b", "compose:p"]
NAMES = ["web", "db", "cart", "db.example.com"]
TEXTS = [
    *NAMES, "db:5432", "k8s:r/a/Service/db", "api.stripe.com", "sqs.us-east-1.amazonaws.com", "${HOST}", "localhost", "10.0.0.1",
    "https://sqs.us-east-1.amazonaws.com/111122223333/q", "arn:aws:sqs:us-east-1:111122223333:q", "db.abc.us-east-1.rds.amazonaws.com",
    "db.xyz.us-east-1.rds.amazonaws.com", "bucket.s3.amazonaws.com", "s3://bucket/x", "bucket.s3.us-west-2.amazonaws.com", "vendor:x",
    "some text", "redis:7", "team/app", "postgres:16",
]  # fmt: skip
REGIONS = [None, "us-east-1", "eu-west-1", "global"]


@st.composite
def components(draw: st.DrawFn) -> list[Component]:
    found = []
    for number in range(draw(st.integers(1, 6))):
        placed = draw(st.sampled_from(REGIONS))
        found.append(
            thing(
                draw(st.sampled_from([f"c{number}", f"c{number}", "c0"])),
                *draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True)),
                scanner=draw(st.sampled_from(["kubernetes", "terraform"])),
                kind=draw(st.sampled_from(["service", "database", "queue", "gateway"])),
                name=draw(st.sampled_from(["db", "web", "loadgenerator"])),
                type=draw(st.sampled_from([None, "t"])),
                service=draw(st.sampled_from([None, None, "rds"])),
                scope=draw(st.sampled_from(SCOPES)) or None,
                region=placed,
                provider=draw(st.sampled_from([None, "aws"])),
                zone=draw(st.sampled_from([None, None, "use1-az1", "rack"])),
                account=draw(st.sampled_from([None, "111122223333"])),
                identities=tuple(draw(st.lists(st.sampled_from(TEXTS[3:8]), max_size=1))),
                attributes=draw(st.sampled_from([{}, {"entry": "here"}])),
            )
        )
    return found


@st.composite
def facts(draw: st.DrawFn) -> list:
    things = draw(components())
    told_of = [one.id for one in things]
    rest: list = []
    roles = st.sampled_from(["address", "any", "resource", "image", "package"])
    for _ in range(draw(st.integers(0, 8))):
        common = {
            "scope": draw(st.sampled_from(SCOPES)),
            "role": draw(roles),
            "strength": draw(st.sampled_from([None, None, "hard", "soft"])),
            "phase": draw(st.sampled_from([None, "runtime", "startup"])),
            "tolerance": draw(st.sampled_from([None, 0, 60])),
        }
        if draw(st.booleans()):
            texts = draw(st.lists(st.sampled_from([*TEXTS, *told_of]), min_size=1, max_size=2))
            via = draw(st.sampled_from(["env DB", "env ZIPKIN", "image", ""]))
            rest.append(needs(draw(st.sampled_from(told_of)), *texts, via=via, **common))
        else:
            members = draw(st.lists(st.sampled_from([*TEXTS, *told_of]), min_size=1, max_size=3))
            required = draw(st.integers(1, 2))
            rest.append(any_of(draw(st.sampled_from(told_of)), *members, required=required, **common))
    return [*things, *rest]


@given(facts(), st.randoms(use_true_random=False))
def test_the_order_of_facts_is_irrelevant(given_facts, random):
    shuffled = list(given_facts)
    random.shuffle(shuffled)
    assert text_of(told(*shuffled)) == text_of(told(*given_facts))


@given(facts())
def test_finishing_is_idempotent(given_facts):
    here = told(*given_facts)
    assert finish(here) is here


@given(facts(), st.sampled_from(["us-east-1", "eu-west-1"]))
def test_finishing_after_a_move_is_idempotent_and_forgets_the_old_place(given_facts, region):
    here = told(*given_facts)
    own = {one.id for one in here.components if one.kind in ("service", "database", "queue", "gateway")}
    place = {"provider": "aws", "region": region, "zone": None}
    moved = tuple(one.model_copy(update=place) if one.id in own else one for one in here.components)
    after = finish(here.model_copy(update={"components": moved}))
    assert finish(after) is after
    tied = {
        (one.dependent, one.dependency)
        for one in after.dependencies
        if one.reason and one.reason.startswith("it is in")
    }
    old = {f"aws:region/{other}" for other in ("us-east-1", "eu-west-1") if other != region}
    assert not {pair for pair in tied if pair[0] in own and pair[1] in old}


@given(facts())
def test_no_need_is_lost(given_facts):
    here = told(*given_facts)
    kept = {(one.scanner, one.locator) for one in evidence_of(here)}
    for fact in given_facts:
        if isinstance(fact, DependencyFact) and fact.reference.role != "package":  # most packages are nobody's
            (own,) = fact.evidence
            assert (own.scanner, own.locator) in kept or _means_itself(here, fact), fact


def _means_itself(here, fact) -> bool:
    """Whether the reference leads back to its dependent, by any of its texts."""
    me = next(one for one in here.components if fact.dependent == one.id or fact.dependent in one.aliases)
    own = {me.id, *me.aliases, *me.identities}
    hosts = {address.host for text in fact.reference.texts if (address := parse_address(text))}
    ends = {"localhost"} | {end for name in own for end in (name, name.rpartition(":")[2])}
    return bool(
        own & set(fact.reference.texts) or hosts & ends or any(_alike(text, me) for text in fact.reference.texts)
    )


def _alike(text: str, me: Component) -> bool:
    """An endpoint that was taken for its dependent, because kind, service and name are equal."""
    return text.startswith(f"{me.name}.") and any(one.basis == "inferred" for one in me.evidence)


@given(facts())
def test_every_end_is_there_and_nothing_needs_itself(given_facts):
    here = told(*given_facts)
    there = {one.id for one in here.components}
    assert len(there) == len(here.components)
    for one in here.dependencies:
        assert {one.dependent, one.dependency} <= there
        assert one.dependent != one.dependency
        assert one.evidence
    for group in here.redundancies:
        assert {group.dependent, *group.members} <= there
        assert group.dependent not in group.members
        assert group.required < len(group.members)
    assert {gap.component for gap in here.gaps if gap.component} <= there


@given(facts())
def test_records_are_sorted_and_single(given_facts):
    here = told(*given_facts)
    assert list(here.components) == sorted(here.components, key=lambda one: one.id)
    keys = [(one.dependent, one.dependency, one.phase) for one in here.dependencies]
    assert keys == sorted(set(keys))
