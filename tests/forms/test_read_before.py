"""Who decides has before them what they decide on, and what is known is not asked again."""

from __future__ import annotations

from tests.case import Case


def test_the_decision_makers_read_the_report_and_their_decision_is_known_to_who_comes_next(case: Case):
    case.start()
    case.until("adm-decision")
    shown = case.opens_with("adm-decision", "agency-decision-maker")["background"]
    assert {"The child's wishes and feelings", "Recommendation", "Summary and reasons"} <= {
        row["question"] for row in shown
    }
    case.do("adm-decision", decisionDate="2099-12-31")
    back = case.came_back("adm-decision", "agency-decision-maker")
    assert back["message"] == "This cannot be right: Date of the decision is after today."
    case.do("adm-decision", decisionDate="2020-10-31")
    assert case.opens_with("family-finding-request", "social-worker")["decisionDate"] == "2020-10-31"
    case.until("matching-decision")
    shown = case.opens_with("matching-decision", "agency-decision-maker")["background"]
    assert {"Recommendation", "Reasons for the decision", "What was shared and discussed"} <= {
        row["question"] for row in shown
    }
