Feature: Change of placement

  Scenario: A move is noted and told, once at a time
    Given the pathway change-of-placement is at the request for placement change
    When the pathway change-of-placement is asked for once more
    Then the record says start-refused 1 time
    When social-worker submits the request for placement change
    Then everything is over
    And the record says episode-noted 1 time, with
      | kind  | placement |
      | value | U6        |
    And the record says event-announced 1 time, with
      | event | placement-changed |

  Scenario: A connected person is temporarily approved, and approved later
    Given a child
    When the pathway change-of-placement is asked for by message
    And social-worker submits the request for placement change with
      | Type of placement | Relative or friend, temporarily approved under regulation 24 (U3) |
    Then the request for placement change comes back to social-worker saying "Temporarily approved under regulation 24: say when, and by whom"
    When social-worker submits the request for placement change with
      | Type of placement      | Relative or friend, temporarily approved under regulation 24 (U3) |
      | In this placement from | ten days ago                                                      |
      | Approved on            | ten days ago                                                      |
      | Approved by            | A nominated officer                                               |
    Then everything is over
    And the record says event-announced 1 time, with
      | event | temporary-approval-given |
    When the pathway change-of-placement is asked for by message
    And social-worker submits the request for placement change with
      | Reason for the change | Same carers: only the status of the placement changes (PLACE) |
      | Type of placement     | Relative or friend, not long term (U3)                        |
    Then everything is over
    And the record says event-announced 1 time, with
      | event | placement-changed |
    And the record says episode-noted 2 times, with
      | kind | placement |

  Scenario: Change of placement is withdrawn
    Given the pathway change-of-placement is at the request for placement change
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A mistyped reference opens no change of placement
    Given a child
    When social-worker starts change-of-placement in Tasklist with the reference in capitals
    Then social-worker is told "is not registered (did you mean"
    And change-of-placement is not open for the reference in capitals
