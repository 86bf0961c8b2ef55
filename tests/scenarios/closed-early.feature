Feature: Closed early
  Whatever closes a workstep before it is done, what people have submitted reaches the record.

  Scenario: The decision on the plan was refused by the rules
    Given the child's permanence pathway is at the decision on the plan
    When agency-decision-maker submits the decision on the plan with
      | Reasons for the decision | A refused reason.      |
      | Your answer              | Returned for more work |
    Then the decision on the plan comes back to agency-decision-maker saying "comments"
    When permanence is withdrawn because of "plan-changed"
    Then the pathway ends with "withdrawn: plan-changed"
    And everything is over
    And the record keeps the decision on the plan with
      | Reasons for the decision | A refused reason.      |
      | Decision                 | The permanence plan is agreed |
    And the record keeps 1 record of the QA meeting
    And the record keeps 1 decision on the plan by agency-decision-maker
    And the engine has forgotten what was written

  Scenario: The manager's authorisation was refused by the rules
    Given the child's permanence pathway is at the manager's authorisation
    When team-manager submits the manager's authorisation with
      | Your answer  | Completed – authorised |
      | Comments     | A refused comment.     |
      | Next actions |                        |
    Then the manager's authorisation comes back to team-manager saying "next action"
    When permanence is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
    And the record keeps the manager's authorisation with
      | Your answer | Completed – authorised |
      | Comments    | A refused comment.     |
    And the record keeps 1 permanence report
    And the record keeps 1 manager's authorisation by team-manager
    And the engine has forgotten what was written

  Scenario: The answer to a request for authorisation was refused by the rules
    Given the child's permanence pathway is at the request for authorisation
    When family-finding-manager submits the request for authorisation with
      | Your answer | Returned for more work |
    Then the request for authorisation comes back to family-finding-manager saying "comments"
    When permanence is withdrawn because of "left-care"
    Then the pathway ends with "withdrawn: left-care"
    And everything is over
    And the record keeps the request for authorisation with
      | Your answer | Returned for more work |
    And the record keeps 1 request for authorisation by family-finding-manager
    And the record keeps 1 family finding meeting
    And the engine has forgotten what was written

  Scenario: A second answer to the request was refused by the rules
    Given the child's permanence pathway is at the request for authorisation
    When family-finding-manager returns the request for authorisation with the comments "A first reason."
    And family-finder submits the family finding meeting
    And family-finding-manager submits the request for authorisation with
      | Your answer | Returned for more work |
    Then the request for authorisation comes back to family-finding-manager saying "comments"
    When permanence is withdrawn because of "left-care"
    Then the pathway ends with "withdrawn: left-care"
    And the record keeps 2 requests for authorisation
    And the record keeps 2 family finding meetings

  Scenario: The manager was asked, and has not answered
    Given the child's permanence pathway is at the manager's authorisation
    When permanence is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And the record keeps 1 permanence report
    And the record keeps no manager's authorisation

  Scenario: Nothing was submitted
    Given the child's permanence pathway is at the family finding referral
    When permanence is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And the record keeps no family finding referral
