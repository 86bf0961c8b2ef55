Feature: Duties in care
  Small things that have a form of their own: what is asked, what comes back, and what an answer brings about.

  Scenario: A personal education plan in Wokingham, and a visit that raises a safeguarding concern
    Given a child
    When the pathway looked-after is asked for by message
      | authority | wokingham |
    And social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    And social-worker submits the explanation of rights with
      | The child was told about | Advocacy |
    Then the explanation of rights comes back to social-worker saying "Tell the child about all three"
    When social-worker submits the personal education plan with
      | How the pupil premium is used | For a reading tutor. |
    Then the record says duty-closed 1 time, with
      | outcome | done |
    And the record keeps the personal education plan with
      | How the pupil premium is used | For a reading tutor. |
    When social-worker submits the visit with
      | Visited on                      | today |
      | Was the child seen?             | Yes   |
      | Was the child seen alone?       | Yes   |
      | Was the bedroom seen?           | Yes   |
      | Is there a safeguarding concern? | Yes   |
    Then the record says event-announced 1 time, with
      | event | safeguarding-concern-raised |
    And the record says deadline-set 1 time, with
      | deadline | risk-assessment |
    When team-manager submits the threshold decision with
      | Is a multi-agency strategy meeting or discussion needed? | Yes |
    Then the record says event-announced 1 time, with
      | event | strategy-discussion-needed |
    When the case is withdrawn because of "other"
    Then everything is over

  Scenario: A recommendation is tracked in York until it is settled
    Given a child
    When the pathway looked-after is asked for by message
      | authority | york |
    And social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    And iro submits the CLA chairs monitoring form with
      | Was a tracked recommendation issued?      | Yes                                                  |
      | What becomes of the child?                | End of workflow: change of placement, or care leaver |
      | Does the young person leave care with it? | No, a change of placement                            |
      | Next actions                              | End workflow (Change of placement / Care leaver)     |
    And iro submits the letter to the child
    And team-manager submits the answer to the review's decisions with
      | Answered on | today                     |
      | Your answer | I dissent                 |
      | Comments    | The move comes too early. |
    Then the record says duties-set 1 time, with
      | event  | review-decisions-dissented |
      | duties | dispute-resolution         |
    When iro submits the tracked recommendations
    Then the record says duties-set 1 time, with
      | event | recommendations-tracked |
    When iro submits the settling of the tracked recommendations with
      | What this means for the child |  |
    Then the settling of the tracked recommendations comes back to iro saying "Not complete: 1. How they were settled."
    When iro submits the settling of the tracked recommendations with
      | How were they settled?        | Not met                     |
      | What this means for the child | The move waits for a school. |
    Then the record says event-announced 1 time, with
      | event | recommendations-not-met |
    When the case is withdrawn because of "other"
    Then everything is over

  Scenario: A midway review in Camden is not needed
    Given a child
    When the pathway looked-after is asked for by message
      | authority | camden |
    And social-worker submits the decision to seek accommodation
    And team-manager submits the request for authorisation
    And social-worker submits the request for placement and matching
    And resources-team submits the referral to Resources
    And social-worker submits the check of paper records
    And iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after |
      | Date of the next review    | in two months                  |
      | Next actions               | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    And iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after |
      | Date of the next review    | in two months                  |
      | Next actions               | Start subsequent CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    And iro submits the midway review with
      | Not held, or not needed, because | Nothing has changed. |
    Then the record says duties-set 1 time, with
      | event | in-care |
    And the record says duty-closed 1 time, with
      | duty    | midway-review |
      | outcome | not-done      |
    When the case is withdrawn because of "other"
    Then everything is over
