Feature: Decision at 21
  At 21 the young adult says whether support goes on to 25.

  Scenario: Decision at 21 is checked, recorded and closed
    Given a child is at the workstep decision-at-21
    When personal-adviser submits the decision at 21 with
      | In the young adult's words |  |
    Then the decision at 21 comes back to personal-adviser saying "Not complete: 1. The decision."
    When personal-adviser submits the decision at 21 with
      | In the young adult's words | An invented answer. |
      | Decided on | soon |
    Then the decision at 21 comes back to personal-adviser saying "Decided on is no date: use YYYY-MM-DD, years 1900 to 2100."
    When personal-adviser submits the decision at 21 with
      | Decided on | today |
    Then everything is over
    And the record keeps 1 decision at 21

  Scenario: Decision at 21 is closed early
    Given a child is at the workstep decision-at-21
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
