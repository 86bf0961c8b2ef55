Feature: Health assessment

  Scenario: Health assessment is checked, recorded and closed
    Given a child is at the workstep health-assessment
    When social-worker submits the initial health assessment with
      | Summary |  |
    Then the initial health assessment comes back to social-worker saying "Not complete: 1. What was done."
    When social-worker submits the initial health assessment with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the initial health assessment comes back to social-worker saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the initial health assessment with
      | Date | today |
    Then everything is over
    And the record keeps 1 initial health assessment

  Scenario: Health assessment is closed early
    Given a child is at the workstep health-assessment
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
