Feature: Discharge from care

  Scenario: Discharge from care is checked, recorded and closed
    Given a child is at the workstep discharge-from-care
    When iro submits the discharge from care with
      | Where the child lives from then on |  |
    Then the discharge from care comes back to iro saying "Not complete: 1. The end of the period of care."
    When iro submits the discharge from care with
      | Where the child lives from then on | With his mother. |
      | Looked after until                 | soon             |
    Then the discharge from care comes back to iro saying "Looked after until is no date: use YYYY-MM-DD, years 1900 to 2100."
    When iro submits the discharge from care with
      | Looked after until | today |
    Then everything is over
    And the record keeps 1 discharge from care

  Scenario: Discharge from care is closed early
    Given a child is at the workstep discharge-from-care
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
