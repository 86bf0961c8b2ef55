Feature: Agency decision maker's permanence decision
  QAAG records the QA meeting and proposes a next action; the agency decision maker decides and finishes the step.

  Scenario: The plan is agreed
    Given the child's permanence pathway is at the record of the QA meeting
    Then the record of the QA meeting is offered to qaag
    When qaag submits the record of the QA meeting
    Then the decision on the plan is offered to agency-decision-maker
    And the decision on the plan opens with
      | Next actions | SC ADM Agrees Permanence Plan, Start Family Finding |
      | Your answer  |  |
      | Decision     |  |
    When agency-decision-maker submits the decision on the plan
    Then the open worksteps are family-finding-request

  Scenario: The plan is not agreed, whatever QAAG proposed
    Given the child's permanence pathway is at the decision on the plan
    When agency-decision-maker submits the decision on the plan with
      | Decision     | The permanence plan is not agreed                       |
      | Next actions | SC Agency Decision Maker Disagrees Permanence Plan (NFA) |
    Then the pathway ends with "SC Agency Decision Maker Disagrees Permanence Plan (NFA)"
    And everything is over
    And the record says next-action-chosen 1 time, with
      | by    | agency-decision-maker        |
      | value | adm-disagrees-permanence-plan |
    And social-worker hears "Permanence has ended" with "SC Agency Decision Maker Disagrees Permanence Plan (NFA)"
    And qaag hears "decided, Decide on the plan" with "SC Agency Decision Maker Disagrees Permanence Plan (NFA)"
    And agency-decision-maker does not hear "Permanence has ended"

  Scenario: QAAG's record is checked
    Given a child is at the workstep adm-permanence-decision
    When qaag submits the record of the QA meeting with
      | Recommendations |  |
    Then the record of the QA meeting comes back to qaag saying "Not complete: 1. Panel Information."
    When qaag submits the record of the QA meeting with
      | Recommendations | Go on.     |
      | Date of Meeting | 2026-02-30 |
    Then the record of the QA meeting comes back to qaag saying "Date of Meeting is no date: use YYYY-MM-DD, years 1900 to 2100."
    When qaag submits the record of the QA meeting with
      | Date of Meeting | today |
      | Next actions    |       |
    Then the record of the QA meeting comes back to qaag saying "Add one next action"
    When qaag submits the record of the QA meeting with
      | Next actions | SC ADM Agrees Permanence Plan, Start Family Finding; SC Agency Decision Maker Disagrees Permanence Plan (NFA) |
    Then the record of the QA meeting comes back to qaag saying "cannot both agree and disagree"
    And qaag-2 is not asked for the record of the QA meeting

  Scenario: A record that a colleague has taken is refused
    Given a child is at the workstep adm-permanence-decision
    When qaag-2 takes the record of the QA meeting
    Then the engine refuses that qaag submits the record of the QA meeting
    When qaag-2 submits the record of the QA meeting
    Then agency-decision-maker is asked for the decision on the plan

  Scenario: The decision maker returns the record twice
    Given the child's permanence pathway is at the record of the QA meeting
    When qaag submits the record of the QA meeting
    And agency-decision-maker returns the decision on the plan with the comments "Who took part?"
    Then the record of the QA meeting comes back to qaag saying "Who took part?"
    When qaag submits the record of the QA meeting with
      | Who took part | Everybody. |
    Then the decision on the plan opens with
      | Your answer |  |
      | Comments    |  |
    When agency-decision-maker returns the decision on the plan with the comments "And the school?"
    Then the record of the QA meeting comes back to qaag saying "And the school?"
    When qaag submits the record of the QA meeting
    And agency-decision-maker submits the decision on the plan
    Then the open worksteps are family-finding-request
    And the record says request-sent 3 times, with
      | process | adm-permanence-decision |
    And the record says next-action-chosen 1 time, with
      | process | adm-permanence-decision |

  Scenario: The decision maker's answer is checked
    Given a child is at the workstep adm-permanence-decision
    When qaag submits the record of the QA meeting
    And agency-decision-maker submits the decision on the plan with
      | Decision | The permanence plan is not agreed |
    Then the decision on the plan comes back to agency-decision-maker saying "Your decision is that the plan is not agreed"
    When agency-decision-maker submits the decision on the plan with
      | Decision     | The permanence plan is agreed                            |
      | Next actions | SC Agency Decision Maker Disagrees Permanence Plan (NFA) |
    Then the decision on the plan comes back to agency-decision-maker saying "Your decision is that the plan is agreed"
    When agency-decision-maker submits the decision on the plan with
      | Next actions | SC ADM Agrees Permanence Plan, Start Family Finding; SC Agency Decision Maker Disagrees Permanence Plan (NFA) |
    Then the decision on the plan comes back to agency-decision-maker saying "cannot both agree and disagree"
    When agency-decision-maker submits the decision on the plan with
      | Reasons for the decision |  |
    Then the decision on the plan comes back to agency-decision-maker saying "Complete section 2. Agency Decision Maker Section"
    When agency-decision-maker submits the decision on the plan with
      | Your answer | Returned for more work |
      | Comments    |                        |
    Then the decision on the plan comes back to agency-decision-maker saying "Say in the comments what has to change"
    And agency-decision-maker-2 is not asked for the decision on the plan

  Scenario: Nobody decides on their own record
    Given two-hats works as qaag and agency-decision-maker
    And the child's permanence pathway is at the record of the QA meeting
    When two-hats submits the record of the QA meeting
    And two-hats submits the decision on the plan
    Then the decision on the plan goes back to the group, not to two-hats, saying "You made this request yourself"
    When agency-decision-maker submits the decision on the plan
    Then the open worksteps are family-finding-request
