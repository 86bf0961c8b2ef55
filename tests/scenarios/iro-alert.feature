Feature: IRO alert
  The reviewing officer raises a concern about practice, or a dispute, with the level of management that fits.

  Scenario: The team manager does not accept it, the service manager acts, late
    Given a child is at the workstep iro-alert
    When iro submits the IRO alert with
      | The concern |  |
    Then the IRO alert comes back to iro saying "Not complete: 1. The alert."
    When iro submits the IRO alert with
      | The concern | No visit for nine weeks. |
    Then the answer to the IRO alert is offered to team-manager
    When team-manager returns the answer to the IRO alert with the comments "There was a visit in May."
    Then the IRO alert comes back to iro saying "There was a visit in May."
    When iro submits the IRO alert with
      | Who is to answer | Service manager |
    Then the answer to the IRO alert is offered to service-manager
    When service-manager is late with the answer to the IRO alert
    Then head-of-service hears "overdue, Answer the IRO alert" with "has not been finished in time"
    When service-manager submits the answer to the IRO alert with
      | What is done, by whom and until when |  |
    Then the answer to the IRO alert comes back to service-manager saying "Before you accept the alert, fill in"
    When service-manager is late with the answer to the IRO alert
    When service-manager submits the answer to the IRO alert with
      | What is done, by whom and until when | A visit this week, by the social worker. |
    Then everything is over
    And the record keeps 2 IRO alert
    And the record says escalated 1 time, with
      | rule | HOUSE-04 |

  Scenario: The alert is closed early
    Given a child is at the workstep iro-alert
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
