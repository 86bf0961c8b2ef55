Feature: Notice to the IRO

  Scenario: Notice to the IRO is checked, recorded and closed
    Given a child is at the workstep notify-iro
    When social-worker submits the notice of a significant change with
      | What it is, and what it means for the care plan |  |
    Then the notice of a significant change comes back to social-worker saying "Not complete: 1. What has changed."
    When social-worker submits the notice of a significant change with
      | What it is, and what it means for the care plan | An invented text. |
      | Changed, or to change, on                       | soon              |
    Then the notice of a significant change comes back to social-worker saying "Changed, or to change, on is no date: use YYYY-MM-DD, years 1900 to 2100."
    When social-worker submits the notice of a significant change with
      | Changed, or to change, on | today |
    Then everything is over
    And the record keeps 1 notice of a significant change

  Scenario: Notice to the IRO is closed early
    Given a child is at the workstep notify-iro
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
