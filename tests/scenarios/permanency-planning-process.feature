Feature: Permanency planning
  The social worker writes the child's permanence report, the manager authorises it, QAAG confirms its quality and so finishes the step.

  Scenario: The report goes to the manager, to QAAG and on to the decision maker
    Given permanence has been agreed for a child
    Then the permanence report is offered to social-worker
    When social-worker submits the permanence report
    Then the manager's authorisation is offered to team-manager, practice-supervisor
    And no confirmation of quality is open
    When practice-supervisor submits the manager's authorisation
    Then the confirmation of quality is offered to qaag
    When qaag submits the confirmation of quality
    Then the record of the QA meeting is offered to qaag
    And the open worksteps are adm-permanence-decision
    And the record says next-action-chosen 1 time, with
      | by | practice-supervisor |

  Scenario: An incomplete report comes back with what is missing
    Given permanence has been agreed for a child
    When social-worker submits the permanence report with
      | Ethnicity            |  |
      | Health: history, present state and needs | |
    Then the permanence report comes back to social-worker saying "Not complete: 2. Identity, culture and religion, 8. Health."
    And social-worker-2 is not asked for the permanence report
    When social-worker submits the permanence report with
      | Health: history, present state and needs | Well. |
      | Ethnicity           | White British (WBRI) |
      | Date of this report | soon          |
    Then the permanence report comes back to social-worker saying "is no date: use YYYY-MM-DD, years 1900 to 2100. Please correct: Date of this report."
    And the record says form-submitted 0 times
    When social-worker submits the permanence report with
      | Date of this report | today |
    Then team-manager is asked for the manager's authorisation
    And the record says form-submitted 1 time

  Scenario: A text that the engine cannot hold leaves the open report as it was
    Given permanence has been agreed for a child
    Then the engine refuses that social-worker submits the permanence report with
      | Describe the child | 4001 characters |
    And the record says form-submitted 0 times

  Scenario: The manager whom the social worker picks is asked, whoever was named at the start
    Given permanence has been agreed for a child, with
      | socialWorker | social-worker-2 |
      | teamManager  | team-manager    |
    Then the permanence report is assigned to social-worker-2
    And social-worker is not asked for the permanence report
    When social-worker-2 submits the permanence report with
      | Your practice supervisor or team manager | practice-supervisor-2 |
    Then the manager's authorisation is assigned to practice-supervisor-2
    And team-manager is not asked for the manager's authorisation

  Scenario: The manager returns the report, QAAG returns it too, and everything is asked again
    Given the child's permanence pathway is at the permanence report
    When social-worker submits the permanence report with
      | Describe the child | Likes to sing. |
    And team-manager returns the manager's authorisation with the comments "What does the school say?"
    Then the permanence report comes back to social-worker saying "What does the school say?"
    When social-worker submits the permanence report
    Then the manager's authorisation opens with
      | Your answer  |  |
      | Comments     |  |
      | Next actions |  |
    And the manager's authorisation is assigned to team-manager
    And team-manager-2 is not asked for the manager's authorisation
    When team-manager submits the manager's authorisation
    And qaag returns the confirmation of quality with the comments "Section 12 is too short."
    Then the permanence report comes back to social-worker saying "Section 12 is too short."
    And no manager's authorisation is open
    When social-worker submits the permanence report
    And team-manager submits the manager's authorisation
    Then the confirmation of quality opens with
      | Your answer |  |
      | Comments    |  |
    And the confirmation of quality is assigned to qaag
    When qaag submits the confirmation of quality
    Then the open worksteps are adm-permanence-decision
    And the record says request-answered 5 times
    And the record says request-answered 2 times, with
      | decision | returned |
    And the record says next-action-chosen 1 time

  Scenario: The manager's answer is checked
    Given the child's permanence pathway is at the manager's authorisation
    When team-manager submits the manager's authorisation with
      | Your answer |  |
    Then the manager's authorisation comes back to team-manager saying "Choose whether the request is completed (authorised) or returned."
    When team-manager submits the manager's authorisation with
      | Your answer | Returned for more work |
      | Comments    |                        |
    Then the manager's authorisation comes back to team-manager saying "Say in the comments what has to change"
    When team-manager submits the manager's authorisation with
      | Next actions |  |
    Then the manager's authorisation comes back to team-manager saying "Add one next action"
    When team-manager submits the manager's authorisation with
      | Next actions | SC Agency Decision Maker Permanence Decision; SC Permanency Planning No Longer Required (NFA) |
    Then the manager's authorisation comes back to team-manager saying "contradict each other"
    And team-manager-2 is not asked for the manager's authorisation
    And the record says request-answered 0 times
    When team-manager submits the manager's authorisation
    And qaag submits the confirmation of quality with
      | Your answer | Returned for more work |
      | Comments    |                        |
    Then the confirmation of quality comes back to qaag saying "Say in the comments what has to change"

  Scenario: Nobody authorises their own report
    Given two-hats works as social-worker and team-manager
    And permanence has been agreed for a child, with
      | teamManager | two-hats |
    When two-hats submits the permanence report
    Then the manager's authorisation is offered to team-manager, practice-supervisor
    When two-hats submits the manager's authorisation
    Then the manager's authorisation goes back to the group, not to two-hats, saying "You made this request yourself"
    When team-manager submits the manager's authorisation
    Then qaag is asked for the confirmation of quality

  Scenario: Whoever wrote or authorised the report does not confirm its quality
    Given two-hats works as social-worker and qaag
    And permanence has been agreed for a child
    When two-hats submits the permanence report
    And team-manager submits the manager's authorisation
    And two-hats submits the confirmation of quality
    Then the confirmation of quality goes back to the group, not to two-hats, saying "so somebody else has to answer it"
    When qaag submits the confirmation of quality
    Then the open worksteps are adm-permanence-decision

  Scenario: Permanence is no longer required
    Given the child's permanence pathway is at the permanence report
    When social-worker submits the permanence report with
      | Next actions | SC Permanency Planning No Longer Required (NFA) |
    Then the manager's authorisation opens with
      | Next actions |  |
    When team-manager submits the manager's authorisation with
      | Next actions | SC Permanency Planning No Longer Required (NFA) |
    Then the pathway ends with "SC Permanency Planning No Longer Required (NFA)"
    And the record says request-answered 1 time
    And everything is over

  Scenario: The optional requests are acknowledged and hold nothing
    Given permanence has been agreed for a child
    When social-worker submits the permanence report with
      | Further requests                         | CS Allocate worker for parallel planning; CS Please action; CS Request for a panel date |
      | Who should act on "CS Please action"     | personal-adviser                                    |
      | Note                                     | An invented note.                                   |
    Then team-manager is asked for the manager's authorisation
    And 3 notifications are open
    And team-manager is asked for the notification
    And qaag is asked for the notification
    And personal-adviser is asked for the notification
    And social-worker is not asked for the notification
    When team-manager returns the manager's authorisation with the comments "Once more, please."
    And social-worker submits the permanence report
    And team-manager submits the manager's authorisation
    Then qaag is asked for the confirmation of quality
    And 3 notifications are open
    When qaag submits the notification
    And personal-adviser submits the notification
    And team-manager submits the notification
    Then the record says notification-acknowledged 3 times
    And the record says notification-acknowledged 1 time, with
      | by | personal-adviser |
    And no notification is open
