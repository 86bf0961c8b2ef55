Feature: Permanency planning meeting: request
  The social worker says what calls for a meeting; a date or the circumstances decide.

  Scenario: What is not complete or contradicts comes back; a date in care calls for the meeting
    Given a child is at the workstep permanence-meeting-request, with
      | authority | wokingham |
    When social-worker submits the request for a permanency planning meeting with
      | The circumstances in short | |
    Then the request for a permanency planning meeting comes back to social-worker saying "Not complete: 1. What calls for the meeting."
    When social-worker submits the request for a permanency planning meeting with
      | The circumstances in short | No prospect of a return home. |
      | Planned for                | soon |
    Then the request for a permanency planning meeting comes back to social-worker saying "Planned for is no date"
    When social-worker submits the request for a permanency planning meeting with
      | What calls for it               | After the first review adoption is a strong possibility |
      | Day from which the time counts  | today |
      | Planned for                     | today |
    Then everything is over
    And the record says deadline-set 1 time, with
      | rule | WOK-632 |

  Scenario: The request is closed early
    Given a child is at the workstep permanence-meeting-request
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
