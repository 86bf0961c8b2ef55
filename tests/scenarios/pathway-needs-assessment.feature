Feature: Pathway needs assessment
  The social worker assesses what the young person will need.

  Scenario: Pathway needs assessment is checked, recorded and closed
    Given a child is at the workstep pathway-needs-assessment
    When social-worker submits the pathway needs assessment with
      | The young person's wishes and feelings |  |
    Then the pathway needs assessment comes back to social-worker saying "Not complete: 1. The assessment."
    When social-worker submits the pathway needs assessment with
      | The young person's wishes and feelings | An invented answer. |
      | Date of the assessment | soon |
    Then the pathway needs assessment comes back to social-worker saying "Date of the assessment is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the pathway needs assessment with
      | Date of the assessment | today |
    Then everything is over
    And the record keeps 1 pathway needs assessment

  Scenario: Pathway needs assessment is closed early
    Given a child is at the workstep pathway-needs-assessment
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
