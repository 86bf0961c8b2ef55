Feature: Placement Arrangement Meeting

  Scenario: Placement Arrangement Meeting is checked, recorded and closed
    Given a child is at the workstep placement-arrangement-meeting
    When social-worker submits the placement plan with
      | Summary |  |
    Then the placement plan comes back to social-worker saying "Not complete: 1. What was done."
    When social-worker submits the placement plan with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the placement plan comes back to social-worker saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the placement plan with
      | Date | today |
    Then everything is over
    And the record keeps 1 placement plan

  Scenario: Placement Arrangement Meeting is closed early
    Given a child is at the workstep placement-arrangement-meeting
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
