Feature: Permanence placement
  The social worker records the placement; Child Placed ends the pathway.

  Scenario: The placement record is checked
    Given a child is at the workstep permanence-placement
    When social-worker submits the placement record with
      | Where the placement was agreed |  |
    Then the placement record comes back to social-worker saying "Not complete: 1. Permanence Placement Record."
    When social-worker submits the placement record with
      | Where the placement was agreed   | At the panel. |
      | Start of the permanent placement | 2026-13-01    |
    Then the placement record comes back to social-worker saying "Start of the permanent placement is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the placement record with
      | Start of the permanent placement | today |
      | Next actions                     |       |
    Then the placement record comes back to social-worker saying "Add the next action SC Permanence Placement Complete – Child Placed (NFA)."
    When social-worker submits the placement record
    Then the record says episode-noted 1 time, with
      | kind | permanent-placement |
    And everything is over
