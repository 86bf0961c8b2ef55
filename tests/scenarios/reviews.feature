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
