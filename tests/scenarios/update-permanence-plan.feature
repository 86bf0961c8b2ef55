Feature: Update of the permanence plan
  One human step for now: the family finders update the plan after a match that was not agreed.

  Scenario: The update is checked
    Given a child is at the workstep update-permanence-plan
    When family-finder submits the update of the plan with
      | Why it changes |  |
    Then the update of the plan comes back to family-finder saying "Not complete: 1. What changes."
    When family-finder submits the update of the plan with
      | Why it changes     | The carers withdrew. |
      | Date of the update | soon                 |
    Then the update of the plan comes back to family-finder saying "Date of the update is no date: use YYYY-MM-DD, years 1900 to 2100."
    When family-finder submits the update of the plan with
      | Date of the update | today |
    Then everything is over
