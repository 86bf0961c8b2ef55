Feature: Decision to seek accommodation

  Scenario: Decision to seek accommodation is checked, recorded and closed
    Given a child is at the workstep decision-to-seek-accommodation
    When social-worker submits the decision to seek accommodation with
      | Summary |  |
    Then the decision to seek accommodation comes back to social-worker saying "Not complete: 1. What was done."
    When social-worker submits the decision to seek accommodation with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the decision to seek accommodation comes back to social-worker saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the decision to seek accommodation with
      | Date | today |
    Then everything is over
    And the record keeps 1 decision to seek accommodation

  Scenario: Decision to seek accommodation is closed early
    Given a child is at the workstep decision-to-seek-accommodation
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
