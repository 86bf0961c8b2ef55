"""The plans of a child looked after are written once: they go from the report to the chair's report, to the
care plan, and to the next report.
"""

from __future__ import annotations

from typing import Any

from tests.case import Case
from workers.rest import codec

DENTIST = [{"need": "A check-up", "actions": "Book the dentist", "who": "Carer", "by": "June"}]
GLASSES = [{"need": "New glasses", "actions": "See the optician", "who": "Carer", "by": "July"}]
REMAINING = ["social-workers-report", "childs-care-plan"]


def report(case: Case, pathway: str, number: str) -> dict[str, Any]:
    """The report is at hand, behind its invite list; what it opens with."""
    case.start(pathway, workstep="social-workers-report", reviewNumber=number)
    case.do("review-invitations")
    return case.opens_with("social-workers-report", "social-worker")


def authorised(case: Case) -> None:
    case.do("authorise-request", "team-manager")
    case.over(case.pathway)


def review(case: Case, pathway: str) -> None:
    case.start(pathway, workstep="cla-review", reviewNumber="first")
    answers = {"scenario": "remaining", "nextActions": ["start-second-review", *REMAINING]}
    case.do("cla-review", "iro", chairsReport="write", **answers)


def test_a_plan_goes_from_one_form_to_the_next(case: Case, one_workstep: str) -> None:
    assert not report(case, one_workstep, "first").get("proposedHealthPlan")
    case.do("social-workers-report", proposedHealthPlan=DENTIST)
    authorised(case)

    review(case, one_workstep)
    opened = case.opens_with("cla-chairs-report", "iro")
    assert opened["proposedHealthPlan"] == DENTIST
    assert not opened.get("currentHealthPlan")  # at the first review there is none yet
    case.do("cla-chairs-report")
    case.do("cla-review", "iro", **case.answers["cla-review"])
    case.over(case.pathway)

    case.start(one_workstep, workstep="childs-care-plan")
    assert case.opens_with("childs-care-plan", "social-worker")["proposedHealthPlan"] == DENTIST
    case.do("childs-care-plan", proposedHealthPlan=GLASSES)
    authorised(case)

    opened = report(case, one_workstep, "second")
    assert opened["currentHealthPlan"] == opened["proposedHealthPlan"] == GLASSES
    seen = [GLASSES[0] | {"progress": "Ordered"}]
    case.do("social-workers-report", currentHealthPlan=seen)
    case.do("authorise-request", "team-manager", decision="returned", comments="Which colour?")
    assert case.came_back("social-workers-report", "social-worker")["currentHealthPlan"] == seen


def test_the_chairs_report_waits_for_the_social_workers(case: Case, one_workstep: str) -> None:
    """Started by hand, it stays open: it belongs to no pathway."""
    body = {"businessKey": case.child, "variables": codec.encode({"childId": case.child})}
    open_ = case.engine.call("/process-definition/key/social-workers-report/start", body)["id"]
    review(case, one_workstep)
    message = case.came_back("cla-review", "iro")["message"]
    assert message.startswith("The social worker's report is not finished yet")
    case.engine.call(f"/process-instance/{open_}", method="DELETE")
    case.do("cla-review", "iro", **case.answers["cla-review"])
    case.task("cla-chairs-report", "iro")
