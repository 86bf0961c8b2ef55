Feature: Referral to leaving care
  The social worker refers the young person to the leaving care team.

  Scenario: Referral to leaving care is checked, recorded and closed
    Given a child is at the workstep refer-to-leaving-care
    When social-worker submits the referral to leaving care with
      | What the leaving care team should know |  |
    Then the referral to leaving care comes back to social-worker saying "Not complete: 2. The referral."
    When social-worker submits the referral to leaving care with
      | What the leaving care team should know | An invented answer. |
      | Date of the referral | soon |
    Then the referral to leaving care comes back to social-worker saying "Date of the referral is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the referral to leaving care with
      | Date of the referral | today |
    Then everything is over
    And the record keeps 1 referral to leaving care

  Scenario: Referral to leaving care is closed early
    Given a child is at the workstep refer-to-leaving-care
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
