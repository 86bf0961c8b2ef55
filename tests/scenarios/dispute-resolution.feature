Feature: Dispute resolution
  A concern of the reviewing officer goes from stage to stage until it is settled.

  Scenario: A dispute is taken up two stages, and the service manager resolves it
    Given the pathway dispute-resolution is at the dispute resolution process (DRP) form
    When the pathway dispute-resolution is asked for once more
    Then the record says start-refused 1 time
    When iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands         | Not resolved: take it to the next stage |
      | What is asked of the next manager | A visit this week.                     |
    Then the answer to the challenge is offered to team-manager
    And the record says deadline-set 1 time, with
      | rule | HOUSE-22 |
    And social-worker hears "for your information, Stage 2: formal challenge to the team manager" with "Stage 2"
    When team-manager returns the answer to the challenge with the comments "There was a visit in May."
    And iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands         | Not resolved: take it to the next stage |
      | What is asked of the next manager | A visit this week.                     |
    Then the answer to the challenge is offered to service-manager
    When service-manager submits the answer to the challenge with
      | What is done, by whom and until when |  |
    Then the answer to the challenge comes back to service-manager saying "Before you accept the challenge, fill in"
    When service-manager submits the answer to the challenge with
      | What is done, by whom and until when | A visit on Friday, by the social worker. |
    And iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands                            | Resolved                 |
      | How it was resolved, or why it is not taken further | The visit was on Friday. |
    Then everything is over
    And the record keeps 3 dispute resolution process (DRP) forms
    And the record keeps 2 answer to the challenge
    And the record says deadline-met 4 times

  Scenario: No manager resolves it, and it is referred to CAFCASS
    Given the pathway dispute-resolution is at the dispute resolution process (DRP) form
    When iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands         | Not resolved: take it to the next stage |
      | What is asked of the next manager | A plan for permanence.                 |
    And team-manager returns the answer to the challenge with the comments "It has to wait."
    And iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands         | Not resolved: take it to the next stage |
      | What is asked of the next manager | A plan for permanence.                 |
    And service-manager returns the answer to the challenge with the comments "It has to wait."
    And iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands         | Not resolved: take it to the next stage |
      | What is asked of the next manager | A plan for permanence.                 |
    And the reminder of the dispute is due
    Then the record says reminder-sent 1 time, with
      | rule | ENG-36 |
    When head-of-service returns the answer to the challenge with the comments "It has to wait."
    And iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands         | Not resolved: take it to the next stage |
      | What is asked of the next manager | A plan for permanence.                 |
    And the time of the dispute is over
    Then the record says escalated 1 time, with
      | rule | ENG-36 |
    When iro submits the referral to CAFCASS
    Then everything is over
    And the record keeps 3 answer to the challenge

  Scenario: Another part of the work raises it by message
    Given a child
    When the pathway dispute-resolution is asked for by message
    Then the dispute resolution process (DRP) form is offered to iro

  Scenario: Dispute resolution is withdrawn
    Given the pathway dispute-resolution is at the dispute resolution process (DRP) form
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A mistyped reference opens no dispute
    Given a child
    When iro starts dispute-resolution in Tasklist with the reference in capitals
    Then iro is told "is not registered (did you mean"
    And dispute-resolution is not open for the reference in capitals
