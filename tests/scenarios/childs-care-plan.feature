Feature: Child's care plan
  The social worker brings the plan up to date, the team manager authorises it, business support distributes it to the child.

  Scenario: The care plan is authorised and distributed
    Given a child is at the workstep childs-care-plan
    When social-worker submits the child's care plan with
      | The child's views, wishes and feelings |  |
    Then the child's care plan comes back to social-worker saying "Not complete: 3. Family, friends and wishes."
    When social-worker submits the child's care plan with
      | The child's views, wishes and feelings | To see more of a cousin. |
      | Date of this plan    | soon                     |
    Then the child's care plan comes back to social-worker saying "Date of this plan is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the child's care plan with
      | Date of this plan | today |
    And team-manager returns the request for authorisation with the comments "Who takes the child to the dentist?"
    Then the child's care plan comes back to social-worker saying "Who takes the child to the dentist?"
    When social-worker submits the child's care plan
    And team-manager submits the request for authorisation
    Then business-support is asked for the notification
    And everything is over
    And the record keeps 2 child's care plan

  Scenario: A care plan before a review is due by that review
    Given a child is at the workstep childs-care-plan, with
      | reviewDate | 2027-06-14 |
    When social-worker submits the child's care plan
    And team-manager submits the request for authorisation
    Then everything is over
    And the record says deadline-set 1 time, with
      | process | childs-care-plan |

  Scenario: The care plan is closed early
    Given a child is at the workstep childs-care-plan
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
