Feature: Family finding request
  The social worker refers the child to the family finders; the manager is notified and acknowledges when they can.

  Scenario: The referral goes to the family finders while the notification waits
    Given the child's permanence pathway is at the family finding referral
    When social-worker submits the family finding referral
    Then the open worksteps are family-finding-meeting-review
    And the family finding meeting is offered to family-finder
    And the notification is offered to team-manager, practice-supervisor
    When practice-supervisor submits the notification
    Then the record says notification-acknowledged 1 time, with
      | by | practice-supervisor |
    And no notification is open

  Scenario: The named manager acknowledges, even after the pathway is over
    Given permanence has been agreed for a child, with
      | teamManager | team-manager-2 |
    When the case goes on to the family finding meeting
    Then the notification is assigned to team-manager-2
    And team-manager is not asked for the notification
    When permanence is withdrawn because of "plan-changed"
    Then the pathway ends with "withdrawn: plan-changed"
    When team-manager-2 submits the notification
    Then everything is over
    And the record says notification-acknowledged 1 time

  Scenario: Nobody acknowledges their own notification
    Given two-hats works as social-worker and team-manager
    And the child's permanence pathway is at the family finding referral
    When two-hats submits the family finding referral
    And two-hats submits the notification
    Then the notification goes back to the group, not to two-hats, saying "You sent this notification yourself"
    When team-manager submits the notification
    Then no notification is open
    And the record says notification-acknowledged 1 time

  Scenario: The referral is checked
    Given a child is at the workstep family-finding-request
    When social-worker submits the family finding referral with
      | Why the child is referred |  |
      | Contact plan              |  |
    Then the family finding referral comes back to social-worker saying "Not complete: 1. Reason for the referral, 4. Contact and practical arrangements."
    When social-worker submits the family finding referral with
      | Why the child is referred | A family is needed. |
      | Contact plan              | Weekly.             |
      | A family is needed by     | next summer         |
    Then the family finding referral comes back to social-worker saying "A family is needed by is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the family finding referral with
      | A family is needed by | today |
      | Next actions          |       |
    Then the family finding referral comes back to social-worker saying "Add the next action SC Permanence Family Finding Meeting / Review."
    And no notification is open
    When social-worker submits the family finding referral
    Then 1 notification is open

  Scenario: What a manager was to acknowledge who has gone ends with the withdrawal
    Given gone-away works as team-manager
    And permanence has been agreed for a child, with
      | teamManager | gone-away |
    When the case goes on to the family finding meeting
    Then the notification is assigned to gone-away
    When gone-away leaves the authority
    And permanence is withdrawn because of "plan-changed"
    Then everything is over
    And the record says notification-ended 1 time, with
      | reason | withdrawn: plan-changed |
    And the record says notification-acknowledged 0 times
