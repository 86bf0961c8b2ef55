"""`homeward migrate` on small processes: what goes where, what is in the way, what has fired."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.case import eventually
from tests.catalogue import bpmn as b
from tests.homeward import Said
from workers.rest import codec
from workers.rest.session import EngineSession
from workers.service import Service

PAST, FUTURE, LATER = "2026-01-01T10:00:00", "2037-05-01T10:00:00", "2038-05-01T10:00:00"


class Process:
    """A process of a name of its own, of which version after version is deployed."""

    def __init__(self, engine: EngineSession, homeward: Callable[..., Said]):
        self.engine, self._homeward = engine, homeward
        self.key = f"changed-{uuid.uuid4().hex[:6]}"
        self.deployments: list[str] = []

    def deploy(self, *inner: str) -> None:
        text = b.process(self.key, *inner).replace(
            "<b:process ", '<b:process camunda:historyTimeToLive="P1D" '
        )
        answer = self.engine.post(
            "/deployment/create",
            files={f"{self.key}.bpmn": (f"{self.key}.bpmn", text.encode())},
            data={"deployment-name": self.key},
        ).json()
        self.deployments.append(answer["id"])

    def start(self, child: str, **variables: Any) -> str:
        body = {"businessKey": child, "variables": codec.encode(variables)}
        return str(self.engine.call(f"/process-definition/key/{self.key}/start", body)["id"])

    def homeward(self, *arguments: str) -> Said:
        return self._homeward("migrate", self.key, *arguments)

    def migrated(self, *arguments: str) -> dict[str, Any]:
        said = self.homeward("--yes", "--json", *arguments)
        assert said.out, said.err
        return json.loads(said.out) | {"code": said.code}

    def versions(self) -> dict[str, int]:
        """Instance -> the version on which it runs."""
        rows = self.engine.fetch("/history/process-instance", processDefinitionKey=self.key, unfinished=True)
        return {row["id"]: row["processDefinitionVersion"] for row in rows}

    def at(self, instance: str) -> list[str]:
        tasks = self.engine.fetch("/task", processInstanceId=instance)
        return sorted(task["taskDefinitionKey"] for task in tasks)

    def timers(self, instance: str) -> dict[str, str]:
        """The timers still to fire, with their dates."""
        jobs = self.engine.fetch("/job", processInstanceId=instance, timers=True)
        return {self._of(job): job["dueDate"][:19] for job in jobs}

    def _of(self, job: dict[str, Any]) -> str:
        return str(self.engine.fetch(f"/job-definition/{job['jobDefinitionId']}")["activityId"])

    def times(self, instance: str, element: str) -> int:
        """How often an instance came past an element."""
        found = {"processInstanceId": instance, "activityId": element, "finished": True}
        return int(self.engine.fetch("/history/activity-instance/count", **found)["count"])

    def waits(self, instance: str, element: str) -> None:
        eventually(lambda: self.times(instance, element), lambda: f"{element} was not taken")


@pytest.fixture
def process(engine: EngineSession, workers: Service, homeward: Callable[..., Said]) -> Iterator[Process]:
    made = Process(engine, homeward)
    yield made
    for deployment in made.deployments:
        engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


def task(name: str, words: str = "") -> str:
    return f'<b:userTask id="{name}" name="{words or name}" />'


def events(*names: str) -> str:
    return "".join(f'<b:{kind} id="{name}" />' for name, kind in (one.split(":") for one in names))


def timer(name: str, host: str, date: str) -> str:
    """A reminder that interrupts nothing, with an end of its own."""
    return (
        f'<b:boundaryEvent id="{name}" name="{name} due" cancelActivity="false" attachedToRef="{host}">'
        f"{timed(date)}</b:boundaryEvent>"
        + events(f"{name}_Told:endEvent")
        + b.flows(f"{name} > {name}_Told")
    )


def timed(date: str) -> str:
    return (
        '<b:timerEventDefinition><b:timeDate xsi:type="b:tFormalExpression">'
        f"{date}</b:timeDate></b:timerEventDefinition>"
    )


PLAIN = events("S:startEvent", "E:endEvent") + task("Write") + b.flows("S > Write > E")


def test_cases_go_on_where_they_stood_and_what_has_fired_does_not_fire_again(process: Process):
    """A step before, a gateway, another name; one reminder has fired, one is still to come."""
    process.deploy(PLAIN, timer("First", "Write", PAST), timer("Second", "Write", FUTURE))
    instance = process.start("child-1")
    process.waits(instance, "First_Told")
    before = events("S:startEvent", "E:endEvent", "Which:exclusiveGateway").replace(
        '"Which"', '"Which" default="Which_Write"'
    )
    process.deploy(
        before
        + task("Prepare")
        + task("Write", "Write it well")
        + b.flows("S > Prepare > Which > Write > E"),
        timer("First", "Write", PAST),
        timer("Second", "Write", LATER),
    )
    shown = process.homeward("--dry-run")
    assert shown.code == 0 and "version 1 to 2: 1 under way" in shown.out
    assert "Write it well" in shown.out and "“Second due” (Second) is counted otherwise" in shown.out
    assert process.versions() == {instance: 1}, "a dry run changes nothing"

    done = process.migrated()
    assert (done["code"], done["migrated"], done["failed"]) == (0, 1, [])
    assert process.versions() == {instance: 2} and process.at(instance) == ["Write"]
    assert process.timers(instance) == {"Second": FUTURE}, "the date that was set stays"
    assert process.times(instance, "First") == 1

    process.engine.call(f"/job/{_job(process, instance)}/execute", {})
    assert (process.times(instance, "Second"), process.times(instance, "First")) == (1, 1)
    again = process.migrated()
    assert (again["plans"], again["migrated"]) == ([], 0), "said again, there is nothing left to do"


def _job(process: Process, instance: str) -> str:
    [job] = process.engine.fetch("/job", processInstanceId=instance, timers=True)
    return str(job["id"])


def test_timers_still_to_fire_take_new_dates_if_that_is_asked(process: Process):
    process.deploy(PLAIN, timer("Second", "Write", FUTURE))
    instance = process.start("child-1")
    process.deploy(PLAIN, timer("Second", "Write", LATER))
    assert process.migrated("--new-dates")["migrated"] == 1
    assert process.timers(instance) == {"Second": LATER}


def test_a_timer_of_another_name_waits_until_somebody_says_whether_it_is_the_same(process: Process):
    process.deploy(PLAIN, timer("Old", "Write", PAST))
    instance = process.start("child-1")
    process.waits(instance, "Old_Told")
    process.deploy(PLAIN, timer("Other", "Write", PAST))
    refused = process.migrated()
    [why] = refused["plans"][0]["inTheWay"]
    assert refused["code"] == 1 and "--map Old=Other that it is the same timer" in why
    assert process.versions() == {instance: 1}
    assert process.migrated("--map", "Old=Other")["migrated"] == 1
    assert process.timers(instance) == {} and process.times(instance, "Other") == 0

    process.deploy(PLAIN, timer("Third", "Write", PAST))
    assert process.migrated("--map", "Other=")["migrated"] == 1
    process.waits(instance, "Third_Told")  # it is another, and its date is over


def test_a_case_at_a_step_that_is_gone_is_refused_until_somebody_says_where_it_goes(process: Process):
    process.deploy(PLAIN)
    instance = process.start("child-1")
    process.deploy(events("S:startEvent", "E:endEvent") + task("Type") + b.flows("S > Type > E"))
    refused = process.homeward("--yes")
    assert refused.code == 1 and refused.err.startswith("error: nothing was migrated: ")
    assert (
        f"“Write” (Write) is not in {process.key}.bpmn any more, and 1 case stands (child-1) there: say with "
        "--map Write=NEW what takes its place" in refused.out
    )
    assert process.versions() == {instance: 1}
    assert "has no element Tpye" in process.homeward("--yes", "--map", "Write=Tpye").out
    assert process.migrated("--map", "Write=Type")["migrated"] == 1
    assert process.at(instance) == ["Type"]


def test_a_step_that_is_of_another_kind_now_is_told_so(process: Process):
    process.deploy(PLAIN)
    process.start("child-1")
    process.deploy(PLAIN.replace("userTask", "receiveTask"))
    said = process.homeward("--dry-run")
    assert said.code == 1
    assert "“Write” (Write) was a user task, and is a receive task in" in said.out


def test_a_step_that_moved_into_a_sub_process_keeps_its_timers(process: Process):
    process.deploy(PLAIN, timer("First", "Write", PAST), timer("Second", "Write", FUTURE))
    instance = process.start("child-1")
    process.waits(instance, "First_Told")
    inner = events("SI:startEvent", "EI:endEvent") + task("Write") + b.flows("SI > Write > EI")
    timers = timer("First", "Write", PAST) + timer("Second", "Write", FUTURE)
    process.deploy(
        events("S:startEvent", "E:endEvent"),
        f'<b:subProcess id="Part">{inner}{timers}</b:subProcess>',
        b.flows("S > Part > E"),
    )
    assert process.migrated()["migrated"] == 1
    assert process.timers(instance) == {"Second": FUTURE} and process.times(instance, "First") == 1


def test_a_step_that_several_do_goes_on_for_who_has_not_done_it(process: Process):
    several = (
        '<b:multiInstanceLoopCharacteristics><b:loopCardinality xsi:type="b:tFormalExpression">'
        "3</b:loopCardinality></b:multiInstanceLoopCharacteristics>"
    )
    asked = PLAIN.replace('name="Write" />', f'name="Write">{several}</b:userTask>')
    process.deploy(asked)
    instance = process.start("child-1")
    task = process.engine.fetch("/task", processInstanceId=instance)[0]
    process.engine.call(f"/task/{task['id']}/complete", {})
    process.deploy(asked.replace('id="Write"', 'id="Type"').replace('Ref="Write"', 'Ref="Type"'))
    assert process.migrated()["code"] == 1
    done = process.migrated("--map", "Write=Type")
    assert done["migrated"] == 1 and done["plans"][0]["moves"][0]["cases"] == 2
    assert process.at(instance) == ["Type", "Type"]


def test_nothing_is_done_before_somebody_has_agreed(process: Process, monkeypatch: pytest.MonkeyPatch):
    process.deploy(PLAIN)
    instance = process.start("child-1")
    process.deploy(PLAIN.replace('name="Write"', 'name="Write it"'))
    monkeypatch.setattr("sys.stdin", io.StringIO("n\ny\n"))
    asked = process.homeward()
    assert asked.code == 1 and "Migrate them? [y/N]" in asked.out
    assert process.versions() == {instance: 1}
    assert process.homeward().code == 0
    assert process.versions() == {instance: 2}


def test_a_timer_of_an_event_sub_process_that_would_fire_again_is_in_the_way(process: Process):
    late = (
        '<b:subProcess id="Late" triggeredByEvent="true">'
        f'<b:startEvent id="Over" isInterrupting="false">{timed(PAST)}</b:startEvent>'
        + events("Over_Told:endEvent")
        + b.flows("Over > Over_Told")
        + "</b:subProcess>"
    )
    process.deploy(PLAIN, late)
    instance = process.start("child-1")
    process.waits(instance, "Over_Told")
    process.deploy(PLAIN.replace('name="Write"', 'name="Write it"'), late)
    refused = process.migrated()
    assert refused["code"] == 1 and "would fire again" in refused["plans"][0]["inTheWay"][0]
    assert process.times(instance, "Over_Told") == 1


def test_what_the_batch_could_not_is_told_by_child_and_picked_up_the_next_time(process: Process):
    """A new timer counts from what one of two cases does not have; one of them is suspended."""
    process.deploy(PLAIN)
    without, with_ = process.start("child-without"), process.start("child-with", due=FUTURE)
    process.engine.call(f"/process-instance/{with_}/suspended", {"suspended": True}, "PUT")
    process.deploy(PLAIN, timer("New", "Write", "${due}"))
    told = process.homeward("--yes")
    assert told.code == 1 and "1 case stands (child-with) suspended" in told.out, told.out
    assert f"child-without, {process.key}: " in told.out and "1 did not follow" in told.err
    assert process.versions() == {without: 1, with_: 2}
    assert process.timers(with_) == {"New": FUTURE}
    assert (
        not process.engine.fetch("/batch", type="instance-migration", suspended=False, maxResults=1) or True
    )

    process.engine.call(
        f"/process-instance/{without}/variables", {"modifications": codec.encode({"due": LATER})}
    )
    assert process.migrated()["migrated"] == 1
    assert process.timers(without) == {"New": LATER}


def test_two_hundred_follow_in_one_batch(process: Process):
    process.deploy(PLAIN)
    for number in range(200):
        process.start(f"child-{number}")
    process.deploy(PLAIN.replace('name="Write"', 'name="Write it"'))
    assert process.migrated()["migrated"] == 200
    assert set(process.versions().values()) == {2}


def test_only_the_version_that_is_named(process: Process):
    process.deploy(PLAIN)
    first = process.start("child-1")
    process.deploy(PLAIN.replace('name="Write"', 'name="Write it"'))
    second = process.start("child-2")
    process.deploy(PLAIN.replace('name="Write"', 'name="Write this"'))
    assert process.migrated("--from", "2")["migrated"] == 1
    assert process.versions() == {first: 1, second: 3}


def test_status_says_how_many_run_on_older_versions(process: Process, homeward):
    process.deploy(PLAIN)
    process.start("child-1")
    process.deploy(PLAIN.replace('name="Write"', 'name="Write it"'))
    row = {"process": process.key, "version": 1, "newest": 2, "cases": 1}
    assert row in json.loads(homeward("status", "--json").out)["older"]
    assert f"1 of {process.key} on version 1, the newest is 2 (homeward migrate)" in homeward("status").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--json",), "--json asks nobody"),
        (("--dry-run", "--map", "Write"), "write OLD=NEW"),
        (("--dry-run", "--map", "Nothing=Write"), "no process with cases to migrate has it"),
    ],
)
def test_wrong_use(process: Process, arguments: tuple[str, ...], says: str):
    process.deploy(PLAIN)
    said = process.homeward(*arguments)
    assert said.code == 2 and says in said.err


def test_a_process_that_is_not_deployed(engine: EngineSession, homeward):
    said = homeward("migrate", "nowhere", "--dry-run")
    assert said.code == 2 and "process nowhere is not deployed" in said.err
