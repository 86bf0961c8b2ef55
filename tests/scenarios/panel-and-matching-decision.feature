Feature: Panel and matching decision
  QAAG records the panel; the agency decision maker agrees the match, or family finding goes on, or the plan is updated first.

  Scenario: The match is agreed
    Given the child's permanence pathway is at the panel record
    When qaag submits the panel record
    Then the matching decision is offered to agency-decision-maker
    And the matching decision opens with
      | Next actions         | SC Permanence Match Agreed   |
      | Reason for the match | CS Long-term Fostering Agreed |
      | Your answer          |  |
      | Decision             |  |
    When agency-decision-maker submits the matching decision
    Then the open worksteps are permanence-placement
    And the placement record is offered to social-worker

  Scenario: The match is not agreed, family finding goes on and finds another family
    Given the child's permanence pathway is at the panel record
    When qaag submits the panel record with
      | Next actions | SC Permanence Match Not Agreed (NFA); SC Permanence Family Finding Meeting / Review |
    And agency-decision-maker submits the matching decision with
      | Decision     | The match is not agreed                                                             |
      | Next actions | SC Permanence Match Not Agreed (NFA); SC Permanence Family Finding Meeting / Review |
    Then the open worksteps are family-finding-meeting-review
    When a family finding meeting finds no match
    And the case goes on to its end
    Then the pathway ends with "SC Permanence Placement Complete – Child Placed (NFA)"
    And the record says workstep-opened 2 times, with
      | process | panel-and-matching-decision |
    And the record says next-action-chosen 1 time, with
      | value | match-not-agreed |
    And everything is over

  Scenario: The match is not agreed and the plan is updated before family finding goes on
    Given the child's permanence pathway is at the panel record
    When qaag submits the panel record
    And agency-decision-maker submits the matching decision with
      | Decision              | The match is not agreed                                          |
      | Next actions          | SC Permanence Match Not Agreed (NFA); SC Update Permanence Plan |
      | Reason for the update | The child's needs have changed                                   |
    Then the open worksteps are update-permanence-plan
    And the update of the plan is offered to family-finder
    And the update of the plan opens with
      | Reason for the update | The child's needs have changed |
    When family-finder submits the update of the plan
    Then the open worksteps are family-finding-meeting-review
    When the case goes on to its end
    Then everything is over

  Scenario: The panel's record is checked
    Given a child is at the workstep panel-and-matching-decision
    When qaag submits the panel record with
      | Content of the Permanence Panel |  |
    Then the panel record comes back to qaag saying "Not complete: 1. Panel Information."
    When qaag submits the panel record with
      | Content of the Permanence Panel | Long.  |
      | Date of the panel               | Monday |
    Then the panel record comes back to qaag saying "Date of the panel is no date: use YYYY-MM-DD, years 1900 to 2100."
    When qaag submits the panel record with
      | Date of the panel | today |
      | Next actions      |       |
    Then the panel record comes back to qaag saying "Add the next action that fits the outcome"
    When qaag submits the panel record with
      | Next actions | SC Permanence Match Agreed; SC Permanence Match Not Agreed (NFA) |
    Then the panel record comes back to qaag saying "contradict each other: keep one"
    When qaag submits the panel record with
      | Next actions | SC Permanence Match Agreed; SC Permanence Family Finding Meeting / Review |
    Then the panel record comes back to qaag saying "An agreed match ends family finding"
    When qaag submits the panel record with
      | Next actions | SC Permanence Match Agreed; SC Update Permanence Plan |
    Then the panel record comes back to qaag saying "An agreed match needs no other plan"
    When qaag submits the panel record with
      | Reason for the match |  |
    Then the panel record comes back to qaag saying "Choose the reason for the match"
    When qaag submits the panel record with
      | Next actions | SC Permanence Family Finding Meeting / Review |
    Then the panel record comes back to qaag saying "add SC Permanence Match Not Agreed (NFA) as well"
    When qaag submits the panel record with
      | Next actions | SC Permanence Match Not Agreed (NFA) |
    Then the panel record comes back to qaag saying "needs a second action"
    When qaag submits the panel record with
      | Next actions | SC Permanence Match Not Agreed (NFA); SC Permanence Family Finding Meeting / Review; SC Update Permanence Plan |
    Then the panel record comes back to qaag saying "not both"
    When qaag submits the panel record with
      | Next actions | SC Permanence Match Not Agreed (NFA); SC Update Permanence Plan |
    Then the panel record comes back to qaag saying "Choose the reason for the update"
    And qaag-2 is not asked for the panel record

  Scenario: The decision maker's answer is checked, and the record returned twice
    Given the child's permanence pathway is at the matching decision
    When agency-decision-maker submits the matching decision with
      | Decision | The match is not agreed |
    Then the matching decision comes back to agency-decision-maker saying "You do not agree the match, but SC Permanence Match Agreed is among the next actions"
    When agency-decision-maker submits the matching decision with
      | Next actions | SC Permanence Match Not Agreed (NFA); SC Permanence Family Finding Meeting / Review |
    Then the matching decision comes back to agency-decision-maker saying "You agree the match, but the next actions say otherwise"
    When agency-decision-maker submits the matching decision with
      | Next actions |  |
    Then the matching decision comes back to agency-decision-maker saying "3. Next actions: Add the next action that fits the outcome"
    When agency-decision-maker submits the matching decision with
      | Date of the decision |  |
    Then the matching decision comes back to agency-decision-maker saying "Not complete: Date of the decision."
    When agency-decision-maker returns the matching decision with the comments "What do the carers say?"
    Then the panel record comes back to qaag saying "What do the carers say?"
    When qaag submits the panel record
    Then the matching decision opens with
      | Your answer          |                               |
      | Comments             |                               |
      | Decision             |                               |
      | Date of the decision |                               |
      | Next actions         | SC Permanence Match Agreed    |
    When agency-decision-maker returns the matching decision with the comments "And the child?"
    Then the panel record comes back to qaag saying "And the child?"
    When qaag submits the panel record
    And agency-decision-maker submits the matching decision
    Then the open worksteps are permanence-placement
    And the record says request-answered 3 times, with
      | process | panel-and-matching-decision |

  Scenario: Nobody decides on their own panel record
    Given two-hats works as qaag and agency-decision-maker
    And a child is at the workstep panel-and-matching-decision
    When two-hats submits the panel record
    And two-hats submits the matching decision
    Then the matching decision goes back to the group, not to two-hats, saying "You made this request yourself"
