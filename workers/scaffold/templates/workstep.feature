Feature: «title»

  Scenario: «title» is checked, recorded and closed
    Given a child is at the workstep «name»
    When «role» submits the «called» with
      | Summary |  |
    Then the «called» comes back to «role» saying "Not complete: 1. What was done."
    When «role» submits the «called» with
      | Summary | An invented summary. |
      | Date    | soon                 |
    Then the «called» comes back to «role» saying "Date is no date: use YYYY-MM-DD, years 1900 to 2100."
    When «role» submits the «called» with
      | Date | today |
    Then everything is over
    And the record keeps 1 «called»

  Scenario: «title» is closed early
    Given a child is at the workstep «name»
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
