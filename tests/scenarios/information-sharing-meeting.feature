Feature: Information sharing meeting
  The social worker records the meeting about the match and adds the next actions that apply; the manager authorises.

  Scenario: The panel follows
    Given the child's permanence pathway is at the information sharing meeting
    When social-worker submits the information sharing meeting
    Then the request for authorisation is offered to team-manager, practice-supervisor
    And family-finding-manager is not asked for the request for authorisation
    And the open worksteps are information-sharing-meeting
    When team-manager submits the request for authorisation
    Then the open worksteps are panel-and-matching-decision
    And the panel record is offered to qaag

  Scenario: An older teenager goes to the placement directly
    Given the child's permanence pathway is at the information sharing meeting
    When social-worker submits the information sharing meeting with
      | Next actions | SC Permanence Placement |
    Then the information sharing meeting comes back to social-worker saying "the IRO must have ratified the current placement"
    When social-worker submits the information sharing meeting with
      | Next actions                                                   | SC Permanence Placement |
      | The IRO has ratified the current placement of this older teenager | yes                  |
    And team-manager submits the request for authorisation
    Then the open worksteps are permanence-placement
    When social-worker submits the placement record
    Then the pathway ends with "SC Permanence Placement Complete – Child Placed (NFA)"
    And everything is over
    And the record says workstep-opened 0 times, with
      | process | panel-and-matching-decision |

  Scenario: The panel follows when the care plan is updated
    Given the child's permanence pathway is at the information sharing meeting
    When social-worker submits the information sharing meeting with
      | Next actions | SC Child in Care Planning |
    And team-manager submits the request for authorisation
    Then the open worksteps are child-in-care-planning
    And nothing else opens
    When social-worker submits the care plan
    Then the open worksteps are panel-and-matching-decision
    When the case goes on to its end
    Then everything is over

  Scenario: The panel waits for the care plan where both are ticked
    Given the child's permanence pathway is at the information sharing meeting
    When social-worker submits the information sharing meeting with
      | Next actions | SC Permanence Panel and Matching Decision; SC Child in Care Planning |
    And team-manager submits the request for authorisation
    Then the open worksteps are child-in-care-planning
    And nothing else opens
    When social-worker submits the care plan
    Then the open worksteps are panel-and-matching-decision
    And nothing else opens
    When the case goes on to its end
    Then the record says workstep-opened 1 time, with
      | process | panel-and-matching-decision |
    And everything is over

  Scenario: Care plan and placement are open side by side, and Child Placed closes what is open
    Given the child's permanence pathway is at the information sharing meeting
    When social-worker submits the information sharing meeting with
      | Next actions                                                      | SC Child in Care Planning; SC Permanence Placement |
      | The IRO has ratified the current placement of this older teenager | yes                                                |
    And team-manager submits the request for authorisation
    Then the open worksteps are child-in-care-planning, permanence-placement
    When social-worker submits the placement record
    Then the pathway ends with "SC Permanence Placement Complete – Child Placed (NFA)"
    And everything is over
    And the record says workstep-closed 1 time, with
      | process | child-in-care-planning |
      | outcome | closed-early           |

  Scenario: The care plan may be finished before the placement
    Given the child's permanence pathway is at the information sharing meeting
    When social-worker submits the information sharing meeting with
      | Next actions                                                      | SC Child in Care Planning; SC Permanence Placement |
      | The IRO has ratified the current placement of this older teenager | yes                                                |
    And team-manager submits the request for authorisation
    And social-worker submits the care plan
    Then the open worksteps are permanence-placement
    And nothing else opens
    When social-worker submits the placement record
    Then everything is over

  Scenario: The meeting is checked
    Given a child is at the workstep information-sharing-meeting
    When social-worker submits the information sharing meeting with
      | Next actions | SC Permanence Panel and Matching Decision; SC Permanence Placement |
      | The IRO has ratified the current placement of this older teenager | yes |
    Then the information sharing meeting comes back to social-worker saying "exclude each other"
    And the information sharing meeting is assigned to social-worker
    When social-worker submits the information sharing meeting with
      | Next actions |  |
    Then the information sharing meeting comes back to social-worker saying "Add the next actions that apply"
    When social-worker submits the information sharing meeting with
      | Date of the meeting | tomorrow |
    Then the information sharing meeting comes back to social-worker saying "Date of the meeting is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the information sharing meeting with
      | What was shared and discussed |  |
    Then the information sharing meeting comes back to social-worker saying "Not complete: 1. Information Sharing Meeting."
    And the record says form-submitted 0 times, with
      | form | information-sharing-meeting |

  Scenario: The manager returns the meeting
    Given permanence has been agreed for a child, with
      | teamManager | team-manager-2 |
    When the case goes on to the information sharing meeting
    And social-worker submits the information sharing meeting
    Then the request for authorisation is assigned to team-manager-2
    When team-manager-2 returns the request for authorisation with the comments "What did the child say?"
    Then the information sharing meeting comes back to social-worker saying "What did the child say?"
    And no request for authorisation is open
    When social-worker submits the information sharing meeting with
      | The child's view | Happy about it. |
    Then the request for authorisation opens with
      | Your answer |  |
      | Comments    |  |
    When team-manager-2 submits the request for authorisation
    Then the open worksteps are panel-and-matching-decision
    And the record says next-action-chosen 1 time, with
      | process | information-sharing-meeting |
