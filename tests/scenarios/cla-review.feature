Feature: CLA review
  The chair fills in the monitoring form and adds the next actions that belong to what becomes of the child; the chair's report
  follows where the social worker's report is finished; business support distributes.

  Scenario: A child remains looked after, and the chair's report is left out
    Given a child is at the workstep cla-review
    Then the CLA chairs monitoring form is offered to iro
    When iro submits the CLA chairs monitoring form with
      | Current key stage |  |
    Then the CLA chairs monitoring form comes back to iro saying "Not complete: 1. Child's details."
    When iro submits the CLA chairs monitoring form with
      | Current key stage  | Key stage 2 |
      | Date of the review | soon        |
    Then the CLA chairs monitoring form comes back to iro saying "Date of the review is no date: use YYYY-MM-DD, years 1900 to 2100."
    When iro submits the CLA chairs monitoring form with
      | Date of the review         | today                          |
      | What becomes of the child? | The child remains looked after |
      | Next actions               | Child's care plan (Send to SW) |
    Then the CLA chairs monitoring form comes back to iro saying "A child who remains looked after needs these next actions together"
    When iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after                                                                                                                                |
      | Next actions               | Start subsequent CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW); Discharge from Care |
    Then the CLA chairs monitoring form comes back to iro saying "These contradict what becomes of the child"
    When iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after                                                                                                                      |
      | Next actions               | Start subsequent CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW); IRO Alert |
    Then business-support is asked for the notification
    And everything is over
    And the record keeps 1 CLA chairs monitoring form
    And the record keeps no CLA chair's report
    And the record says next-action-chosen 4 times, with
      | process | cla-review |

  Scenario: The next actions are added when both forms are complete
    Given a child is at the workstep cla-review, with
      | reviewNumber | first |
    When iro submits the CLA chairs monitoring form with
      | CLA Chairs report and record of review | Write it next                  |
      | What becomes of the child?             | The child remains looked after |
      | Next actions                           |                                |
    Then the CLA chair's report is assigned to iro
    And the record says next-action-chosen 0 times
    When iro submits the CLA chair's report with
      | What was discussed |  |
    Then the CLA chair's report comes back to iro saying "Not complete: 4. Record of meeting."
    When iro submits the CLA chair's report with
      | What was discussed | School, and the summer. |
    And iro submits the CLA chairs monitoring form with
      | CLA Chairs report and record of review | Write it next                                                                                                                            |
      | What becomes of the child?             | The child remains looked after                                                                                                           |
      | Next actions                           | Start subsequent CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    Then the CLA chairs monitoring form comes back to iro saying "These belong to later reviews"
    When iro submits the CLA chairs monitoring form with
      | CLA Chairs report and record of review | Write it next                                                                                                                     |
      | What becomes of the child?             | The child remains looked after                                                                                                    |
      | Next actions                           | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    Then everything is over
    And the record keeps 1 CLA chair's report
    And the record keeps 2 CLA chairs monitoring form
    And the record says next-action-chosen 3 times

  Scenario: A review is moved, and nothing opens
    Given a child is at the workstep cla-review
    When iro submits the CLA chairs monitoring form with
      | How did it go?         | Moved to another day |
      | New date of the review |                      |
    Then the CLA chairs monitoring form comes back to iro saying "Not complete: 2. Review details."
    When iro submits the CLA chairs monitoring form with
      | How did it go?                | Moved to another day |
      | New date of the review        | today                |
      | Why it was moved or adjourned | The child was ill.   |
    Then everything is over
    And the record says next-action-chosen 0 times
    And the record says request-sent 0 times

  Scenario: The next review is refused where it is later than the law allows
    Given a child is at the workstep cla-review, with
      | reviewNumber | first |
    When iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after |
      | Date of the next review    | in four months                 |
    Then the CLA chairs monitoring form comes back to iro saying "The law wants the next review held by"
    When iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The child remains looked after |
      | Date of the next review    | in thirty years                |
    Then the CLA chairs monitoring form comes back to iro saying "Bank holidays are known until"
    When the case is withdrawn because of "other"
    Then everything is over

  Scenario: A child steps down to child in need
    Given a child is at the workstep cla-review
    When iro submits the CLA chairs monitoring form with
      | Next actions | Discharge from Care; Initial CIN Review Meeting |
    Then the CLA chairs monitoring form comes back to iro saying "A child who steps down to child in need needs these next actions together"
    When iro submits the CLA chairs monitoring form with
      | Next actions | Discharge from Care; Initial CIN Review Meeting; Child in need visit (CSSW) |
    Then everything is over
    And the record says next-action-chosen 3 times

  Scenario: A young person turns 18
    Given a child is at the workstep cla-review
    When iro submits the CLA chairs monitoring form with
      | What becomes of the child? | The young person turns 18                                                                                                                                                                                                   |
      | Next actions               | Initial under 18 Pathway Plan Review (Send to IRO); SW report for initial under 18 pathway plan review (Send to SW); Child's care plan (Send to SW); Pathway needs assessment; Refer to Leaving Care; SDQ assessment (CSSW) |
    Then everything is over
    And the record says next-action-chosen 6 times

  Scenario: CLA review is closed early
    Given a child is at the workstep cla-review
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
