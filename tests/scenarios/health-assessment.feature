Feature: Health assessment

  Scenario: The IHA form is checked, passed to the health team and finished by them
    Given a child is at the workstep health-assessment
    When social-worker submits the initial health assessment with
      | Consent to the assessment |  |
    Then the initial health assessment comes back to social-worker saying "Not complete: 1. The request."
    When social-worker submits the initial health assessment with
      | Consent to the assessment | The mother, in writing. |
    Then the health team's answer is offered to lac-health-team
    When lac-health-team submits the health team's answer with
      | Date of the health assessment |  |
    Then the health team's answer comes back to lac-health-team saying "Complete the assessment. Not complete: Date of the health assessment."
    When lac-health-team returns the health team's answer with the comments "Say who gave consent."
    Then the initial health assessment comes back to social-worker saying "Say who gave consent."
    When social-worker submits the initial health assessment
    And lac-health-team submits the health team's answer
    Then everything is over
    And the record says episode-noted 1 time, with
      | kind | health-assessment |

  Scenario: Health assessment is closed early
    Given a child is at the workstep health-assessment
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
