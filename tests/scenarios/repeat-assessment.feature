Feature: Repeat Assessment

  Scenario: Repeat Assessment is checked, recorded and closed
    Given a child is at the workstep repeat-assessment
    When social-worker submits the repeat Assessment with
      | Summary |  |
    Then the repeat Assessment comes back to social-worker saying "Not complete: 1. What was done."
    When social-worker submits the repeat Assessment with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the repeat Assessment comes back to social-worker saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the repeat Assessment with
      | Date | today |
    Then everything is over
    And the record keeps 1 repeat Assessment

  Scenario: Repeat Assessment is closed early
    Given a child is at the workstep repeat-assessment
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
