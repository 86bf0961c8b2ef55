Feature: Discharge of the reviewing officer
  With 18 the reviewing officer's formal involvement ends.

  Scenario: Discharge of the reviewing officer is checked, recorded and closed
    Given a child is at the workstep discharge-of-iro
    When iro submits the discharge of the reviewing officer with
      | Where the plan stands at that day |  |
    Then the discharge of the reviewing officer comes back to iro saying "Not complete: 1. The end of the involvement."
    When iro submits the discharge of the reviewing officer with
      | Where the plan stands at that day | An invented answer. |
      | Involvement ends on | soon |
    Then the discharge of the reviewing officer comes back to iro saying "Involvement ends on is no date: use YYYY-MM-DD, years 1900 to 2100."
    When iro submits the discharge of the reviewing officer with
      | Involvement ends on | today |
    Then everything is over
    And the record keeps 1 discharge of the reviewing officer

  Scenario: Discharge of the reviewing officer is closed early
    Given a child is at the workstep discharge-of-iro
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
