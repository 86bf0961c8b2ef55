Feature: Change of legal status

  Scenario: A new legal status is noted and told, once at a time
    Given the pathway change-of-legal-status is at the change of legal status
    When the pathway change-of-legal-status is asked for once more
    Then the record says start-refused 1 time
    When social-worker submits the change of legal status
    Then everything is over
    And the record says episode-noted 1 time, with
      | kind  | legal-status |
      | value | C1           |
    And the record says event-announced 1 time, with
      | event | legal-status-changed |

  Scenario: A change of legal status is asked for by message
    Given a child
    When the pathway change-of-legal-status is asked for by message
    And social-worker submits the change of legal status
    Then everything is over

  Scenario: Change of legal status is withdrawn
    Given the pathway change-of-legal-status is at the change of legal status
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A mistyped reference opens no change of legal status
    Given a child
    When social-worker starts change-of-legal-status in Tasklist with the reference in capitals
    Then social-worker is told "is not registered (did you mean"
    And change-of-legal-status is not open for the reference in capitals
