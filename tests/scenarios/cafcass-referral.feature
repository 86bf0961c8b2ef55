Feature: Referral to CAFCASS

  Scenario: The referral is checked, recorded and closed
    Given a child is at the workstep cafcass-referral
    When iro submits the referral to CAFCASS with
      | What is referred, and why it is unresolved | |
    Then the referral to CAFCASS comes back to iro saying "Not complete: 1. The referral."
    When iro submits the referral to CAFCASS with
      | What is referred, and why it is unresolved | The plan has drifted for a year. |
      | Sent on                                    | today                            |
    Then everything is over
    And the record keeps 1 referral to CAFCASS

  Scenario: The referral is closed early
    Given a child is at the workstep cafcass-referral
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
