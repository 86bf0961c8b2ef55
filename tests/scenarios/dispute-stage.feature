Feature: Stage of a dispute
  The reviewing officer takes a concern up alone, or a manager is asked first; then it is said where it stands.

  Scenario: What is not complete or contradicts comes back, and the concern is resolved informally
    Given the pathway dispute-resolution is at the dispute resolution process (DRP) form
    When iro submits the dispute resolution process (DRP) form with
      | The concern, as it stands now | |
    Then the dispute resolution process (DRP) form comes back to iro saying "Not complete: 1. This stage."
    When iro submits the dispute resolution process (DRP) form with
      | The concern, as it stands now | No visit for nine weeks. |
      | Taken up on                   | soon                     |
    Then the dispute resolution process (DRP) form comes back to iro saying "Taken up on is no date"
    When iro submits the dispute resolution process (DRP) form with
      | Taken up on              | today |
      | Where the dispute stands | Not resolved: take it to the next stage |
      | What is asked of the next manager | |
    Then the dispute resolution process (DRP) form comes back to iro saying "Not complete: 2. Where it stands."
    When iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands                             | Resolved               |
      | How it was resolved, or why it is not taken further  | The visit was in May.  |
    Then everything is over
    And the record keeps 1 dispute resolution process (DRP) form
    And the record says deadline-met 2 times

  Scenario: Whoever has it is reminded, and who is above hears when the time is over
    Given the pathway dispute-resolution is at the dispute resolution process (DRP) form
    When the reminder of the stage is due
    Then the record says reminder-sent 1 time, with
      | rule | HOUSE-21 |
    When the time of the stage is over
    Then the record says escalated 1 time, with
      | rule | HOUSE-21 |
    And iro-manager hears "overdue, Dispute resolution – Stage 1: informal talk" with "Stage 1"
    When iro submits the dispute resolution process (DRP) form with
      | Where the dispute stands                            | Not resolved, and not taken further |
      | How it was resolved, or why it is not taken further | The child does not want it.         |
    Then everything is over

  Scenario: A stage is closed early
    Given the pathway dispute-resolution is at the dispute resolution process (DRP) form
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
