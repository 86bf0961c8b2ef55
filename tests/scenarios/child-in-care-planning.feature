Feature: Child in care planning
  One human step for now: the social worker updates the care plan with regard to permanence.

  Scenario: The care plan is checked
    Given a child is at the workstep child-in-care-planning
    Then the care plan is offered to social-worker
    When social-worker submits the care plan with
      | What changes in the care plan |  |
    Then the care plan comes back to social-worker saying "Not complete: 1. Permanence in the care plan."
    When social-worker submits the care plan with
      | What changes in the care plan    | The school. |
      | Date the care plan was updated   | soon        |
    Then the care plan comes back to social-worker saying "Date the care plan was updated is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the care plan with
      | Date the care plan was updated | today |
    Then everything is over
