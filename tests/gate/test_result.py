"""The result is one document that comes back as it was."""

from gate.example import PASSED, RESULT

from blastradius.gate.result import STATUSES, GateResult


def test_a_result_survives_its_own_json():
    for result in (RESULT, PASSED):
        assert GateResult.model_validate_json(result.model_dump_json()) == result


def test_the_example_holds_every_status():
    shown = {one.status for one in (*RESULT.findings, *RESULT.fixed)}
    assert shown == set(STATUSES) - {"accepted"}
