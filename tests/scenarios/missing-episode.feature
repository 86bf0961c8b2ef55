Feature: Missing episode

  Scenario: A child goes missing and returns, twice
    Given the pathway missing-episode is at the missing report
    When social-worker submits the missing report with
      | Since | ten days ago |
    Then the record says event-announced 1 time, with
      | event | went-missing |
    When the pathway missing-episode is asked for once more
    Then the record says start-refused 1 time
    When social-worker submits the return of a missing child with
      | Returned on | ten days ago |
    Then everything is over
    When the pathway missing-episode is asked for by message
    And social-worker submits the missing report
    And social-worker submits the return of a missing child
    Then everything is over
    And the record says event-announced 2 times, with
      | event | returned-from-missing |
    And the record says episode-noted 4 times, with
      | kind | missing |

  Scenario: The missing child's pathway is withdrawn before the return
    Given the pathway missing-episode is at the missing report
    When social-worker submits the missing report
    And social-worker takes the return of a missing child
    And the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: Missing episode is withdrawn
    Given the pathway missing-episode is at the missing report
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A mistyped reference opens no missing episode
    Given a child
    When social-worker starts missing-episode in Tasklist with the reference in capitals
    Then social-worker is told "is not registered (did you mean"
    And missing-episode is not open for the reference in capitals
