Feature: Brothers and sisters
  One decision and one meeting for several: each has a record, an outcome and a next date of their own, and a
  form that was written for one waits as a copy for the others.

  Scenario: Two sisters and a brother enter care together, and he leaves the group at the first review
    Given Ada, Bea and Carl are brothers and sisters
    When the pathway looked-after is asked for by message
    And social-worker submits the decision to seek accommodation also for Bea, Carl
    Then the record says copy-offered 1 time
    When the case goes on to the CLA chairs monitoring form
    And it is about Bea
    Then the decision to seek accommodation holds a copy of Ada's, with
      | Main category of need  | Abuse or neglect (N1) |
    And it leaves out "The child's wishes and feelings"
    When social-worker submits the decision to seek accommodation as copied
    And the case goes on to the CLA chairs monitoring form
    And it is about Carl
    And social-worker submits the decision to seek accommodation as copied
    And the case goes on to the CLA chairs monitoring form
    And it is about Ada
    And iro submits the CLA chairs monitoring form also for Bea, Carl with
      | What becomes of the child? | The child remains looked after |
      | Date of the next review    | in two months                  |
      | Next actions               | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    And it is about Bea
    Then the CLA chairs monitoring form holds a copy of Ada's, with
      | Date of the next review    | in two months |
    And it leaves out "What becomes of the child?"
    When iro submits the CLA chairs monitoring form as copied with
      | What becomes of the child? | The child remains looked after |
      | Next actions               | Start 2nd CLA review (Send to IRO); Social worker's report for subsequent CLA review (Send to SW); Child's care plan (Send to SW) |
    And it is about Carl
    And iro submits the CLA chairs monitoring form as copied with
      | What becomes of the child? | The child steps down to child in need |
      | Date of the next review    | |
    And iro submits the discharge from care
    And Carl leaves the group
    And it is about Ada
    And social-worker submits the child's care plan also for Bea, Carl
    Then the record says copy-offered 1 time, with
      | form    | childs-care-plan |
      | leftOut | 1                |
    When it is about Bea
    Then the child's care plan holds a copy of Ada's, with
      | Time with family and friends | |

  Scenario: Who has left the group meanwhile is offered nothing
    Given Ada, Bea and Carl are brothers and sisters
    When the pathway looked-after is asked for by message
    Then social-worker is asked for the decision to seek accommodation
    When Carl leaves the group
    And social-worker submits the decision to seek accommodation also for Carl
    Then the record says copy-offered 1 time, with
      | leftOut | 1 |
