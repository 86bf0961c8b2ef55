"""What happened, in sentences: no ids, no codes, no dump of variables."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Environment, meta

from tests.case import Case
from workers.notifications.message import TEMPLATES
from workers.reading.chronology import told
from workers.reading.names import Names
from workers.records.vocabulary import MAIL, WHAT
from workers.settings import PROJECT

NAMES = Names(PROJECT, {"jane": "Jane Example", "omar": "Omar Example", "team-manager": "Tess Example"})


def entry(
    kind: str, /, by: str | None = "jane", process: str | None = None, **details: Any
) -> dict[str, Any]:
    return {
        "at": "2026-07-01T12:00:00+00:00",
        "what": kind,
        "process": process,
        "by": by,
        "details": {name.rstrip("_"): value for name, value in details.items()},
    }


def says(*entries: dict[str, Any]) -> list[str]:
    return [one.says for one in told(entries, NAMES)]


@pytest.mark.parametrize("kind", WHAT)
def test_a_sentence_uses_what_its_entries_have_and_does_without(kind: str):
    environment = Environment()
    environment.filters |= dict.fromkeys(
        ("who", "team", "day", "form", "action", "process", "role", "duty", "mail", "plain", "listed"), str
    )
    used = meta.find_undeclared_variables(environment.parse(WHAT[kind].told))
    assert used <= {*WHAT[kind].details, "by", "people"}
    [bare] = says(entry(kind, by=None))
    [empty] = says(entry(kind, by=None, **dict.fromkeys(WHAT[kind].details)))
    assert bare == empty and bare.endswith(".") and "None" not in bare


def test_every_mail_has_its_words():
    assert MAIL.keys() >= set(TEMPLATES)


@pytest.mark.parametrize(
    ("happened", "sentence"),
    [
        (
            entry("model-changed", model="permanence", version=4),
            "Jane Example had Permanence follow its changed model from now on (version 4): it goes on from "
            "where it stood, and what was written stays.",
        ),
        (
            entry("pathway-started", authority="york", socialWorker="omar", iro=None),
            "Jane Example opened the pathway, with the timescales of York. "
            "Named: Social worker Omar Example.",
        ),
        (
            entry("form-submitted", form="family-finding-request", nextActions=["family-finding-meeting"]),
            "Jane Example completed “AS Family Finding Referral Form C0057” and proposed "
            "“SC Permanence Family Finding Meeting / Review”.",
        ),
        (
            entry("request-sent", request="Please look", to="qaag,iro", told=["omar"]),
            "Jane Example asked CS QAAG – Inbox and Independent reviewing officers: “Please look”.",
        ),
        (
            entry("request-sent", request="Please look", to="team-manager", told=["team-manager"]),
            "Jane Example asked Tess Example: “Please look”.",
        ),
        (
            entry(
                "request-answered", request="Please look", decision="returned", comments="Say more.\n- now"
            ),
            "Jane Example answered “Please look”: returned. Comments: Say more. - now",
        ),
        (
            entry(
                "workstep-closed",
                outcome="finished",
                opens=["permanence-placement", "update-permanence-plan"],
            ),
            "The step is finished; next: SC Permanence Placement and SC Update Permanence Plan.",
        ),
        (
            entry("workstep-closed", outcome="closed-early", opens=[], reason="left-care"),
            "The step was closed early (left care).",
        ),
        (
            entry(
                "deadline-set",
                "homeward",
                rule="PERM-081",
                deadline="three-month-review",
                statutoryDue=None,
                localTarget="2027-02-28",
                from_="2026-11-28",
                dates={"rule": "PERM-081"},
            ),
            "The three month review (PERM-081) is due by 28 February 2027 as the local target, "
            "counted from 28 November 2026.",
        ),
        (
            entry("deadline-breached", "homeward", rule="CAM-154", due="2026-07-01"),
            "CAM-154 was due by 1 July 2026 and is late.",
        ),
        (
            entry("allocated", role="socialWorker", from_=["omar"], to="team-manager", reason="leave"),
            "Jane Example handed the work of the social worker to Tess Example, who took over from "
            "Omar Example: leave.",
        ),
        (
            entry("task-handed-over", task="Write the report", from_=None, to="omar"),
            "Jane Example handed “Write the report” over to Omar Example.",
        ),
        (
            entry("unexpected-variables", form="no-such-form", names=["a", "b"], more=3),
            "Jane Example sent what “No such form” does not ask for: a, b and 3 more.",
        ),
        (
            entry("notification-failed", "homeward", to="somebody", template="request", reason="no address"),
            "Mail to somebody was not sent (a request waits for an answer): no address.",
        ),
    ],
    ids=lambda value: value["what"] if isinstance(value, dict) else "",
)
def test_what_happened_is_told_as_people_tell_it(happened: dict[str, Any], sentence: str):
    assert says(happened) == [sentence]


def test_what_belongs_together_is_one_sentence():
    mails = [
        entry("notification-sent", "homeward", to=user, template="returned") for user in ("jane", "omar")
    ]
    answer = [entry("form-submitted", form="authorise-request"), entry("request-answered", request="Look")]
    assert says(*mails) == ["Mail to Jane Example and Omar Example: a form was returned."]
    assert says(*answer) == ["Jane Example answered “Look”."]
    assert len(says(*[entry("model-changed", model="duty", version=2)] * 3)) == 1, "several duties"
    assert len(says(answer[0], entry("request-answered", "omar", request="Look"))) == 2, "by two people"


def test_the_chronology_and_dates_of_a_case_hold_names_and_words_and_no_ids(case: Case, homeward):
    case.start(socialWorker="social-worker")
    case.until("family-finding-meeting")
    said = homeward("chronology", case.child).out
    for words in (
        "\nSC Permanence Family Finding Request\n",
        "Named: Social worker Social Worker (demo).",
        "(demo) completed “SC Child's Permanence Report C0054”.",
        "The three month review (PERM-081) is due by ",
    ):
        assert words in said
    for code in ("permanency-planning-process", "deadline-set", "remindHour", "task-opened", case.pathway):
        assert code not in said
    said = homeward("deadlines", case.child).out
    [line] = [line for line in said.splitlines() if "PERM-081" in line]
    assert "Three month review" in line and "CS Permanence Family Finders – Inbox" in line, (
        "with whom it lies"
    )
    said = homeward("child", "show", case.child).out
    assert "SC Permanence Family Finding Meeting / Review, open since " in said
    assert "SC Permanency Planning Process, open since " not in said, "it is closed"
    alone = homeward("chronology", case.child, CAMUNDA_URL="http://localhost:9/engine-rest")
    assert alone.code == 0 and "social-worker completed “SC Child's" in alone.out, (
        "the record needs no engine"
    )
