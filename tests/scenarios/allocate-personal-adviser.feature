Feature: Personal adviser
  The leaving care manager allocates the personal adviser, on the record of the status.

  Scenario: Personal adviser is checked, recorded and closed
    Given a child is at the workstep allocate-personal-adviser
    When leaving-care-manager submits the personal adviser with
      | Why this adviser, and what the young person said to it |  |
    Then the personal adviser comes back to leaving-care-manager saying "Not complete: 1. Who it is."
    When leaving-care-manager submits the personal adviser with
      | Why this adviser, and what the young person said to it | An invented answer. |
      | Allocated from | soon |
    Then the personal adviser comes back to leaving-care-manager saying "Allocated from is no date: use YYYY-MM-DD, years 1900 to 2100."
    When leaving-care-manager submits the personal adviser with
      | Allocated from | today |
    Then everything is over
    And the record keeps 1 personal adviser

  Scenario: Personal adviser is closed early
    Given a child is at the workstep allocate-personal-adviser
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
