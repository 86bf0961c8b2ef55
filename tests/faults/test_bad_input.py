"""Wrong input and broken models: the person or the operator is told what to mend, nothing is stored halfway,
and after mending the case goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager

import pytest

from tests.case import Case, eventually
from workers.rest import codec, organisation
from workers.rest.session import EngineError, EngineSession
from workers.settings import settings

REPORT, MANAGER = "permanency-planning", "permanency-planning-authorisation"
NFA = "permanency-planning-no-longer-required"


@contextmanager
def deployed(engine: EngineSession, file: str, change: Callable[[str], str]):
    """A model in a changed version, the latest for a while."""
    path = next(settings().models.glob(f"*/*/{file}"))
    text = path.read_text()
    assert change(text) != text, f"{file} has nothing to change"
    answer = engine.post(
        "/deployment/create", files={file: (file, change(text))}, data={"deployment-name": "broken"}
    ).json()
    try:
        yield
    finally:
        engine.call(f"/deployment/{answer['id']}?cascade=true", method="DELETE")


def the_incident(case: Case) -> dict:
    """The one incident of the child, waited for."""

    def found() -> list[dict]:
        # the pathway above shows it too
        return [
            row
            for instance in case.engine.fetch("/process-instance", businessKey=case.child)
            for row in case.engine.fetch("/incident", processInstanceId=instance["id"])
            if row["id"] == row["rootCauseIncidentId"]
        ]

    incidents = eventually(found, lambda: f"no incident: {case.picture()}")
    assert len(incidents) == 1
    return incidents[0]


def retry(case: Case, incident: dict) -> None:
    case.engine.call(f"/external-task/{incident['configuration']}/retries", {"retries": 1}, "PUT")


def end_early(case: Case) -> None:
    """The shortest way to the end."""
    case.submit(MANAGER, "team-manager", decision="authorised", nextActions=[NFA])
    case.ended()


def test_an_unregistered_child_does_not_stop_work_and_is_flagged(case: Case, homeward):
    case.start()
    case.task(REPORT)
    assert case.child in json.loads(homeward("status", "--json").out)["stubs"]
    assert homeward("child", "add", case.child, "--name", "Robin Example").code == 0
    assert case.child not in json.loads(homeward("status", "--json").out)["stubs"]


@pytest.mark.parametrize("day", ["next Tuesday", "2026-02-30", "01/07/2026"])
def test_a_date_that_is_none_comes_back_with_the_reason(case: Case, day):
    case.start()
    case.submit(REPORT, "social-worker", legalStatusDate=day)
    assert "is no date: use YYYY-MM-DD" in case.came_back(REPORT, "social-worker")["message"]
    assert case.opens_with(REPORT, "social-worker")["legalStatusDate"] == day, "what was written is kept"
    case.submit(REPORT, "social-worker", legalStatusDate="2020-07-01")
    end_early(case)


def test_a_text_that_is_too_long_is_refused_and_the_task_stays_as_it_was(case: Case):
    case.start()
    before = case.task(REPORT)
    worker = case.person("social-worker")
    values = worker.values(before["id"])
    with pytest.raises(EngineError) as refused:
        worker.session.call(
            f"/task/{before['id']}/submit-form",
            {"variables": {"comments": {"value": "x" * 4001}, "legalStatus": {"value": "y" * 4001}}},
        )
    assert refused.value.status in (400, 500)
    assert case.task(REPORT) == before and worker.values(before["id"]) == values and not case.incidents()
    case.submit(REPORT, "social-worker")
    end_early(case)


def test_next_actions_that_no_table_knows_are_refused(case: Case):
    case.start()
    case.submit(REPORT, "social-worker")
    case.submit(MANAGER, "team-manager", decision="authorised", nextActions=["fly-to-the-moon"])
    assert case.came_back(MANAGER, "team-manager")["message"].endswith(
        "cannot be read. Please answer them again: Next actions"
    )
    end_early(case)


def test_a_broken_rule_is_an_error_to_the_person_and_the_task_stays(case: Case):
    case.start()
    case.submit(REPORT, "social-worker")
    before = case.task(MANAGER)
    with deployed(
        case.engine,
        "permanency-planning-process.dmn",
        lambda text: text.replace('trim(comments) != ""</text>', "1 + (</text>"),
    ):
        with pytest.raises(EngineError) as refused:
            case.submit(MANAGER, "team-manager", decision="authorised", nextActions=[NFA])
        assert refused.value.status == 500 and "FEEL" in refused.value.message
        assert case.task(MANAGER) == before and not case.incidents()
    end_early(case)


def test_an_unknown_user_on_a_form_comes_back_to_who_named_them(case: Case):
    case.start()
    case.submit(REPORT, "social-worker", teamManager="nobody-here")
    assert "no team manager or practice supervisor" in case.came_back(REPORT, "social-worker")["message"]
    case.submit(REPORT, "social-worker", teamManager="")
    end_early(case)


@pytest.mark.parametrize("mend", ["variable", "user", "allocate"])
def test_a_manager_who_has_gone_is_an_incident_that_says_what_to_mend(case: Case, homeward, mend):
    case.start()
    nobody = case.lose_manager()
    incident = the_incident(case)
    assert (
        f"user {nobody} does not exist" in incident["incidentMessage"]
        and "then retry" in incident["incidentMessage"]
    )
    match mend:
        case "variable":  # as Cockpit does it
            case.engine.call(
                f"/execution/{incident['executionId']}/localVariables/user",
                {"value": "team-manager", "type": "String"},
                "PUT",
            )
        case "user":
            organisation.make_demo_users(case.engine, [nobody])
        case "allocate":
            assert (
                homeward(
                    "allocate",
                    case.child,
                    "--role",
                    "teamManager",
                    "--to",
                    "team-manager",
                    "--reason",
                    "mistyped",
                ).code
                == 0
            )
    retry(case, incident)
    try:
        assert (
            case.task(MANAGER)["assignee"]
            == {"variable": None, "user": nobody, "allocate": "team-manager"}[mend]
        )
    finally:
        if mend == "user":
            case.engine.call(f"/user/{nobody}", method="DELETE")


def test_an_unknown_user_at_the_start_is_an_incident_until_the_variable_is_right(case: Case):
    pathway = case.start(socialWorker="nobody")
    incident = the_incident(case)
    assert (
        incident["incidentMessage"]
        == "user nobody, named as socialWorker, does not exist: create the user or correct the "
        "variable socialWorker, then retry"
    )
    case.engine.call(
        f"/process-instance/{pathway}/variables",
        {"modifications": codec.encode({"socialWorker": "social-worker"})},
    )
    retry(case, incident)
    assert case.task(REPORT)["assignee"] == "social-worker"


def test_an_unknown_authority_is_an_incident_until_the_variable_is_right(case: Case):
    pathway = case.start(authority="atlantis")
    incident = the_incident(case)
    assert (
        "authority atlantis is not known: set the variable authority to camden, wokingham, york"
        in incident["incidentMessage"]
    )
    case.engine.call(
        f"/process-instance/{pathway}/variables", {"modifications": codec.encode({"authority": "york"})}
    )
    retry(case, incident)
    case.task(REPORT)


def test_a_start_without_the_child_is_an_incident_that_says_so(case: Case):
    instance = case.engine.call("/process-definition/key/permanence/start", {})["id"]
    try:
        found = eventually(
            lambda: case.engine.fetch("/incident", processInstanceId=instance), lambda: "no incident"
        )
        assert (
            "has no business key: start it with the child's reference as business key"
            in found[0]["incidentMessage"]
        )
    finally:
        case.engine.call(f"/process-instance/{instance}", method="DELETE")
