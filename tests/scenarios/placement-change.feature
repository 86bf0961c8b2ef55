Feature: Placement change

  Scenario: Placement change is checked, recorded and closed
    Given a child is at the workstep placement-change
    When social-worker submits the request for placement change with
      | What led to it, and what the child says of it |  |
    Then the request for placement change comes back to social-worker saying "Not complete: 1. The change."
    When social-worker submits the request for placement change with
      | What led to it, and what the child says of it | An invented text. |
      | In this placement from                        | soon              |
    Then the request for placement change comes back to social-worker saying "In this placement from is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the request for placement change with
      | In this placement from | today |
    Then everything is over
    And the record keeps 1 request for placement change

  Scenario: Placement change is closed early
    Given a child is at the workstep placement-change
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
