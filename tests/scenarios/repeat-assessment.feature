Feature: Repeat assessment
  The social worker brings the child's assessment up to date, where a review asks for it.

  Scenario: The assessment is checked, recorded and closed
    Given a child is at the workstep repeat-assessment
    When social-worker submits the repeat assessment with
      | Analysis |  |
    Then the repeat assessment comes back to social-worker saying "Not complete: 2. Conclusion."
    When social-worker submits the repeat assessment with
      | Analysis               | An invented analysis. |
      | Date of the assessment | soon                  |
    Then the repeat assessment comes back to social-worker saying "Date of the assessment is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the repeat assessment with
      | Date of the assessment | today |
    Then everything is over
    And the record keeps 1 repeat assessment

  Scenario: The assessment is closed early
    Given a child is at the workstep repeat-assessment
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
