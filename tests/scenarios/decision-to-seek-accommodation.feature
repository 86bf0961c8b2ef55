Feature: Decision to seek accommodation
  The social worker writes the decision, the team manager approves the referral, Resources finishes with the placement.

  Scenario: The decision is checked, approved, placed and closed
    Given a child is at the workstep decision-to-seek-accommodation
    When social-worker submits the decision to seek accommodation with
      | The child's wishes and feelings |  |
    Then the decision to seek accommodation comes back to social-worker saying "Not complete: 2. The child and the family."
    When social-worker submits the decision to seek accommodation with
      | The child's wishes and feelings | Wants to stay near school. |
      | Accommodation is needed from    | soon                       |
    Then the decision to seek accommodation comes back to social-worker saying "Accommodation is needed from is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the decision to seek accommodation with
      | Accommodation is needed from                | today |
      | Agreement to accommodation under section 20 |       |
    Then the decision to seek accommodation comes back to social-worker saying "Accommodation under section 20 needs an agreement: say who agreed, when and how."
    When social-worker submits the decision to seek accommodation with
      | Next actions | Placement Arrangement Meeting (CSSW); Social worker's report 1st CLA Review (CS); First CLA review (CS) |
    Then the decision to seek accommodation comes back to social-worker saying "Add the next action Health assessment (CSSW), or say that one was held in the last three months."
    When social-worker submits the decision to seek accommodation with
      | Next actions | Health assessment (CSSW); Placement Arrangement Meeting (CSSW); Social worker's report 1st CLA Review (CS); First CLA review (CS) |
    Then the request for authorisation is offered to team-manager, practice-supervisor
    When team-manager returns the request for authorisation with the comments "Say more of the family."
    Then the decision to seek accommodation comes back to social-worker saying "Say more of the family."
    When social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching with
      | Where | Near the school. |
    Then the referral to Resources is offered to resources-team
    When resources-team submits the referral to Resources with
      | Type of placement |  |
    Then the referral to Resources comes back to resources-team saying "Complete the placement found. Not complete: Type of placement."
    When resources-team returns the referral to Resources with the comments "Nobody is free near the school."
    Then the request for placement and matching opens with
      | Where | Near the school. |
    When social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    Then everything is over
    And the record keeps 2 decision to seek accommodation
    And the record keeps 2 request for placement and matchings

  Scenario: Accommodation is no longer needed
    Given a child is at the workstep decision-to-seek-accommodation
    When social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker returns the request for placement and matching with the comments "A grandmother takes the child in."
    Then everything is over
    And the record says next-action-chosen 0 times

  Scenario: An escalation posted at the decision sends nothing early
    Given a child is at the workstep decision-to-seek-accommodation
    When social-worker posts the escalation health-assessment-sent-early at the decision to seek accommodation
    Then nothing else opens

  Scenario: Decision to seek accommodation is closed early
    Given a child is at the workstep decision-to-seek-accommodation
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
