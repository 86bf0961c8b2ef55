Feature: Missing report

  Scenario: Missing report is checked, recorded and closed
    Given a child is at the workstep missing-report
    When social-worker submits the missing report with
      | Last seen where and with whom; what is known and feared |  |
    Then the missing report comes back to social-worker saying "Not complete: 1. Missing or absent."
    When social-worker submits the missing report with
      | Last seen where and with whom; what is known and feared | An invented text. |
      | Since                                                   | soon              |
    Then the missing report comes back to social-worker saying "Since is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the missing report with
      | Since | today |
    Then everything is over
    And the record keeps 1 missing report

  Scenario: Missing report is closed early
    Given a child is at the workstep missing-report
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
