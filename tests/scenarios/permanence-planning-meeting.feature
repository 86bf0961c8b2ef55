Feature: Permanency planning meetings
  From what calls for a meeting to the plan, and to the next meeting until permanence is achieved.

  Scenario: Circumstances that no table knows call for no meeting
    Given the pathway permanence-planning-meeting is at the request for a permanency planning meeting
    When the pathway permanence-planning-meeting is asked for once more
    Then the record says start-refused 1 time
    When social-worker submits the request for a permanency planning meeting with
      | What calls for it | Circumstances of the child, case by case |
    Then everything is over

  Scenario: A plan of adoption is signed, and the agency chairs the next meeting, which decides on long-term fostering
    Given the pathway permanence-planning-meeting is at the request for a permanency planning meeting
    When social-worker submits the request for a permanency planning meeting with
      | What calls for it               | Circumstances of the child, case by case |
      | Circumstances                   | Another circumstance, described below    |
      | Is adoption one of the options? | Yes |
    And service-manager submits the permanency planning template with
      | The permanence plan                | Placement for adoption |
      | Is the plan of adoption confirmed? | Yes: it goes to the agency decision maker to sign |
      | Next meeting on                    | in two months |
    And agency-decision-maker submits the request for authorisation
    Then the permanency planning template is offered to adoption-agency
    When adoption-agency submits the permanency planning template with
      | The permanence plan | Long-term fostering |
      | Next meeting on     |                     |
    Then the record says pathway-asked 1 time, with
      | pathway | permanence |

  Scenario: Another part of the work asks for it by message, and it is withdrawn with the meeting planned
    Given a child
    When the pathway permanence-planning-meeting is asked for by message
    And social-worker submits the request for a permanency planning meeting
    Then the permanency planning template is offered to service-manager
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A mistyped reference opens no meeting
    Given a child
    When social-worker starts permanence-planning-meeting in Tasklist with the reference in capitals
    Then social-worker is told "is not registered (did you mean"
    And permanence-planning-meeting is not open for the reference in capitals
