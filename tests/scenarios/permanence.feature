Feature: Permanence
  The pathway from the review that agrees permanence to the child's placement.

  Scenario: The whole path to Child Placed
    Given permanence has been agreed for a child, with
      | socialWorker         | social-worker          |
      | teamManager          | team-manager           |
      | familyFindingManager | family-finding-manager |
    When social-worker submits the permanence report with
      | Describe the child | Quite a secret. |
    And team-manager returns the manager's authorisation with the comments "A secret comment."
    And social-worker submits the permanence report with
      | Date of this report | soon |
    Then the permanence report comes back to social-worker saying "is no date"
    When social-worker submits the permanence report with
      | Date of this report | today |
    And team-manager submits the manager's authorisation
    And qaag submits the confirmation of quality
    And qaag submits the record of the QA meeting
    And agency-decision-maker submits the decision on the plan
    And social-worker submits the family finding referral
    And team-manager submits the notification
    And a family finding meeting finds no match
    And a family finding meeting finds no match
    And family-finder submits the family finding meeting
    And family-finding-manager submits the request for authorisation
    And social-worker submits the information sharing meeting
    And team-manager submits the request for authorisation
    And qaag submits the panel record
    And agency-decision-maker submits the matching decision
    And social-worker submits the placement record
    Then the pathway ends with "SC Permanence Placement Complete – Child Placed (NFA)"
    And everything is over
    And the chronology without mails is
      | pathway-started    | permanence                    | demo                   |
      | workstep-opened    | permanency-planning-process   |                        |
      | form-submitted     | permanency-planning-process   | social-worker          |
      | request-sent       | permanency-planning-process   | social-worker          |
      | form-submitted     | permanency-planning-process   | team-manager           |
      | request-answered   | permanency-planning-process   | team-manager           |
      | form-submitted     | permanency-planning-process   | social-worker          |
      | request-sent       | permanency-planning-process   | social-worker          |
      | form-submitted     | permanency-planning-process   | team-manager           |
      | request-answered   | permanency-planning-process   | team-manager           |
      | request-sent       | permanency-planning-process   | team-manager           |
      | form-submitted     | permanency-planning-process   | qaag                   |
      | request-answered   | permanency-planning-process   | qaag                   |
      | next-action-chosen | permanency-planning-process   | team-manager           |
      | workstep-closed    | permanency-planning-process   | qaag                   |
      | workstep-opened    | adm-permanence-decision       |                        |
      | form-submitted     | adm-permanence-decision       | qaag                   |
      | request-sent       | adm-permanence-decision       | qaag                   |
      | form-submitted     | adm-permanence-decision       | agency-decision-maker  |
      | request-answered   | adm-permanence-decision       | agency-decision-maker  |
      | next-action-chosen | adm-permanence-decision       | agency-decision-maker  |
      | workstep-closed    | adm-permanence-decision       | agency-decision-maker  |
      | workstep-opened    | family-finding-request        |                        |
      | form-submitted     | family-finding-request        | social-worker          |
      | request-sent       | family-finding-request        | social-worker          |
      | next-action-chosen | family-finding-request        | social-worker          |
      | workstep-closed    | family-finding-request        | social-worker          |
      | notification-acknowledged | family-finding-request  | team-manager           |
      | deadline-set       | permanence                    | homeward               |
      | workstep-opened    | family-finding-meeting-review |                        |
      | form-submitted     | family-finding-meeting-review | family-finder          |
      | request-sent       | family-finding-meeting-review | family-finder          |
      | form-submitted     | family-finding-meeting-review | family-finding-manager |
      | request-answered   | family-finding-meeting-review | family-finding-manager |
      | next-action-chosen | family-finding-meeting-review | family-finder          |
      | workstep-closed    | family-finding-meeting-review | family-finding-manager |
      | workstep-opened    | family-finding-meeting-review |                        |
      | form-submitted     | family-finding-meeting-review | family-finder          |
      | request-sent       | family-finding-meeting-review | family-finder          |
      | form-submitted     | family-finding-meeting-review | family-finding-manager |
      | request-answered   | family-finding-meeting-review | family-finding-manager |
      | next-action-chosen | family-finding-meeting-review | family-finder          |
      | workstep-closed    | family-finding-meeting-review | family-finding-manager |
      | workstep-opened    | family-finding-meeting-review |                        |
      | form-submitted     | family-finding-meeting-review | family-finder          |
      | request-sent       | family-finding-meeting-review | family-finder          |
      | form-submitted     | family-finding-meeting-review | family-finding-manager |
      | request-answered   | family-finding-meeting-review | family-finding-manager |
      | next-action-chosen | family-finding-meeting-review | family-finder          |
      | workstep-closed    | family-finding-meeting-review | family-finding-manager |
      | deadline-ended     | permanence                    | homeward               |
      | workstep-opened    | information-sharing-meeting   |                        |
      | form-submitted     | information-sharing-meeting   | social-worker          |
      | request-sent       | information-sharing-meeting   | social-worker          |
      | form-submitted     | information-sharing-meeting   | team-manager           |
      | request-answered   | information-sharing-meeting   | team-manager           |
      | next-action-chosen | information-sharing-meeting   | social-worker          |
      | workstep-closed    | information-sharing-meeting   | team-manager           |
      | workstep-opened    | panel-and-matching-decision   |                        |
      | form-submitted     | panel-and-matching-decision   | qaag                   |
      | request-sent       | panel-and-matching-decision   | qaag                   |
      | form-submitted     | panel-and-matching-decision   | agency-decision-maker  |
      | request-answered   | panel-and-matching-decision   | agency-decision-maker  |
      | next-action-chosen | panel-and-matching-decision   | agency-decision-maker  |
      | workstep-closed    | panel-and-matching-decision   | agency-decision-maker  |
      | workstep-opened    | permanence-placement          |                        |
      | form-submitted     | permanence-placement          | social-worker          |
      | episode-noted      | permanence-placement          | social-worker          |
      | next-action-chosen | permanence-placement          | social-worker          |
      | workstep-closed    | permanence-placement          | social-worker          |
      | pathway-ended      | permanence                    |                        |
    And the mails are
      | Write the report                                          | social-worker |
      | Authorise the report                                      | team-manager |
      | returned to you, Write the report                         | social-worker |
      | Authorise the report                                      | team-manager |
      | authorised, Authorise the report                          | social-worker |
      | Confirm quality of report                                 | qaag, qaag-2 |
      | authorised, Confirm quality of report                     | social-worker, team-manager |
      | Record panel meeting                                      | qaag, qaag-2 |
      | Decide on the plan                                        | agency-decision-maker, agency-decision-maker-2 |
      | decided, Decide on the plan                               | qaag, social-worker, team-manager |
      | Refer child to family finders                             | social-worker |
      | please acknowledge, Please Review and Acknowledge Request | team-manager |
      | Write family finding plan                                 | family-finder, family-finder-2 |
      | Authorise the plan                                        | family-finding-manager |
      | authorised, Authorise the plan                            | family-finder |
      | Write family finding plan                                 | family-finder, family-finder-2 |
      | Authorise the plan                                        | family-finding-manager |
      | authorised, Authorise the plan                            | family-finder |
      | Write family finding plan                                 | family-finder, family-finder-2 |
      | Authorise the plan                                        | family-finding-manager |
      | authorised, Authorise the plan                            | family-finder |
      | Write up meeting                                          | social-worker |
      | Authorise the meeting                                     | team-manager |
      | authorised, Authorise the meeting                         | social-worker |
      | Describe the panel                                        | qaag, qaag-2 |
      | Decide on the match                                       | agency-decision-maker, agency-decision-maker-2 |
      | decided, Decide on the match                              | qaag, social-worker, team-manager |
      | Describe the placement                                    | social-worker |
      | Permanence has ended                                      | team-manager, qaag, agency-decision-maker, family-finder, family-finding-manager, iro, iro-2 |
    And no mail holds what was written
      | secret |
    And the engine has forgotten what was written
    When permanence is agreed for the child anew
    Then the permanence report is offered to social-worker
    And the record says pathway-started 2 times

  Scenario: Who is not named shares the work with the group, and each member is told
    Given permanence has been agreed for a child
    When social-worker-2 submits the permanence report
    Then the manager's authorisation is offered to team-manager, practice-supervisor
    And the mails are
      | Write the report     | social-worker, social-worker-2 |
      | Authorise the report | team-manager, team-manager-2, practice-supervisor, practice-supervisor-2 |

  # How it ended

  Scenario: Whoever is concerned hears that permanence was withdrawn, and why
    Given permanence has been agreed for a child, with
      | teamManager | team-manager |
      | iro         | iro-2        |
    When social-worker-2 submits the permanence report
    And permanence is withdrawn because of "left-care" once the manager's authorisation is open
    Then the pathway ends with "withdrawn: left-care"
    And social-worker-2 hears "Permanence has ended" with "withdrawn: left-care"
    And team-manager hears "Permanence has ended" with "withdrawn: left-care"
    And iro-2 hears "Permanence has ended" with "By: Social Worker"
    And social-worker does not hear "Permanence has ended"

  # Withdrawal

  Scenario Outline: Permanence is withdrawn at the <form>
    Given the child's permanence pathway is at the <form>
    When permanence is withdrawn because of "<reason>"
    Then the pathway ends with "withdrawn: <reason>"
    And everything is over
    And the record says withdrawn 1 time, with
      | reason | <reason>      |
      | by     | social-worker |
    And the record says workstep-closed 1 time, with
      | outcome | closed-early        |
      | reason  | withdrawn: <reason> |

    Examples:
      | form                       | reason       |
      | decision on the plan       | plan-changed |
      | family finding referral    | left-care    |
      | information sharing meeting | turned-18   |
      | panel record               | other        |
      | placement record           | left-care    |

  Scenario: Withdrawn while the report is written and was partly refused, what was written reaches the record
    Given the child's permanence pathway is at the permanence report
    When social-worker submits the permanence report with
      | Ethnicity          |                |
      | Describe the child | Likes to sing. |
    Then the permanence report comes back to social-worker saying "Not complete"
    When permanence is withdrawn because of "plan-changed"
    Then the pathway ends with "withdrawn: plan-changed"
    And everything is over
    And the record keeps the permanence report with
      | Describe the child | Likes to sing. |
    And the engine has forgotten what was written

  Scenario: Withdrawn while meeting and review are open
    Given the child's permanence pathway is at the family finding meeting
    When three months are over
    And the meeting asks for the three-month review as well
    And permanence is withdrawn because of "turned-18"
    Then the pathway ends with "withdrawn: turned-18"
    And everything is over
    And the record says withdrawn 1 time
    And the record says workstep-closed 2 times, with
      | reason | withdrawn: turned-18 |

  Scenario: Withdrawn while a manager is asked
    Given the child's permanence pathway is at the family finding meeting
    When family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | yes |
    Then the open worksteps are family-finding-meeting-review, information-sharing-meeting
    When permanence is withdrawn because of "left-care"
    Then the pathway ends with "withdrawn: left-care"
    And no request for authorisation is open
    And everything is over
    And the engine has forgotten what was written

  Scenario: Withdrawn while the care plan is updated
    Given the child's permanence pathway is at the information sharing meeting
    When social-worker submits the information sharing meeting with
      | Next actions | SC Child in Care Planning |
    And team-manager submits the request for authorisation
    And permanence is withdrawn because of "other" once the care plan is open
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: Withdrawn while the plan is updated
    Given the child's permanence pathway is at the matching decision
    When agency-decision-maker submits the matching decision with
      | Decision              | The match is not agreed                                         |
      | Next actions          | SC Permanence Match Not Agreed (NFA); SC Update Permanence Plan |
      | Reason for the update | The carers have withdrawn                                       |
    And permanence is withdrawn because of "other" once the update of the plan is open
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: Only what is open can be withdrawn
    Given a child
    Then a withdrawal is refused with "has no open permanence pathway"

  # Start

  Scenario: A mistyped reference comes back to who started, and nothing is opened
    Given a child
    When social-worker starts permanence in Tasklist with the reference in capitals
    Then social-worker is told "is not registered (did you mean"
    And permanence is not open for the reference in capitals
    When social-worker starts permanence in Tasklist with the reference
    Then the permanence report is offered to social-worker
    And the record says pathway-started 1 time, with
      | by | social-worker |

  Scenario: A second pathway for the same child is refused, and the first goes on
    Given the child's permanence pathway is at the permanence report
    When permanence is agreed for the child once more
    Then the record says start-refused 1 time
    And the record says pathway-started 1 time
    And `homeward start` is refused with "has an open permanence pathway already"
    And the record says start-refused 2 times
    When social-worker submits the permanence report
    Then team-manager is asked for the manager's authorisation
    And 1 manager's authorisation is open

  Scenario: The child in care review starts the pathway by message
    Given a child
    When the review agrees permanence by message, with
      | authority    | york            |
      | socialWorker | social-worker-2 |
    Then the permanence report is assigned to social-worker-2
    And the record says pathway-started 1 time, with
      | authority    | york            |
      | socialWorker | social-worker-2 |

  Scenario: Somebody is named who does not exist
    Given permanence has been agreed for a child, with
      | socialWorker | nobody-here |
    Then the start fails with "user nobody-here, named as socialWorker, does not exist: create the user or correct the variable socialWorker, then retry"
    When the operator sets socialWorker to social-worker and retries
    Then the permanence report is assigned to social-worker
    And the record says pathway-started 1 time

  Scenario: An authority that is not known
    Given permanence has been agreed for a child, with
      | authority | atlantis |
    Then the start fails with "authority atlantis is not known: set the variable authority to camden, wokingham, york, then retry"
    When the operator sets authority to wokingham and retries
    Then the permanence report is offered to social-worker

  Scenario: A child whom nobody has registered
    Given permanence has been agreed for a child whom nobody has registered
    Then the permanence report is offered to social-worker
    And the child is on the record as a stub

  # Allocation

  Scenario: Another social worker takes over while the report is with the manager
    Given permanence has been agreed for a child, with
      | socialWorker | social-worker |
    When social-worker submits the permanence report
    Then team-manager is asked for the manager's authorisation
    When the work of the socialWorker is handed over to social-worker-2
    Then the record says allocated 1 time, with
      | to | social-worker-2 |
    When team-manager returns the manager's authorisation with the comments "Section 3, please."
    Then the permanence report is assigned to social-worker-2
    And social-worker is not asked for the permanence report
    When the case goes on to the family finding referral
    Then the family finding referral is assigned to social-worker-2

  Scenario: Another social worker takes over an open form
    Given permanence has been agreed for a child, with
      | socialWorker | social-worker |
    Then the permanence report is assigned to social-worker
    When the work of the socialWorker is handed over to social-worker-2
    Then the permanence report is assigned to social-worker-2
    And social-worker is not asked for the permanence report
