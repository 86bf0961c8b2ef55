Feature: One permanency planning meeting
  What is done before and after a meeting, and who chairs it.

  Scenario: The invited are told or written to, and the agency gets the minutes
    Given the pathway permanence-planning-meeting is at the permanency planning template, with
      | authority | wokingham |
    Then the record says duties-set 1 time, with
      | event | before-the-meeting |
    And social-worker hears "for your information, Invitation to the permanency planning meeting: social worker" with "Invitation"
    When service-manager submits the permanency planning template
    Then the record says duties-set 1 time, with
      | event | after-the-meeting |
    When business-support submits the duty
    Then everything is over
