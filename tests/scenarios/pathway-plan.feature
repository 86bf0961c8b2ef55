Feature: Pathway plan
  The plan and the report for its review are one form; the review authorises it, one instance a cycle.

  Scenario: Pathway plan is checked, recorded and closed
    Given a child is at the workstep pathway-plan
    When personal-adviser submits the pathway plan with
      | Views, wishes and feelings |  |
    Then the pathway plan comes back to personal-adviser saying "Not complete: 1. The young person."
    When personal-adviser submits the pathway plan with
      | Views, wishes and feelings | An invented answer. |
      | Written with the young person on | soon |
    Then the pathway plan comes back to personal-adviser saying "Written with the young person on is no date: use YYYY-MM-DD, years 1900 to 2100."
    When personal-adviser submits the pathway plan with
      | Written with the young person on | today |
    And iro returns the request for authorisation with the comments "Say more of money."
    Then the pathway plan comes back to personal-adviser saying "Say more of money."
    When personal-adviser submits the pathway plan
    And iro submits the request for authorisation
    Then everything is over
    And the record keeps 2 pathway plans

  Scenario: Pathway plan is closed early
    Given a child is at the workstep pathway-plan
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
