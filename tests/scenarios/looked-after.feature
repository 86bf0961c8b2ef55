Feature: Looked after
  The pathway of a child looked after, from the decision to seek accommodation to the discharge.

  Scenario: A child enters care, remains looked after at the first review and is discharged at the second
    Given the pathway looked-after is at the decision to seek accommodation
    When the pathway looked-after is asked for once more
    Then the record says start-refused 1 time
    When social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    Then the record says event-announced 1 time, with
      | event | became-looked-after |
    When social-worker submits the initial health assessment
    And lac-health-team submits the health team's answer
    And social-worker submits the placement plan
    And team-manager submits the request for authorisation
    And social-worker submits the invite list
    And social-worker submits the social worker's report for CLA review
    And team-manager submits the request for authorisation
    And iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after |
      | Date of the next review    | in two months                  |
      | Next actions               | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW); IRO Alert; Repeat Assessment |
    And iro submits the IRO alert
    And team-manager submits the answer to the IRO alert
    And social-worker submits the repeat assessment
    And social-worker submits the child's care plan
    And team-manager submits the request for authorisation
    And social-worker submits the invite list
    And social-worker submits the social worker's report for CLA review
    And team-manager submits the request for authorisation
    And iro submits the CLA chairs monitoring form
    And iro submits the discharge from care
    Then the record says duties-set 1 time, with
      | event | ceased-to-be-looked-after |
    When business-support submits the duty
    And business-support submits the duty
    Then everything is over
    And the record says event-announced 1 time, with
      | event | ceased-to-be-looked-after |
    And the record says event-announced 1 time, with
      | event | initial-cin-review-meeting |
    And the record says episode-noted 2 times, with
      | kind | period-of-care |
    And the record says deadline-met 2 times

  Scenario: Accommodation turns out not to be needed
    Given the pathway looked-after is at the decision to seek accommodation
    When social-worker submits the decision to seek accommodation with
      | Sent early | Health assessment (CSSW); Placement Arrangement Meeting (CSSW) |
    And team-manager submits the request for authorisation
    Then the open worksteps are decision-to-seek-accommodation, health-assessment, placement-arrangement-meeting
    When social-worker returns the request for placement and matching with the comments "A grandmother takes the child in."
    Then everything is over
    And the record says episode-noted 0 times

  Scenario: What was sent early is not opened again
    Given a child
    When the pathway looked-after is asked for by message
    And social-worker submits the decision to seek accommodation with
      | Sent early | Health assessment (CSSW); Placement Arrangement Meeting (CSSW) |
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    And iro takes the CLA chairs monitoring form
    Then the record says workstep-opened 1 time, with
      | process | health-assessment |
    And the record says workstep-opened 1 time, with
      | process | placement-arrangement-meeting |
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A young person turns 18
    Given the pathway looked-after is at the decision to seek accommodation
    When social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    And iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The young person turns 18 |
      | Next actions               | Initial under 18 Pathway Plan Review (Send to IRO); SW report for initial under 18 pathway plan review (Send to SW); Child's care plan (Send to SW) |
    And social-worker submits the child's care plan
    Then the record says event-announced 1 time, with
      | event | pathway-plan-review |
    And the record says pathway-asked 1 time, with
      | pathway | care-leaver |
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"

  Scenario: A review agrees permanence for a child who came with the family
    Given the pathway looked-after is at the decision to seek accommodation
    When social-worker submits the decision to seek accommodation with
      | Did the child come to the country alone and ask for asylum? | No |
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    And iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after |
      | Date of the next review    | in two months                  |
      | The review agrees permanence by long-term fostering: its pathway begins | yes |
      | Next actions               | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    Then the record says pathway-asked 1 time, with
      | pathway | permanence |
    And the record says episode-noted 0 times, with
      | kind | unaccompanied |
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"

  Scenario: A review ends the workflow in York, and the health assessment was held before
    Given a child whose date of birth nobody knows
    When the pathway looked-after is asked for by message
      | authority | york |
    And social-worker submits the decision to seek accommodation with
      | A health assessment was held in the last three months | yes |
      | Next actions | Placement Arrangement Meeting (CSSW); Social worker's report 1st CLA Review (CS); First CLA review (CS) |
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    Then the placement plan is due as YORK-013 says
    When iro submits the CLA chairs monitoring form with
      | What becomes of the child?                | End of workflow: change of placement, or care leaver  |
      | Does the young person leave care with it? | Yes, the period of care ends on the day of the review |
      | Next actions                              | End workflow (Change of placement / Care leaver)      |
    Then the record says episode-noted 1 time, with
      | kind | care-review |
    And the record says duties-set 1 time, with
      | event | review-record-received |
    And no initial health assessment is open
    And everything is over
    And the record says event-announced 1 time, with
      | event | ceased-to-be-looked-after |

  Scenario: Care is over at 18, and a care leaver's pathway begins
    Given a young person who turned 18 five days ago
    When the pathway looked-after is asked for by message
      | authority | york |
    And social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources with
      | Looked after from | ten days ago |
      | Placed on         | ten days ago |
    Then the record says pathway-asked 2 times, with
      | pathway | care-leaver |
    And the record says event-announced 1 time, with
      | event | ceased-to-be-looked-after |
    And the record says episode-noted 2 times, with
      | kind | period-of-care |
    And the record says pathway-ended 1 time

  Scenario: What changes while a child is in care sets its duties going, and a move begins the visits anew
    Given a child
    When the pathway looked-after is asked for by message
      | authority | camden |
    And social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources with
      | Looked after from | ten days ago |
      | Placed on         | ten days ago |
    Then the record says duties-set 1 time, with
      | event | in-care |
    And the initial health assessment is due as CAM-113 says
    When social-worker submits the initial health assessment
    Then the health team's answer is due as CAM-113 says
    When the pathway change-of-placement is asked for beside it
    And social-worker submits the request for placement change with
      | Type of placement | Relative or friend, temporarily approved under regulation 24 (U3) |
      | Where it is       | Outside the authority's area (OUT) |
      | Authority in whose area the child lives | An invented borough |
      | Approved on       | today               |
      | Approved by       | A nominated officer |
    Then the record says duties-set 1 time, with
      | event  | placement-changed |
      | duties | tell-host-area    |
    And the record says duties-set 1 time, with
      | duties | tell-host-area |
    And the record says duties-set 1 time, with
      | event | temporary-approval-given |
    And the record says duties-set 2 times, with
      | event | in-care |
    And the record says duty-closed 1 time, with
      | duty | visit |
    When social-worker is late with the duty "See that the connected person is fully approved"
    Then team-manager hears "overdue, See that the connected person is fully approved as a foster carer" with "has not been finished in time"
    When social-worker does the duty "See that the connected person is fully approved"
    Then the record says duty-closed 1 time, with
      | duty    | connected-person-approval |
      | outcome | done                      |
    And the record says escalated 1 time, with
      | rule | ENG-22 |
    When the pathway change-of-legal-status is asked for beside it
    And social-worker submits the change of legal status
    Then the record says duties-set 1 time, with
      | event | legal-status-changed |
    When the pathway notice-of-change is asked for beside it
    And social-worker submits the notice of a significant change
    Then the record says event-announced 1 time, with
      | event | significant-change |
    When the pathway missing-episode is asked for beside it
    And social-worker submits the missing report
    And social-worker submits the return of a missing child
    Then the record says pathway-ended 4 times
    When the pathway missing-episode is asked for beside it
    And social-worker submits the missing report
    And social-worker submits the return of a missing child
    Then the record says duties-set 2 times, with
      | event | returned-from-missing |
    When social-worker submits the return interview
    And social-worker submits the return interview
    And the case is withdrawn because of "other"
    Then everything is over

  Scenario: What changes before a child is in care sets nothing going
    Given the pathway looked-after is at the decision to seek accommodation
    When the pathway notice-of-change is asked for beside it
    And social-worker submits the notice of a significant change
    Then the record says event-announced 1 time, with
      | event | significant-change |
    And the record says duties-set 0 times, with
      | event | significant-change |
    When the case is withdrawn because of "other"
    Then everything is over

  Scenario: Looked after is withdrawn while the care plan and the discharge are open
    Given the pathway looked-after is at the decision to seek accommodation
    When social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    And iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after |
      | Date of the next review    | in two months                  |
      | Next actions               | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    And iro submits the CLA chairs monitoring form
    And iro takes the discharge from care
    And social-worker takes the child's care plan
    And the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: Looked after is withdrawn
    Given the pathway looked-after is at the decision to seek accommodation
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A mistyped reference opens nothing
    Given a child
    When social-worker starts looked-after in Tasklist with the reference in capitals
    Then social-worker is told "is not registered (did you mean"
    And looked-after is not open for the reference in capitals
