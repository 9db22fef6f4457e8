from telling import any_of, groups, need, needs, seen, thing, told

from blastradius.model import Breaker, CallSettings, Reference


def calls(to=None, **fields):
    fields.setdefault("layer", "proxy")
    reference = Reference(texts=(to,), role="address") if to else None
    return CallSettings(dependency=reference, evidence=seen("mesh.yaml:1", "mesh"), **fields)


A, B, DB = thing("a", scope="k8s:root/one"), thing("b", scope="k8s:root/two"), thing("db", "db", service="dynamodb")


def test_settings_of_a_host_are_those_of_all_calls_to_it():
    here = told(A, B, DB, needs("a", "db"), needs("b", "db"), calls("db", attempts=3, timeout=2.0, backoff="25ms"))
    for caller in ("a", "b"):
        found = need(here, caller, "db")
        assert (found.attempts, found.timeout, found.backoff) == (3, 2.0, "25ms")
        assert any(one.locator == "mesh.yaml:1" for one in found.evidence)


def test_a_scope_and_a_caller_narrow_it():
    facts = A, B, DB, needs("a", "db"), needs("b", "db")
    here = told(*facts, calls("db", attempts=3, scope="k8s:root/one"))
    assert (need(here, "a", "db").attempts, need(here, "b", "db").attempts) == (3, None)
    here = told(*facts, calls("db", attempts=3, scope="k8s:root/on"))
    assert need(here, "a", "db").attempts is None
    here = told(*facts, calls("db", attempts=3), calls("db", attempts=2, dependent="b"))
    assert (need(here, "a", "db").attempts, need(here, "b", "db").attempts) == (3, 2)


def test_attempts_of_program_and_proxy_multiply():
    here = told(A, DB, needs("a", "db"), calls("db", attempts=3), calls("db", attempts=4, layer="client"))
    assert need(here, "a", "db").attempts == 12
    here = told(A, DB, needs("a", "db", attempts=5), calls("db", attempts=3), calls("db", attempts=4, layer="client"))
    assert need(here, "a", "db").attempts == 15


def test_settings_for_a_service_are_for_calls_to_that_service_alone():
    other = thing("q", "q", service="sqs")
    here = told(
        A, DB, other, needs("a", "db"), needs("a", "q"), calls(attempts=5, dependent="a", services=("dynamodb",))
    )
    assert (need(here, "a", "db").attempts, need(here, "a", "q").attempts) == (5, None)


def test_a_breaker_is_kept_and_the_basis_is_not_raised():
    breaker = Breaker(kind="outlier-detection")
    weak = tuple(one.model_copy(update={"basis": "inferred"}) for one in seen("guess:1"))
    here = told(A, DB, needs("a", "db", evidence=weak), calls("db", breaker=breaker))
    found = need(here, "a", "db")
    assert found.breaker == breaker
    assert found.basis == "inferred"


def test_settings_make_no_dependency():
    here = told(A, DB, calls("db", attempts=3), calls("nobody.example.com", attempts=3))
    assert not [one for one in here.dependencies if one.dependent == "a" or "nobody" in one.dependency]


def test_settings_for_something_unknown_are_about_nothing_else():
    reference = Reference(texts=("paymentClient",), role="any")
    unknown = CallSettings(dependency=reference, attempts=9, layer="client", evidence=seen("app.yml:3"))
    assert need(told(A, DB, needs("a", "db"), unknown), "a", "db").attempts is None


def test_settings_of_a_folder_are_those_of_its_only_component():
    one = thing("a", "folder:src/a")
    facts = DB, needs("a", "db"), calls("db", attempts=4, dependent="folder:src/a", layer="client")
    assert need(told(one, *facts), "a", "db").attempts == 4
    assert need(told(one, thing("z", "folder:src/a"), *facts), "a", "db").attempts is None


def test_settings_of_one_member_are_those_of_calls_to_any_of_them():
    here = told(
        A, DB, thing("other", "other"), any_of("a", "db", "other"), calls("other", attempts=3), calls("db", attempts=2)
    )
    assert [one.attempts for one in groups(here)] == [3]
