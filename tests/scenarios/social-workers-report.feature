Feature: Social worker's report for CLA review

  Scenario: Social worker's report for CLA review is checked, recorded and closed
    Given a child is at the workstep social-workers-report
    When social-worker submits the social worker's report for CLA review with
      | Summary |  |
    Then the social worker's report for CLA review comes back to social-worker saying "Not complete: 1. What was done."
    When social-worker submits the social worker's report for CLA review with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the social worker's report for CLA review comes back to social-worker saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the social worker's report for CLA review with
      | Date | today |
    Then everything is over
    And the record keeps 1 social worker's report for CLA review

  Scenario: Social worker's report for CLA review is closed early
    Given a child is at the workstep social-workers-report
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
