Feature: Permanency planning meeting
  The chair leads the meeting through its agenda, writes the minutes, and a confirmed plan of adoption is signed.

  Scenario: What is not complete comes back, and a plan of adoption is signed at the second attempt
    Given the pathway permanence-planning-meeting is at the permanency planning template
    When service-manager submits the permanency planning template with
      | Minutes of the meeting | |
    Then the permanency planning template comes back to service-manager saying "Not complete: 6. Minutes."
    When service-manager submits the permanency planning template with
      | Minutes of the meeting            | Everybody was heard.   |
      | The permanence plan               | Placement for adoption |
      | Is the plan of adoption confirmed? | Yes: it goes to the agency decision maker to sign |
    Then the request for authorisation is offered to agency-decision-maker
    When agency-decision-maker returns the request for authorisation with the comments "The medical is missing."
    Then the permanency planning template comes back to service-manager saying "The medical is missing."
    When service-manager submits the permanency planning template with
      | The permanence plan                | Placement for adoption |
      | Is the plan of adoption confirmed? | Yes: it goes to the agency decision maker to sign |
    And agency-decision-maker submits the request for authorisation
    Then everything is over
    And the record keeps 2 permanency planning template
