Feature: CLA review

  Scenario: CLA review is checked, recorded and closed
    Given a child is at the workstep cla-review
    When iro submits the CLA chairs monitoring form with
      | Summary |  |
    Then the CLA chairs monitoring form comes back to iro saying "Not complete: 1. What was done."
    When iro submits the CLA chairs monitoring form with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the CLA chairs monitoring form comes back to iro saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When iro submits the CLA chairs monitoring form with
      | Date | today |
    Then everything is over
    And the record keeps 1 CLA chairs monitoring form

  Scenario: CLA review is closed early
    Given a child is at the workstep cla-review
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
