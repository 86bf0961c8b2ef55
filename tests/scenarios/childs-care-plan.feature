Feature: Child's care plan

  Scenario: Child's care plan is checked, recorded and closed
    Given a child is at the workstep childs-care-plan
    When social-worker submits the child's care plan with
      | Summary |  |
    Then the child's care plan comes back to social-worker saying "Not complete: 1. What was done."
    When social-worker submits the child's care plan with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the child's care plan comes back to social-worker saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the child's care plan with
      | Date | today |
    Then everything is over
    And the record keeps 1 child's care plan

  Scenario: Child's care plan is closed early
    Given a child is at the workstep childs-care-plan
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
