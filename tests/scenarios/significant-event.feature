Feature: Significant event of a care leaver
  An event is recorded, and the manager's oversight with it.

  Scenario: Significant event of a care leaver is checked, recorded and closed
    Given a child is at the workstep significant-event
    When personal-adviser submits the significant event of a care leaver with
      | What happened |  |
    Then the significant event of a care leaver comes back to personal-adviser saying "Not complete: 1. What happened."
    When personal-adviser submits the significant event of a care leaver with
      | What happened | An invented answer. |
      | Date of the event | soon |
    Then the significant event of a care leaver comes back to personal-adviser saying "Date of the event is no date: use YYYY-MM-DD, years 1900 to 2100."
    When personal-adviser submits the significant event of a care leaver with
      | Date of the event | today |
    And leaving-care-manager returns the request for authorisation with the comments "Say who was told."
    Then the significant event of a care leaver comes back to personal-adviser saying "Say who was told."
    When personal-adviser submits the significant event of a care leaver
    And leaving-care-manager submits the request for authorisation
    Then everything is over
    And the record keeps 2 significant event of a care leavers

  Scenario: Significant event of a care leaver is closed early
    Given a child is at the workstep significant-event
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
