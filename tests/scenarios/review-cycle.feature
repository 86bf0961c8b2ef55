Feature: Review cycle
  What each authority has done before a review, and the review itself, which comes back on its new day when it is moved.

  Scenario: A first review is moved and then held
    Given a child is at the workstep review-cycle, with
      | authority    | york       |
      | reviewDate   | 2027-06-14 |
      | reviewNumber | first      |
    When iro submits the CLA chairs monitoring form with
      | How did it go?        | Moved to another day |
      | New date of the review | 2027-07-12          |
    Then the record says duties-set 2 times, with
      | event | before-the-first-review |
    And the record says duties-set 1 time, with
      | plannedFor | 2027-06-14 |
      | from       | 2027-07-12 |
    And the CLA chairs monitoring form is offered to iro
    When iro submits the CLA chairs monitoring form with
      | How did it go?             | Held                           |
      | What becomes of the child? | The child remains looked after |
      | Next actions               | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    Then everything is over
    And the record says episode-noted 1 time, with
      | kind | care-review |

  Scenario: A later review is closed early, with everything before it
    Given a child is at the workstep review-cycle, with
      | authority    | york       |
      | reviewDate   | 2027-06-14 |
      | reviewNumber | second     |
    Then the CLA chairs monitoring form is offered to iro
    And the record says duties-set 1 time, with
      | event | before-a-later-review |
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
    And the record says episode-noted 0 times
