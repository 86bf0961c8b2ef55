Feature: «title»

  Scenario: «title» from its start to its end, once at a time
    Given the pathway «name» is at the «called»
    When the pathway «name» is asked for once more
    Then the record says start-refused 1 time
    When «role» submits the «called»
    Then everything is over

  Scenario: «title» is withdrawn
    Given the pathway «name» is at the «called»
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
