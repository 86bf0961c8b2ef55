"""S6 and the lesser findings on accounts and names: nobody locks an account from outside, nobody sends mail
elsewhere, references are plain.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.case import Case, eventually
from tests.security.attack import delete, settle
from tests.security.door import Door, text
from workers.rest.session import EngineSession
from workers.settings import PROJECT, settings

FORMER = "An9-invented.pass-word"


@pytest.fixture
def leaver(engine: EngineSession):
    """A social worker who may come to harm."""
    user = f"leaver-{uuid.uuid4().hex[:6]}"
    engine.call(
        "/user/create",
        {
            "profile": {
                "id": user,
                "firstName": "Robin",
                "lastName": "Example",
                "email": f"{user}@example.org",
            },
            "credentials": {"password": FORMER},
        },
    )
    engine.call(f"/group/social-worker/members/{user}", method="PUT")
    yield user
    if engine.fetch("/user", id=user):
        engine.call(f"/user/{user}", method="DELETE")


@pytest.mark.parametrize(
    "file, path", [("application.yaml", "camunda.bpm"), ("containers/default.yml", "camunda.bpm")]
)
def test_no_number_of_wrong_passwords_locks_for_good(file: str, path: str):
    """S6: what is set; that many attempts with their delays last longer than a test may."""
    told = yaml.safe_load((PROJECT / "engine" / file).read_text())
    properties = str(told)
    assert (
        "loginMaxAttempts" in properties
        and "2147483647" in properties
        and "PasswordPolicy" in properties + (PROJECT / "engine" / "security.xml").read_text()
        and "deserializationTypeValidationEnabled" in properties
    )


def test_wrong_passwords_only_delay(leaver: str, engine: EngineSession):
    """S6: many at once, and the right one works as soon as the delay is over."""
    from tests.case import eventually

    wrong = EngineSession(settings().camunda_url, (leaver, "wrong"))
    from workers.rest.session import EngineError

    for _ in range(30):
        with pytest.raises(EngineError):
            wrong.fetch("/task/count")
    right = Door("rest", leaver, FORMER)
    eventually(lambda: right.tried("/task/count", None, "GET") == 200, lambda: "locked")


def test_nobody_deletes_themselves(leaver: str, door: Callable[[str], Door], started: Case):
    """Minor: `DELETE /user/self`; the task would belong to nobody, and a later user of the same id would
    inherit the grants.
    """
    [own] = [
        row for row in started.engine.fetch("/authorization", userIdIn=leaver) if row["resourceId"] == leaver
    ]
    assert set(own["permissions"]) == {"READ", "UPDATE"}
    me = Door(door("social-worker").way, leaver, FORMER)
    me.claim(started.task("permanency-planning")["id"])
    me.refused(f"/user/{leaver}", method="DELETE")
    assert (
        started.engine.fetch("/user", id=leaver) and started.task("permanency-planning")["assignee"] == leaver
    )


def test_nobody_gives_themselves_another_name(
    leaver: str, door: Callable[[str], Door], engine: EngineSession
):
    """Cards, mails and lists of people say by the full name who somebody is: it is the organisation's. Their
    password and their address stay theirs to change.
    """
    me = Door(door("social-worker").way, leaver, FORMER)
    profile, mine = engine.fetch(f"/user/{leaver}/profile"), f"/user/{leaver}/profile"
    for changed in ({"firstName": "Jane"}, {"lastName": "Smith"}, {"lastName": None}):
        me.refused(mine, profile | changed, "PUT")
    assert engine.fetch(mine) == profile
    assert me.tried(mine, profile | {"email": "other@example.org"}, "PUT") == 204
    password = {"password": f"{FORMER}!", "authenticatedUserPassword": FORMER}
    assert me.tried(f"/user/{leaver}/credentials", password, "PUT") == 204
    engine.call(mine, profile | {"lastName": "Married"}, "PUT")
    assert engine.fetch(mine)["lastName"] == "Married"


@pytest.mark.parametrize(
    "address",
    [
        "me@gmail.example",
        "a@example.org, second@elsewhere.example",
        "no-at-sign",
        "me@example.org@elsewhere.example",
        "me@elsewhere.example\u0000@example.org",
        "<me@elsewhere.example> me@example.org",
        "me@elsewhere.example\nBcc: x@example.org",
        "me@sub.example.org.elsewhere.example",
        '"x@elsewhere.example"@example.org',
    ],
)
def test_mail_goes_to_no_address_that_a_person_made_up(
    leaver: str, door: Callable[[str], Door], another: Callable[[], Case], address: str
):
    """Minor: own address in the profile. Either it is refused, or nothing is sent there."""
    me = Door(door("social-worker").way, leaver, FORMER)
    me.tried(
        f"/user/{leaver}/profile",
        {"id": leaver, "firstName": "Robin", "lastName": "Example", "email": address},
        "PUT",
    )
    case = another()
    try:
        case.start(socialWorker=leaver)
        settle(case)

        def mine() -> list[dict[str, Any]]:
            mails = case.record.notifications(case.child)
            return [row for row in mails if row["address"] and row["to"] == leaver]

        eventually(
            lambda: all(row["status"] != "queued" for row in mine()), lambda: f"none has gone out: {mine()}"
        )
        assert not [
            row
            for row in mine()
            if row["status"] == "sent"
            and any(bad in row["address"] for bad in ("elsewhere", "gmail", ",", "no-at-sign"))
        ]
        assert not [
            letter
            for letter in case.letters()
            if "elsewhere" in str(letter.items()) or "gmail" in str(letter.items())
        ]
    finally:
        delete(case)


def test_a_password_of_one_letter_is_none(leaver: str, door: Callable[[str], Door]):
    """Minor: the password policy holds for who changes their own."""
    me = Door(door("social-worker").way, leaver, FORMER)
    me.refused(f"/user/{leaver}/credentials", {"password": "a", "authenticatedUserPassword": FORMER}, "PUT")


REFERENCES = {
    "blanks": "   ",
    "a line break": "child\nBcc: x",
    "NUL": "child\u0000x",
    "bidi marks": "child\u202edlihc",
    "escape": "child\u001b[31m",
    "65 characters": "c" * 65,
    "255 characters": "c" * 255,
    "zero width": "child\u200bx",
    "line separator": "child\u2028x",
    "DEL": "child\u007f",
}


@pytest.mark.parametrize("kind", REFERENCES)
def test_a_reference_is_1_to_64_printable_characters(
    case: Case, door: Callable[[str], Door], homeward, kind: str
):
    """Minor: a pathway of another reference asks nobody, mails nobody, and is not on the record; the operator
    is told.
    """
    reference = (
        REFERENCES[kind]
        if kind == "blanks"
        else f"{uuid.uuid4().hex[:6]}{REFERENCES[kind]}"[
            : {"65 characters": 65, "255 characters": 255}.get(kind, 99)
        ]
    )
    odd = Case(case.engine, case.record, case.url, reference)
    instances: list[str] = []
    answered = door("social-worker").tried(
        "/process-definition/key/permanence/start",
        {"businessKey": reference, "variables": {"childId": text(reference)}},
    )
    instances = [
        row["id"]
        for row in case.engine.fetch(
            "/process-instance", processDefinitionKey="permanence", sortBy="instanceId", sortOrder="asc"
        )
        if row["businessKey"] == reference
    ]
    try:
        if answered < 400 and instances:
            from tests.case import eventually

            eventually(
                lambda: case.engine.fetch("/incident", processInstanceId=instances[0]),
                lambda: f"{kind}: no incident",
            )
        assert not odd.record.chronology(reference) and not odd.record.notifications(reference)
        if kind not in ("NUL",):  # no command line carries it
            assert homeward("child", "add", reference).code != 0 and homeward("start", reference).code != 0
    finally:
        for instance in instances:
            case.engine.call(f"/process-instance/{instance}", method="DELETE")


@pytest.mark.parametrize(
    "given",
    [
        ("--name", "x" * 5000),
        ("--name", "Robin\nExample"),
        ("--name", "Robin\u001b[31m"),
        ("--born", "1800-01-01"),
        ("--gender", "x\u0000y"),
    ],
)
def test_a_child_is_added_with_plausible_facts_only(case: Case, homeward, given: tuple[str, str]):
    """Minor: `child add`."""
    assert homeward("child", "add", case.child, *given).code != 0
    assert not case.record.child(case.child)
