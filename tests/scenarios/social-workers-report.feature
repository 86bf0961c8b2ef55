Feature: Social worker's report for CLA review
  The invite list comes first, then business support is asked to send the invitations, then the report; the team manager
  authorises it, and the reviewing officer acknowledges that it is complete.

  Scenario: The report for a first review
    Given a child is at the workstep social-workers-report, with
      | reviewNumber | first |
    When social-worker submits the invite list with
      | Does the child want to take part? |  |
    Then the invite list comes back to social-worker saying "Not complete: Invite list."
    When social-worker submits the invite list with
      | Does the child want to take part? | Yes |
    Then business-support is asked for the notification
    And the social worker's report for CLA review is assigned to social-worker
    When social-worker submits the social worker's report for CLA review with
      | Health |  |
    Then the social worker's report for CLA review comes back to social-worker saying "Not complete: 2. How the child is."
    When social-worker submits the social worker's report for CLA review with
      | Health | Well. |
    Then the request for authorisation is offered to team-manager, practice-supervisor
    When team-manager returns the request for authorisation with the comments "What does the school say?"
    Then the social worker's report for CLA review comes back to social-worker saying "What does the school say?"
    When social-worker submits the social worker's report for CLA review
    And team-manager submits the request for authorisation
    Then iro is asked for the notification
    And everything is over
    And the record keeps 1 invite list
    And the record says next-action-chosen 1 time, with
      | process | social-workers-report |

  Scenario: The report for a later review
    Given a child is at the workstep social-workers-report
    When social-worker submits the invite list
    And social-worker submits the social worker's report for CLA review
    And team-manager submits the request for authorisation
    Then everything is over
    And the record keeps 1 social worker's report for CLA review

  Scenario: The report is closed early
    Given a child is at the workstep social-workers-report
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
