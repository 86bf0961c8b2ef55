Feature: Notice of a significant change

  Scenario: The reviewing officer is told, and who waits for it hears of it
    Given the pathway notice-of-change is at the notice of a significant change
    When the pathway notice-of-change is asked for once more
    Then the record says start-refused 1 time
    When social-worker submits the notice of a significant change
    Then everything is over
    And the record says event-announced 1 time, with
      | event | significant-change |

  Scenario: A significant change is asked for by message
    Given a child
    When the pathway notice-of-change is asked for by message
    And social-worker submits the notice of a significant change
    Then everything is over

  Scenario: Notice of a significant change is withdrawn
    Given the pathway notice-of-change is at the notice of a significant change
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A mistyped reference opens no notice
    Given a child
    When social-worker starts notice-of-change in Tasklist with the reference in capitals
    Then social-worker is told "is not registered (did you mean"
    And notice-of-change is not open for the reference in capitals
