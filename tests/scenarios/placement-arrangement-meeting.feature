Feature: Placement arrangement meeting

  Scenario: The placement plan is checked, authorised and closed
    Given a child is at the workstep placement-arrangement-meeting
    When social-worker submits the placement plan with
      | Who took part |  |
    Then the placement plan comes back to social-worker saying "Not complete: 1. The meeting."
    When social-worker submits the placement plan with
      | Who took part | The child and the carers. |
      | Next actions  |                           |
    Then the placement plan comes back to social-worker saying "Add the next action Record of Life Story."
    When social-worker submits the placement plan with
      | Next actions | Record of Life Story |
    And team-manager returns the request for authorisation with the comments "Who consents to treatment?"
    Then the placement plan comes back to social-worker saying "Who consents to treatment?"
    When social-worker submits the placement plan
    And team-manager submits the request for authorisation
    Then everything is over
    And the record says next-action-chosen 1 time, with
      | label | Record of Life Story |

  Scenario: Placement arrangement meeting is closed early
    Given a child is at the workstep placement-arrangement-meeting
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
