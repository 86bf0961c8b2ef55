Feature: Return from missing

  Scenario: Return from missing is checked, recorded and closed
    Given a child is at the workstep return-from-missing
    When social-worker submits the return of a missing child with
      | Where the child was, with whom, and how the child is |  |
    Then the return of a missing child comes back to social-worker saying "Not complete: 1. The return."
    When social-worker submits the return of a missing child with
      | Where the child was, with whom, and how the child is | An invented text. |
      | Returned on                                          | soon              |
    Then the return of a missing child comes back to social-worker saying "Returned on is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the return of a missing child with
      | Returned on | today |
    Then everything is over
    And the record keeps 1 return of a missing child

  Scenario: Return from missing is closed early
    Given a child is at the workstep return-from-missing
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
