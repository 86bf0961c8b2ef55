"""The words of the scenarios.

A question is named by its label on the form, an option by its label; several options are parted by `; `.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from pytest_bdd import given, parsers, then, when
from typer.testing import CliRunner

from tests.case import ACKNOWLEDGE, TODAY, Case, eventually, form_of
from tests.family import register, related
from tests.scenarios.vocabulary import DAYS, FORMS, GROUPS, NAME, TIMERS, Table, answers, questions, words
from workers import cli
from workers.calendar.arithmetic import end_of
from workers.errors import Refused
from workers.rest import codec, organisation
from workers.rest.session import EngineError
from workers.words import LONDON

PARTIAL = pytest.StashKey[bool]()  # set when -k and the like leave scenarios out


def pytest_deselected(items: list[pytest.Item]) -> None:
    items[0].config.stash[PARTIAL] = True


@pytest.fixture(autouse=True)
def nothing_failed(case: Case):
    """No scenario leaves an incident behind, and nobody's honest submission is taken for more than their form
    asks.
    """
    yield
    assert not case.incidents()
    assert not case.events("unexpected-variables")


# Given ------------------------------------------------------------------------------------------------------


@given("a child")
def a_child(case: Case) -> None:
    with case.record.transaction() as tx:
        tx.register_child(case.child, name=NAME, born=dt.date(2016, 5, 4), gender="not stated", by="demo")


@given(words("a young person of {years:Number}"))
def a_young_person(case: Case, years: int) -> None:
    with case.record.transaction() as tx:
        born = TODAY - relativedelta(years=years, months=2)
        tx.register_child(case.child, name=NAME, born=born, gender="not stated", by="demo")


@given("the leaving care team had the case before")
def with_the_team_before(case: Case) -> None:
    began, ended = (str(TODAY - relativedelta(years=years)) for years in (4, 1))
    noted = CliRunner().invoke(
        cli.app, ["episode", case.child, "team", "leaving-care", "--from", began, "--to", ended]
    )
    assert noted.exit_code == 0, noted.output


@given("in care for two years")
@given(words("in care for two years, until {months:Number} months ago"))
def in_care(case: Case, months: int | None = None) -> None:
    ended = [] if months is None else ["--to", str(TODAY - relativedelta(months=months))]
    began = str(TODAY - relativedelta(years=2, months=months or 0))
    noted = CliRunner().invoke(cli.app, ["episode", case.child, "period-of-care", "--from", began, *ended])
    assert noted.exit_code == 0, noted.output


@given("a child whose date of birth nobody knows")
def a_child_undated(case: Case) -> None:
    with case.record.transaction() as tx:
        tx.register_child(case.child, name=NAME, born=None, gender="not stated", by="demo")


@given("a young person who turned 18 five days ago")
def of_age(case: Case) -> None:
    born = TODAY - dt.timedelta(days=5) - relativedelta(years=18)
    with case.record.transaction() as tx:
        tx.register_child(case.child, name=NAME, born=born, gender="not stated", by="demo")


@given("permanence has been agreed for a child")
@given(words("permanence has been agreed for a child, with"))
def permanence_agreed(case: Case, datatable: Table | None = None) -> None:
    a_child(case)
    case.start(**dict(datatable or []))


@given("permanence has been agreed for a child whom nobody has registered")
def permanence_agreed_for_stub(case: Case) -> None:
    case.start()


@given(words("the child's permanence pathway is at the {form:Form}"))
def pathway_at(case: Case, form: str) -> None:
    permanence_agreed(case)
    case.until(FORMS[form])


@given(words("the pathway {process:User} is at the {form:Form}"))
@given(words("the pathway {process:User} is at the {form:Form}, with"))
def pathway_is_at(case: Case, process: str, form: str, datatable: Table | None = None) -> None:
    a_child(case)
    case.start(process, **dict(datatable or []))
    case.until(FORMS[form])


@given(words("a child is at the workstep {process:User}"))
@given(words("a child is at the workstep {process:User}, with"))
def at_workstep(case: Case, one_workstep: str, process: str, datatable: Table | None = None) -> None:
    a_child(case)
    case.start(one_workstep, workstep=process, **dict(datatable or []))
    eventually(case.tasks, lambda: f"{process} does not open: {case.picture()}")


@given(words("{user:User} works as {roles}"))
def works_as(case: Case, user: str, roles: str) -> None:
    organisation.make_demo_users(case.engine, [user])
    for role in roles.split(" and "):
        if not case.engine.fetch("/user", id=user, memberOfGroup=role):
            case.engine.call(f"/group/{role}/members/{user}", method="PUT")


# When -------------------------------------------------------------------------------------------------------


@when("permanence is agreed for the child once more")
def agreed_again(case: Case) -> None:
    asked_again(case, "permanence")


@when(words("the pathway {process:User} is asked for once more"))
def asked_again(case: Case, process: str) -> None:
    first = case.pathway
    case.over(case.start(process))
    case.pathway = first


@when(words("the pathway {process:User} is asked for beside it"))
def asked_beside(case: Case, process: str) -> None:
    first = case.pathway
    case.start(process)
    case.pathway = first


@when(words("{user:User} starts {process:User} in Tasklist with the reference"))
def starts_by_form(case: Case, user: str, process: str, reference: str | None = None) -> None:
    """The child by the form alone: Tasklist sends no business key."""
    form = codec.encode({"childId": reference or case.child, "authority": None, "unregistered": False})
    started = case.person(user).session.call(
        f"/process-definition/key/{process}/submit-form", {"variables": form}
    )
    if reference is None:
        case.pathway = started["id"]


@when(words("{user:User} starts {process:User} in Tasklist with the reference in capitals"))
def starts_by_form_mistyped(case: Case, user: str, process: str) -> None:
    starts_by_form(case, user, process, case.child.upper())


@when("permanence is agreed for the child anew")
def agreed_anew(case: Case) -> None:
    case.start()


@when("the review agrees permanence by message, with")
def agreed_by_message(case: Case, datatable: Table) -> None:
    asked_by_message(case, "permanence", datatable)


@when(words("the pathway {process:User} is asked for by message"))
def asked_by_message(case: Case, process: str, datatable: Table | None = None) -> None:
    answer = case.engine.call(
        "/message",
        {
            "messageName": process,
            "businessKey": case.child,
            "resultEnabled": True,
            "processVariables": codec.encode({"childId": case.child} | dict(datatable or [])),
        },
    )
    case.pathway = answer[0]["processInstance"]["id"]


@when(words("{event:User} is announced of the child"))
def announced(case: Case, event: str) -> None:
    """As another pathway of the child does."""
    case.engine.call("/message", {"messageName": event, "businessKey": case.child, "all": True})


@when(words("{user:User} submits the {form:Form}"))
@when(words("{user:User} submits the {form:Form} with"))
def submits(case: Case, user: str, form: str, datatable: Table | None = None) -> None:
    case.do(FORMS[form], user, **answers(FORMS[form], datatable or []))


@when(words('{user:User} returns the {form:Form} with the comments "{comments}"'))
def returns(case: Case, user: str, form: str, comments: str) -> None:
    case.do(FORMS[form], user, decision="returned", comments=comments)


@when(words("{user:User} authorises the {form:Form}"))
def authorises(case: Case, user: str, form: str) -> None:
    """Of several requests, the one of this workstep."""

    def asked() -> list[dict[str, Any]]:
        return [
            task for task in case.tasks("authorise-request") if case.asked_by(task).startswith(FORMS[form])
        ]

    case.do(
        "authorise-request", user, eventually(asked, lambda: f"no request of the {form}: {case.picture()}")[0]
    )


@when(words("{user:User} takes the {form:Form}"))
def takes(case: Case, user: str, form: str) -> None:
    case.person(user).claim(case.task(FORMS[form], user)["id"])


@when(words("{user:User} posts the escalation {code:User} at the {form:Form}"))
def posts_escalation(case: Case, user: str, code: str, form: str) -> None:
    """As nobody does in Tasklist, and anybody may who has the task."""
    case.person(user).session.call(
        f"/task/{case.task(FORMS[form], user)['id']}/bpmnEscalation", {"escalationCode": code}
    )


@when(words("{user:User} leaves the authority"))
def leaves(case: Case, user: str) -> None:
    case.engine.call(f"/user/{user}", method="DELETE")


@when(words("the case goes on to the {form:Form}"))
def goes_on(case: Case, form: str) -> None:
    case.until(FORMS[form])


@when("the case goes on to its end")
def goes_on_to_end(case: Case) -> None:
    case.until("permanence-placement")
    case.do("permanence-placement")
    case.over(case.pathway)


@when(words('permanence is withdrawn because of "{reason}"'))
@when(words('the case is withdrawn because of "{reason}"'))
def withdrawn(case: Case, reason: str) -> None:
    pathway = case.engine.fetch(f"/history/process-instance/{case.pathway}")["processDefinitionKey"]
    asked = ["--pathway", pathway, "--reason", reason, "--by", "social-worker"]
    done = CliRunner().invoke(cli.app, ["withdraw", case.child, *asked])
    assert done.exit_code == 0, done.output


@when(words('permanence is withdrawn because of "{reason}" once the {form:Form} is open'))
def withdrawn_at(case: Case, reason: str, form: str) -> None:
    case.task(FORMS[form])
    withdrawn(case, reason)


@when(words("the work of the {role} is handed over to {user:User}"))
def handed_over(case: Case, role: str, user: str) -> None:
    done = CliRunner().invoke(
        cli.app, ["allocate", case.child, "--role", role, "--to", user, "--reason", "An invented reason."]
    )
    assert done.exit_code == 0, done.output


@when(parsers.re("(?P<timer>" + "|".join(TIMERS) + ")"))
def fires(case: Case, timer: str) -> None:
    case.fire(TIMERS[timer])


@when(words("the {kind:User} {value:User} is ended by hand"))
def ended_by_hand(case: Case, kind: str, value: str) -> None:
    ended = CliRunner().invoke(cli.app, ["episode", case.child, kind, value, "--to", str(TODAY)])
    assert ended.exit_code == 0, ended.output


@when(words("{user:User} is late with the {form:Form}"))
def is_late(case: Case, user: str, form: str) -> None:
    """Time is over of what they were asked for; it stays open."""
    case.fire("Timer_Breach", case.task(FORMS[form], user)["processInstanceId"])


@when(words('{user:User} is late with the duty "{title}"'))
def duty_is_late(case: Case, user: str, title: str) -> None:
    case.fire("Timer_Breach", duty(case, user, title)["processInstanceId"])


@when(words('{user:User} does the duty "{title}"'))
def does_duty(case: Case, user: str, title: str) -> None:
    task = duty(case, user, title)
    case.do(form_of(task) or "", user, task)


def duty(case: Case, user: str, title: str) -> dict[str, Any]:
    """The open task of a duty, waited for."""
    return eventually(
        lambda: [task for task in case.person(user).tasks(case.child) if task["name"].startswith(title)],
        lambda: f"{user} has no duty {title}: {case.picture()}",
    )[0]


@when("a year goes by without a match, with a review every three months")
def a_year(case: Case) -> None:
    for review in range(1, 5):
        case.fire("Timer_ThreeMonthReviewDue")
        meet_without_match(case, "family-finding-meeting", "three-month-review")
        meet_without_match(case, user="family-finding-review-team")
        # The review has its task no more long before it is over: only then the next clock is set.
        eventually(
            lambda review=review: len(case.events("deadline-set")) == review + 1,
            lambda review=review: f"no clock after review {review}: {case.picture()}",
        )
        assert len(case.tasks("family-finding-meeting")) == 1, f"not one meeting open: {case.picture()}"


@when("the meeting asks for the three-month review as well")
def meeting_and_review(case: Case) -> None:
    meet_without_match(case, "family-finding-meeting", "three-month-review")
    case.task("family-finding-meeting", "family-finding-review-team")


@when("a family finding meeting finds no match")
def no_match(case: Case) -> None:
    meet_without_match(case, "family-finding-meeting")


def meet_without_match(case: Case, *actions: str, user: str = "family-finder") -> None:
    """Submitted and authorised; what it has asked for is open."""
    before = {task["id"] for task in case.tasks()}
    case.do("family-finding-meeting", user, matchIdentified=False, nextActions=list(actions))
    case.do("authorise-request")
    eventually(
        lambda: not any(form_of(task) == "authorise-request" for task in case.tasks()),
        lambda: f"still asked: {case.picture()}",
    )
    if actions:
        eventually(
            lambda: (
                len({task["id"] for task in case.tasks("family-finding-meeting")} - before) == len(actions)
            ),
            lambda: f"not all that was asked for: {case.picture()}",
        )


@when(words("the operator sets {variable} to {value:User} and retries"))
def retries(case: Case, variable: str, value: str) -> None:
    case.engine.call(
        f"/process-instance/{case.pathway}/variables/{variable}", {"value": value, "type": "String"}, "PUT"
    )
    for task in case.engine.fetch("/external-task", processInstanceId=case.pathway):
        case.engine.call(f"/external-task/{task['id']}/retries", {"retries": 3}, "PUT")


# Then -------------------------------------------------------------------------------------------------------


@then(words("{user:User} is asked for the {form:Form}"))
def is_asked(case: Case, user: str, form: str) -> None:
    assert case.task(FORMS[form], user)["assignee"] in (None, user)


@then(words("{user:User} is not asked for the {form:Form}"))
def is_not_asked(case: Case, user: str, form: str) -> None:
    """What is assigned to somebody else stays visible to the group, but is not asked of it."""
    assert not [
        task for task in case.person(user).tasks(case.child, FORMS[form]) if task["assignee"] in (None, user)
    ]


@then(words("the {form:Form} is assigned to {user:User}"))
def is_assigned(case: Case, form: str, user: str) -> None:
    assert case.task(FORMS[form], user)["assignee"] == user


@then(words("the {form:Form} is offered to {groups}"))
def is_offered(case: Case, form: str, groups: str) -> None:
    task = (
        eventually(lambda: case.tasks(FORMS[form], GROUPS.get(form)), lambda: f"no {form}: {case.picture()}")
    )[-1]
    links = {
        link["groupId"]
        for link in case.engine.fetch(f"/task/{task['id']}/identity-links")
        if link["type"] == "candidate"
    }
    assert (task["assignee"], links) == (None, set(groups.split(", ")))


@then(words('the {form:Form} comes back to {user:User} saying "{message}"'))
def comes_back(case: Case, form: str, user: str, message: str) -> None:
    values = case.came_back(FORMS[form], user)
    assert (values["assignee"], message in values["message"]) == (user, True), values["message"]


@then(words('the {form:Form} goes back to the group, not to {user:User}, saying "{message}"'))
def goes_back_to_group(case: Case, form: str, user: str, message: str) -> None:
    values = case.came_back(FORMS[form], user)
    assert (values["assignee"], message in values["message"]) == (None, True), values["message"]


@then(words("the {form:Form} opens with"))
def opens_with(case: Case, form: str, datatable: Table) -> None:
    task = (
        eventually(lambda: case.tasks(FORMS[form], GROUPS.get(form)), lambda: f"no {form}: {case.picture()}")
    )[-1]
    values = codec.decode(case.engine.fetch(f"/task/{task['id']}/form-variables", deserializeValues=False))
    expected = answers(FORMS[form], datatable)
    assert {key: values.get(key) or None for key in expected} == {
        key: value or None for key, value in expected.items()
    }


@then(words("the engine refuses that {user:User} submits the {form:Form}"))
@then(words("the engine refuses that {user:User} submits the {form:Form} with"))
def engine_refuses(case: Case, user: str, form: str, datatable: Table | None = None) -> None:
    """With an error, and the open task stays as it was.

    `4001 characters` is one more than the engine's text column holds.
    """
    task, told = case.task(FORMS[form]), len(case.events("form-submitted"))
    given_ = {
        key: "x" * 4001 if value == "4001 characters" else value
        for key, value in answers(FORMS[form], datatable or []).items()
    }
    with pytest.raises(EngineError):
        case.person(user).session.call(
            f"/task/{task['id']}/submit-form",
            {"variables": {key: {"value": value, "type": "String"} for key, value in given_.items()}},
        )
    assert (case.tasks(FORMS[form]), len(case.events("form-submitted"))) == ([task], told)


@then(words("{number:Number} {form:Form} is open"))
@then(words("{number:Number} {form:Form} are open"))
@then(words("{number:Number} {form:Form}s are open"))
def so_many_open(case: Case, number: int, form: str) -> None:
    eventually(
        lambda: len(case.tasks(FORMS[form], GROUPS.get(form))) == number,
        lambda: f"not {number} {form}: {case.picture()}",
    )


@then(words("the open worksteps are {names}"))
def open_worksteps(case: Case, names: str) -> None:
    """And each has noted on the record that it is: one that is closed before has opened for nobody."""

    def open_() -> bool:
        steps = case.steps()
        return sorted(steps.values()) == sorted(names.split(", ")) and steps.keys() <= {
            entry["workstepId"] for entry in case.events("workstep-opened")
        }

    eventually(open_, lambda: f"open: {case.open_steps()}; {case.picture()}")


@then("nothing else opens")
def nothing_else_opens(case: Case) -> None:
    """Every external task is done and no job is due, so what is open now stays as it is."""
    before = case.open_steps()

    def settled() -> bool:
        return not case.engine.fetch("/external-task/count", processInstanceId=case.pathway)["count"]

    eventually(settled, lambda: f"still at work: {case.picture()}")
    assert case.open_steps() == before


@then(words('the pathway ends with "{outcome}"'))
def pathway_ends(case: Case, outcome: str) -> None:
    case.over(case.pathway)
    assert case.events("pathway-ended")[-1]["details"] == {"outcome": outcome}


@then("everything is over")
def everything_over(case: Case) -> None:
    """Notifications are acknowledged as they come, nothing runs, each workstep and pathway that opened has
    closed once.
    """
    case.over(case.pathway)

    def over() -> bool:
        for task in case.tasks(ACKNOWLEDGE):
            groups = {link["groupId"] for link in case.engine.fetch(f"/task/{task['id']}/identity-links")}
            case.do(ACKNOWLEDGE, task["assignee"] or min(groups), task)  # each role has a user of its name
        return case.is_over()

    eventually(over, lambda: f"still open: {case.picture()}")
    opened, closed = (
        Counter(entry["workstepId"] for entry in case.events(what))
        for what in ("workstep-opened", "workstep-closed")
    )
    assert opened == closed and set(opened.values()) == {1}
    assert len(case.events("pathway-started")) == len(case.events("pathway-ended"))


@then(parsers.parse('there is to be done "{duty}"'))
def is_to_be_done(case: Case, duty: str) -> None:
    eventually(
        lambda: [task for task in case.duties() if task["name"].startswith(f"{duty} – ")],
        lambda: f"nobody is asked: {case.picture()}",
    )


@then("no duty has ended more often than it was planned")
def duties_end_once(case: Case) -> None:
    """Fewer there may be: what was planned as its day was moved never began."""
    planned = Counter(
        duty["duty"] for entry in case.events("duties-set") for duty in entry["details"]["duties"]
    )
    ended = Counter(entry["details"]["duty"] for entry in case.events("duty-closed"))
    assert ended and not ended - planned


@then(words("the record says {what:User} {number:Number} time"))
@then(words("the record says {what:User} {number:Number} times"))
@then(words("the record says {what:User} {number:Number} time, with"))
@then(words("the record says {what:User} {number:Number} times, with"))
def record_says(case: Case, what: str, number: int, datatable: Table | None = None) -> None:
    def found() -> list[dict[str, Any]]:
        return [
            entry
            for entry in case.events(what)
            if all(text in str({**entry["details"], **entry}.get(key)) for key, text in datatable or [])
        ]

    eventually(
        lambda: len(found()) >= number,
        lambda: (
            f"{len(found())} entries: "
            f"{[(entry['process'], entry['by'], entry['details']) for entry in case.events(what)]}"
        ),
    )
    assert len(found()) == number


@then("the chronology without mails is")
def chronology_is(case: Case, datatable: Table) -> None:
    told = [
        [entry["what"], entry["process"], entry["by"] or ""]
        for entry in case.events()
        if entry["what"] != "notification-sent"
    ]
    assert Counter(map(tuple, told)) == Counter(map(tuple, datatable))
    for process in {row[1] for row in datatable}:
        assert [row for row in told if row[1] == process] == [row for row in datatable if row[1] == process]


@then("the mails are")
def mails_are(case: Case, datatable: Table) -> None:
    expected = Counter((user, subject) for subject, users in datatable for user in users.split(", "))

    def came() -> Counter[tuple[str, str]]:
        return Counter(mail for mail in case.mails() if mail[0] != "two-hats")

    eventually(lambda: came().total() >= expected.total(), lambda: f"missing: {expected - came()}")
    assert came() == expected
    sent = [entry for entry in case.events("notification-sent") if entry["details"]["to"] != "two-hats"]
    assert len(sent) == expected.total()


@then(words('{user:User} is told "{text}"'))
def is_told(case: Case, user: str, text: str) -> None:
    """By a task of their own, which they acknowledge."""
    reference = case.child.upper()
    person = case.person(user)
    [task] = eventually(lambda: person.tasks(reference, ACKNOWLEDGE), lambda: f"{user} has no task")
    values = codec.decode(case.engine.fetch(f"/task/{task['id']}/form-variables", deserializeValues=False))
    assert (task["assignee"], text in values["requestLabel"]) == (user, True), values["requestLabel"]
    person.submit(task["id"], {})


@then(words("{process:User} is not open for the reference in capitals"))
def is_not_open(case: Case, process: str) -> None:
    eventually(
        lambda: not case.engine.fetch("/process-instance", businessKey=case.child.upper()),
        lambda: "something is open",
    )
    assert case.record.open_pathway(case.child.upper(), process) is None


@then(words('{user:User} hears "{subject}" with "{said}"'))
def hears(case: Case, user: str, subject: str, said: str) -> None:
    letters = eventually(
        lambda: case.letters_to(user, subject), lambda: f"{user} hears no {subject}: {case.mails()}"
    )
    assert said in letters[-1].get_content()


@then(words('{user:User} does not hear "{subject}"'))
def does_not_hear(case: Case, user: str, subject: str) -> None:
    """Asked once others have heard it: all mails of one outcome are queued at once."""
    assert not [mail for mail in case.mails() if mail == (user, subject)]


@then("no mail holds what was written")
def mails_hold_nothing(case: Case, datatable: Table) -> None:
    for letter in case.letters():
        text = f"{letter['Subject']} {letter.get_payload(decode=True).decode()}"
        assert not [secret for secret in (NAME, "Robin", *(row[0] for row in datatable)) if secret in text]


@then("the engine has forgotten what was written")
def engine_forgot(case: Case) -> None:
    """History holds no variable of any instance of the child, and no detail of one.

    What the coverage counts is no answer.
    """

    def left() -> list[str]:
        return [
            f"{row['processDefinitionKey']}: {row.get('name') or row.get('variableName')}"
            for instance in case.engine.fetch(
                "/history/process-instance", processInstanceBusinessKey=case.child
            )
            for path in ("variable-instance", "detail")
            for row in case.engine.fetch(f"/history/{path}", processInstanceId=instance["id"])
            if not (row.get("name") or row.get("variableName") or "").startswith("flow:")
        ]

    eventually(lambda: not left(), lambda: f"still in the engine's history: {sorted(set(left()))}")


@then(words("the next three-month review is due three months after {day}"))
def review_due(case: Case, day: str) -> None:
    """The timer of a clock that has just been read may stand there a moment longer.

    `today` is two days where the suite runs past midnight.
    """
    gone = dt.datetime.now(LONDON).date() - TODAY
    expected = {end_of(first + relativedelta(months=3)) for first in (DAYS[day], DAYS[day] + gone)}

    def due() -> dt.datetime:
        return dt.datetime.strptime(
            case.timer(TIMERS["three months are over"])["dueDate"], "%Y-%m-%dT%H:%M:%S.%f%z"
        )

    eventually(lambda: due() in expected, lambda: f"due {due()}, not {expected}")


@then("the three-month review has a due date")
def review_has_due_date(case: Case) -> None:
    task = eventually(
        lambda: case.tasks("family-finding-meeting", GROUPS["three-month review"]),
        lambda: f"no review: {case.picture()}",
    )[0]
    assert task["due"] and task["followUp"] and task["followUp"] < task["due"]


@then(words("the {form:Form} is due as {rule} says"))
def due_as(case: Case, form: str, rule: str) -> None:
    """The day itself: test_year holds each against `homeward deadline`."""
    due = dt.datetime.strptime(case.task(FORMS[form])["due"], "%Y-%m-%dT%H:%M:%S.%f%z")
    said = [entry["details"] for entry in case.events("deadline-set")]
    assert due.astimezone(LONDON).isoformat() in [
        one["dates"]["dueDate"] for one in said if one["rule"] == rule
    ], f"due {due}"


@then(words('a withdrawal is refused with "{message}"'))
def withdrawal_refused(case: Case, message: str) -> None:
    done = CliRunner().invoke(cli.app, ["withdraw", case.child, "--reason", "other"])
    assert isinstance(done.exception, Refused) and message in str(done.exception), done.output


@then(words('`homeward start` is refused with "{message}"'))
def start_refused(case: Case, message: str) -> None:
    done = CliRunner().invoke(cli.app, ["start", case.child])
    assert isinstance(done.exception, Refused) and message in str(done.exception), done.output


@then("the child is on the record as a stub")
def is_stub(case: Case) -> None:
    assert case.record.child(case.child).stub


@then(words("the record keeps the {form:Form} with"))
def record_keeps(case: Case, form: str, datatable: Table) -> None:
    assert (
        answers(FORMS[form], datatable).items()
        <= case.record.latest_answers(case.child, form=FORMS[form]).items()
    )


@then(words("the record keeps {number:Number} {form:Form}"))
@then(words("the record keeps {number:Number} {form:Form}s"))
@then(words("the record keeps {number:Number} {form:Form} by {user:User}"))
def record_keeps_so_many(case: Case, number: int, form: str, user: str | None = None) -> None:
    kept = [
        row
        for step in {entry["workstepId"] for entry in case.events("workstep-opened")}
        for row in case.record.answers_of(step)
        if row["form"] == FORMS[form]
    ]
    assert len(kept) == number and (user is None or {row["by"] for row in kept} == {user}), kept


@then(words('the start fails with "{message}"'))
def start_fails(case: Case, message: str) -> None:
    incidents = eventually(case.incidents, lambda: f"no incident: {case.picture()}")
    assert len(incidents) == 1 and message in incidents[0], incidents


# Brothers and sisters ---------------------------------------------------------------------------------------


@pytest.fixture
def family() -> dict[str, Case]:
    """By first name: whose turn it may be."""
    return {}


@given(words("{names} are brothers and sisters"))
def are_siblings(case: Case, family: dict[str, Case], another: Any, names: str) -> None:
    family |= {name: another() for name in names.replace(" and ", ", ").split(", ")}
    register(case.record, *((one.child, f"{name} Invented") for name, one in family.items()))
    for one in family.values():
        related(case.record, one.child, *(other.child for other in family.values() if other is not one))
    case.child = next(iter(family.values())).child


@when(words("it is about {name}"))
def turns_to(case: Case, family: dict[str, Case], name: str) -> None:
    case.child = family[name].child
    case.pathway = eventually(
        lambda: case.record.open_pathway(case.child, "looked-after"), lambda: f"{name} has no pathway"
    )


@when(words("{name} leaves the group"))
def leaves_group(case: Case, family: dict[str, Case], name: str) -> None:
    for one in family.values():
        if one is not family[name]:
            related(case.record, one.child, family[name].child, until=TODAY)


@when(words("{user:User} submits the {form:Form} also for {names}"))
@when(words("{user:User} submits the {form:Form} also for {names} with"))
def submits_for(
    case: Case, family: dict[str, Case], user: str, form: str, names: str, datatable: Table | None = None
) -> None:
    others = [family[name].child for name in names.split(", ")]
    case.do(FORMS[form], user, **answers(FORMS[form], datatable or []), alsoWrittenFor=others)


@then(words("the {form:Form} holds a copy of {name}'s, with"), target_fixture="copied")
def holds_copy(case: Case, form: str, name: str, datatable: Table) -> tuple[str, dict[str, Any]]:
    copy = case.copied(FORMS[form])
    assert copy["from"] == f"{name} Invented" and copy["name"]
    expected = {key: value for key, value in answers(FORMS[form], datatable).items() if value}
    assert expected.items() <= copy["answers"].items(), copy["answers"]
    assert "nextActions" not in copy["answers"] and "alsoWrittenFor" not in copy["answers"]
    return FORMS[form], copy["answers"]


@then(parsers.parse('it leaves out "{label}"'))
def leaves_out(copied: tuple[str, dict[str, Any]], label: str) -> None:
    form, copy = copied
    [key] = [key for key, question in questions(form).items() if question.label == label]
    assert key not in copy


@when(words("{user:User} submits the {form:Form} as copied"))
@when(words("{user:User} submits the {form:Form} as copied with"))
def submits_copy(case: Case, user: str, form: str, datatable: Table | None = None) -> None:
    """With what Tasklist shows of the copy."""
    own = answers(FORMS[form], datatable or [])
    case.do(FORMS[form], user, **case.copied(FORMS[form])["answers"] | own)
