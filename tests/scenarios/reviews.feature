Feature: Reviews
  What may become of a review and of what follows it: brought forward, moved, adjourned.

  Scenario: A later review is brought forward, and what is before it counts from the new day
    Given a child is at the workstep review-cycle, with
      | authority    | wokingham  |
      | reviewDate   | 2027-06-14 |
      | reviewNumber | second     |
    When iro submits the CLA chairs monitoring form with
      | How did it go?         | Moved to another day |
      | New date of the review | 2027-03-08           |
    Then the record says duties-set 1 time, with
      | plannedFor | 2027-06-14 |
      | from       | 2027-03-08 |
    When iro submits the CLA chairs monitoring form with
      | How did it go? | Held |
    Then everything is over
    And no duty has ended more often than it was planned
    And the record says duties-set 2 times

  Scenario: A review is moved twice, and what was done is not asked for again
    Given a child is at the workstep review-cycle, with
      | authority    | york       |
      | reviewDate   | 2027-06-14 |
      | reviewNumber | first      |
    When admin-officer submits the duty
    And iro submits the CLA chairs monitoring form with
      | How did it go?         | Moved to another day |
      | New date of the review | 2027-07-12           |
    Then the record says duties-set 2 times
    When iro submits the CLA chairs monitoring form with
      | How did it go?         | Moved to another day |
      | New date of the review | 2027-06-28           |
    Then the record says duties-set 1 time, with
      | plannedFor | 2027-07-12 |
      | from       | 2027-06-28 |
    When iro submits the CLA chairs monitoring form with
      | How did it go? | Held |
    Then everything is over
    And no duty has ended more often than it was planned
    And the record says duty-closed 1 time, with
      | outcome | done |
    And the record says duties-set 3 times

  Scenario: A review is adjourned, and completed within its limit
    Given a child is at the workstep review-cycle, with
      | authority    | camden     |
      | reviewDate   | 2027-06-14 |
      | reviewNumber | second     |
    When iro submits the CLA chairs monitoring form with
      | How did it go?         | Begun and adjourned to another day |
      | New date of the review | 2027-07-13                         |
    Then the CLA chairs monitoring form comes back to iro saying "An adjourned review has to be completed by 2027-07-12"
    When iro submits the CLA chairs monitoring form with
      | How did it go?         | Begun and adjourned to another day |
      | New date of the review | 2027-07-05                         |
    Then the record says duties-set 1 time, with
      | from | 2027-07-05 |
    When iro submits the CLA chairs monitoring form with
      | How did it go?         | Moved to another day |
      | New date of the review | 2027-07-13           |
    Then the CLA chairs monitoring form comes back to iro saying "An adjourned review has to be completed by 2027-07-12"
    When iro submits the CLA chairs monitoring form with
      | How did it go? | Held |
    Then everything is over
    And no duty has ended more often than it was planned
    And the record keeps the CLA chairs monitoring form with
      | How did it go? | Held |

  Scenario: A manager answers late and dissents, and the discharge comes in the middle of everything
    Given a child
    When the pathway looked-after is asked for by message
      | authority | york |
    And social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    And iro submits the CLA chairs monitoring form with
      | Was a tracked recommendation issued? | Yes                            |
      | What becomes of the child?           | The child remains looked after |
      | Date of the next review              | in two months                  |
      | Next actions                         | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW); IRO Alert; Repeat Assessment |
    Then the record says duty-closed 1 time, with
      | duty | record-to-social-worker |
    And the record says duty-closed 1 time, with
      | duty | record-to-admin-officer |
    When team-manager is late with the answer to the review's decisions
    Then service-manager hears "overdue, State whether you agree with the decisions; tell reviewing officer and admin officer" with "has not been finished in time"
    When admin-officer does the duty "No answer from the practice manager: send the review record"
    And service-manager does the duty "No answer from the practice manager: endorse the review record"
    And team-manager submits the answer to the review's decisions with
      | Answered on | today                    |
      | Your answer | I dissent                |
      | Comments    | The plan cannot be kept. |
    Then the record says duty-closed 1 time, with
      | duty    | answer-decisions-as-manager |
      | outcome | done                        |
    When iro submits the IRO alert
    And iro submits the CLA chairs monitoring form
    And team-manager submits the answer to the IRO alert
    And iro submits the discharge from care
    Then everything is over
    And no duty has ended more often than it was planned
    And the record says escalated 1 time
    And the record says event-announced 1 time, with
      | event | ceased-to-be-looked-after |
