Feature: New legal status

  Scenario: New legal status is checked, recorded and closed
    Given a child is at the workstep legal-status-change
    When social-worker submits the change of legal status with
      | Court or who agreed, what was ordered, and what the child was told |  |
    Then the change of legal status comes back to social-worker saying "Not complete: 1. The new legal status."
    When social-worker submits the change of legal status with
      | Court or who agreed, what was ordered, and what the child was told | An invented text. |
      | From                                                               | soon              |
    Then the change of legal status comes back to social-worker saying "From is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the change of legal status with
      | From | today |
    Then everything is over
    And the record keeps 1 change of legal status

  Scenario: New legal status is closed early
    Given a child is at the workstep legal-status-change
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
