Feature: Update of the permanence plan
  One human step for now: the family finders update the plan after a match that was not agreed.

  Scenario: The update is checked
    Given the child's permanence pathway is at the matching decision
    When agency-decision-maker submits the matching decision with
      | Decision              | The match is not agreed                                         |
      | Next actions          | SC Permanence Match Not Agreed (NFA); SC Update Permanence Plan |
      | Reason for the update | The carers have withdrawn                                       |
    And family-finder submits the update of the plan with
      | Why it changes |  |
    Then the update of the plan comes back to family-finder saying "Not complete: 1. What changes."
    When family-finder submits the update of the plan with
      | Why it changes     | The carers withdrew. |
      | Date of the update | soon                 |
    Then the update of the plan comes back to family-finder saying "Date of the update is no date: use YYYY-MM-DD, years 1900 to 2100."
    When family-finder submits the update of the plan with
      | Date of the update | today |
    Then the open worksteps are family-finding-meeting-review
