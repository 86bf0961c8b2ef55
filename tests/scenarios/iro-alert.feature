Feature: IRO Alert

  Scenario: IRO Alert is checked, recorded and closed
    Given a child is at the workstep iro-alert
    When iro submits the IRO Alert with
      | Summary |  |
    Then the IRO Alert comes back to iro saying "Not complete: 1. What was done."
    When iro submits the IRO Alert with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the IRO Alert comes back to iro saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When iro submits the IRO Alert with
      | Date | today |
    Then everything is over
    And the record keeps 1 IRO Alert

  Scenario: IRO Alert is closed early
    Given a child is at the workstep iro-alert
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
