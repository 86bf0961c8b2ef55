Feature: «title»

  Scenario: «title» is checked, recorded and closed
    Given the pathway «pathway» is at the «called»
    When «role» submits the «called» with
      | Summary |  |
    Then the «called» comes back to «role» saying "Not complete: 1. What was done."
    When «role» submits the «called» with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the «called» comes back to «role» saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When «role» submits the «called» with
      | Date | today |
    Then the record says workstep-closed 1 time
    And the record keeps 1 «called»
