"""`homeward incidents`: what failed, for whom, what to do, and another try. On the real engine."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.case import Case, eventually

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="lab">"""
JOB = (
    HEAD
    + """<process id="lab-job" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" camunda:asyncAfter="true" />
    <sequenceFlow id="a" sourceRef="Start" targetRef="Gateway_Question" />
    <exclusiveGateway id="Gateway_Question" camunda:asyncBefore="true" camunda:exclusive="true" default="b">
      <extensionElements><camunda:failedJobRetryTimeCycle>R1/PT0S</camunda:failedJobRetryTimeCycle></extensionElements></exclusiveGateway>
    <sequenceFlow id="b" sourceRef="Gateway_Question" targetRef="End" /><endEvent id="End" />
    <sequenceFlow id="c" sourceRef="Gateway_Question" targetRef="End">
      <conditionExpression>${missing == 1}</conditionExpression></sequenceFlow>
  </process></definitions>"""
)


@pytest.fixture
def failed(case: Case) -> Case:
    """A child whose permanence report cannot go to the manager it names."""
    case.start(socialWorker="social-worker")
    case.lose_manager()
    return case


def listed(homeward, child: str) -> list[dict]:
    said = homeward("incidents", child, "--json")
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


def test_a_failure_is_listed_once_with_what_to_do(failed: Case, homeward):
    [row] = listed(homeward, failed.child)
    assert row.keys() == {
        "id",
        "at",
        "type",
        "childId",
        "process",
        "activity",
        "instance",
        "of",
        "message",
        "says",
    }
    assert (row["childId"], row["process"], row["type"]) == (
        failed.child,
        "authorise-request",
        "failedExternalTask",
    )
    assert row["id"] in [found["id"] for found in json.loads(homeward("incidents", "--json").out)]
    said = homeward("incidents", failed.child)
    [line] = said.out.splitlines()
    assert said.code == 0 and line == row["says"]
    assert (
        line.startswith(f"{failed.child}: the workers could not do {row['activity']} of authorise-request: ")
        and f"gone-{failed.child}" in line
    )
    assert line.endswith(f"homeward incidents retry {row['id']} --reason …`")


def test_a_retry_goes_on_with_the_case_and_onto_the_record(failed: Case, homeward):
    [row] = listed(homeward, failed.child)
    homeward(
        "allocate", failed.child, "--role", "teamManager", "--to", "team-manager", "--reason", "mistyped"
    )
    said = homeward("incidents", "retry", row["id"], "--reason", "the manager is named now")
    assert said.code == 0 and said.out.startswith("1 retried"), said
    failed.task("permanency-planning-authorisation", "team-manager")
    entry = failed.event("incident-retried", incidentId=row["id"])
    assert (entry["process"], entry["by"], entry["details"]["activity"], entry["details"]["reason"]) == (
        "authorise-request",
        "demo",
        row["activity"],
        "the manager is named now",
    )
    assert listed(homeward, failed.child) == []
    again = homeward("incidents", "retry", row["id"], "--reason", "twice")
    assert again.code == 1 and "(any more)" in again.err and len(failed.events("incident-retried")) == 1


def test_what_is_not_mended_comes_back(failed: Case, homeward):
    [row] = listed(homeward, failed.child)
    assert homeward("incidents", "retry", row["id"], "--reason", "hope").code == 0
    [new] = eventually(
        lambda: [new for new in listed(homeward, failed.child) if new["id"] != row["id"]],
        lambda: "it did not fail again",
    )
    assert new["of"] == row["of"] and failed.event("incident-retried", reason="hope")


def test_the_id_that_cockpit_shows_at_the_pathway_is_good_too(failed: Case, homeward):
    above = eventually(
        lambda: failed.engine.fetch("/incident", processInstanceId=failed.pathway),
        lambda: "the pathway shows none",
    )[0]
    [row] = listed(homeward, failed.child)
    assert above["id"] != row["id"]
    said = homeward("incidents", "retry", above["id"], "--reason", "seen in Cockpit", "--json")
    assert (said.code, json.loads(said.out)) == (0, {"retried": [row["id"]], "gone": []})


def test_a_job_of_the_engine_is_retried_too_and_all_means_all(workers, failed: Case, homeward):
    engine, child = failed.engine, f"child-{uuid.uuid4().hex[:8]}"
    deployment = engine.post(
        "/deployment/create", files={"job.bpmn": ("job.bpmn", JOB)}, data={"deployment-name": "job"}
    ).json()["id"]
    try:
        instance = engine.call("/process-definition/key/lab-job/start", {"businessKey": child})["id"]
        [row] = eventually(
            lambda: listed(homeward, child),
            lambda: f"no incident: {engine.fetch('/job', processInstanceId=instance)}",
        )
        assert row["type"] == "failedJob" and row["says"].startswith(
            f"{child}: the engine could not execute Gateway_Question of lab-job: "
        )
        engine.call(f"/process-instance/{instance}/variables/missing", {"value": 2, "type": "Integer"}, "PUT")
        said = homeward("incidents", "retry", "--all", "--reason", "the variable is there", "--json")
        assert said.code == 0 and row["id"] in json.loads(said.out)["retried"]
        eventually(
            lambda: not engine.fetch("/process-instance/count", processInstanceIds=instance)["count"],
            lambda: "the instance goes not on",
        )
        assert [entry["details"]["reason"] for entry in failed.record.chronology(child)] == [
            "the variable is there"
        ]
        assert failed.event("incident-retried", reason="the variable is there"), "the other child's too"
    finally:
        engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


def test_nothing_is_retried_when_one_id_is_wrong(failed: Case, homeward):
    [row] = listed(homeward, failed.child)
    said = homeward("incidents", "retry", row["id"], "no-such-id", "--reason", "x")
    assert said.code == 1 and "there is no incident no-such-id" in said.err and said.err.count("\n") == 1
    assert [new["id"] for new in listed(homeward, failed.child)] == [row["id"]] and not failed.events(
        "incident-retried"
    )


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--reason", "x"], "name the incidents' ids, or --all"),
        (["a", "--all", "--reason", "x"], "and not both"),
        (["a", "--reason", " "], "--reason is empty"),
        (["a"], "reason"),
    ],
    ids=["nothing", "both", "empty", "no reason"],
)
def test_wrong_use_exits_2(homeward, arguments, said):
    found = homeward("incidents", "retry", *arguments)
    assert found.code == 2 and said in found.err and "Traceback" not in found.err


def test_a_child_without_failures(workers, case: Case, homeward):
    assert json.loads(homeward("incidents", case.child, "--json").out) == []
    said = homeward("incidents", case.child)
    assert said.code == 1 and f"{case.child} is not on the record" in said.err
    case.start()
    case.task("permanency-planning")
    assert homeward("incidents", case.child).out == "no incidents\n"


def test_no_engine_is_one_line(homeward):
    for arguments in ([], ["retry", "--all", "--reason", "x"]):
        said = homeward("incidents", *arguments, CAMUNDA_URL="http://localhost:9/engine-rest")
        assert said.code == 1 and said.err.startswith("error: ") and said.err.count("\n") == 1
