Feature: Looked after

  Scenario: Looked after from its start to its end, once at a time
    Given the pathway looked-after is at the decision to seek accommodation
    When the pathway looked-after is asked for once more
    Then the record says start-refused 1 time
    When social-worker submits the decision to seek accommodation
    Then everything is over

  Scenario: Looked after is withdrawn
    Given the pathway looked-after is at the decision to seek accommodation
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
