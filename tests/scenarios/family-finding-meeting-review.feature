Feature: Family finding meeting and review
  The family finders meet until a match is found; every three months a review team holds a review beside the meeting.

  Scenario: Meetings go on until a match is found
    Given the child's permanence pathway is at the family finding meeting
    Then the family finding meeting opens with
      | What is this step used for? | Family finding meeting |
    When a family finding meeting finds no match
    And a family finding meeting finds no match
    Then 1 family finding meeting is open
    And the family finding meeting is offered to family-finder
    When family-finder-2 submits the family finding meeting
    Then the request for authorisation is offered to family-finding-manager, practice-supervisor, team-manager
    And the open worksteps are family-finding-meeting-review
    When family-finding-manager submits the request for authorisation
    Then the open worksteps are information-sharing-meeting
    And the record says workstep-opened 3 times, with
      | process | family-finding-meeting-review |
    And the record says request-answered 3 times, with
      | process | family-finding-meeting-review |
    And the record says deadline-ended 1 time

  Scenario: The named family finding manager authorises
    Given permanence has been agreed for a child, with
      | familyFindingManager | family-finding-manager-2 |
      | teamManager          | team-manager             |
    When the case goes on to the family finding meeting
    And family-finder submits the family finding meeting
    Then the request for authorisation is assigned to family-finding-manager-2
    And team-manager is not asked for the request for authorisation
    And family-finding-manager is not asked for the request for authorisation

  Scenario: The manager returns the plan
    Given the child's permanence pathway is at the family finding meeting
    When family-finder submits the family finding meeting
    And family-finding-manager returns the request for authorisation with the comments "Which families?"
    Then the family finding meeting comes back to family-finder saying "Which families?"
    And family-finder-2 is not asked for the family finding meeting
    When family-finder submits the family finding meeting
    Then the request for authorisation opens with
      | Your answer |  |
      | Comments    |  |
    When family-finding-manager submits the request for authorisation
    Then the open worksteps are information-sharing-meeting
    And the record says request-answered 1 time, with
      | decision | returned        |
      | comments | Which families? |

  Scenario: The manager's answer is checked
    Given the child's permanence pathway is at the family finding meeting
    When family-finder submits the family finding meeting
    And family-finding-manager submits the request for authorisation with
      | Your answer |  |
    Then the request for authorisation comes back to family-finding-manager saying "Choose whether the request is completed (authorised) or returned."
    When family-finding-manager submits the request for authorisation with
      | Your answer | Returned for more work |
      | Comments    |                        |
    Then the request for authorisation comes back to family-finding-manager saying "Say in the comments what has to change"
    And team-manager is not asked for the request for authorisation

  Scenario: Nobody authorises their own plan
    Given two-hats works as family-finder and family-finding-manager
    And permanence has been agreed for a child, with
      | familyFindingManager | two-hats |
    When the case goes on to the family finding meeting
    And two-hats submits the family finding meeting
    Then the request for authorisation is offered to family-finding-manager, practice-supervisor, team-manager
    When two-hats submits the request for authorisation
    Then the request for authorisation goes back to the group, not to two-hats, saying "You made this request yourself"
    When practice-supervisor submits the request for authorisation
    Then the open worksteps are information-sharing-meeting

  Scenario: The plan is checked
    Given the child's permanence pathway is at the family finding meeting
    When family-finder submits the family finding meeting with
      | Family finding plan |  |
    Then the family finding meeting comes back to family-finder saying "Not complete: 5. Family Finding Plan."
    When family-finder submits the family finding meeting with
      | Date of the meeting | yesterday |
    Then the family finding meeting comes back to family-finder saying "Date of the meeting is no date: use YYYY-MM-DD, years 1900 to 2100."
    When family-finder submits the family finding meeting with
      | Date of the meeting         | today              |
      | What is this step used for? | Three-month review |
    Then the family finding meeting comes back to family-finder saying "This step was opened as Family finding meeting"
    When family-finder submits the family finding meeting with
      | What is this step used for? | Family finding meeting                        |
      | Next actions                | SC Permanence Family Finding Meeting / Review |
    Then the family finding meeting comes back to family-finder saying "A match has been identified"
    When family-finder submits the family finding meeting with
      | A match has been identified | no |
    Then the family finding meeting comes back to family-finder saying "needs a match"
    When family-finder submits the family finding meeting with
      | A match has been identified | no |
      | Next actions                |    |
    Then the family finding meeting comes back to family-finder saying "No match has been identified"
    When family-finder submits the family finding meeting with
      | A match has been identified                      | no                                            |
      | Next actions                                     | SC Permanence Family Finding Meeting / Review |
      | Send the information sharing meeting immediately | yes                                           |
    Then the family finding meeting comes back to family-finder saying "Only SC Permanence Information Sharing Meeting can be sent immediately"
    And the record says form-submitted 0 times, with
      | form | family-finding-meeting |

  # Sent immediately

  Scenario: The information sharing meeting opens before the manager answers, and only once
    Given the child's permanence pathway is at the family finding meeting
    When family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | yes |
    Then the open worksteps are family-finding-meeting-review, information-sharing-meeting
    And family-finding-manager is asked for the request for authorisation
    When family-finding-manager returns the request for authorisation with the comments "Which families?"
    And family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | yes |
    And family-finding-manager submits the request for authorisation
    Then the open worksteps are information-sharing-meeting
    And nothing else opens
    And the record says workstep-opened 1 time, with
      | process | information-sharing-meeting |
    When the case goes on to its end
    Then everything is over

  Scenario: The information sharing meeting is finished before the match is authorised
    Given the child's permanence pathway is at the family finding meeting
    When family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | yes |
    And social-worker submits the information sharing meeting
    And team-manager authorises the information sharing meeting
    Then the open worksteps are family-finding-meeting-review
    And nothing else opens
    When family-finding-manager submits the request for authorisation
    Then the open worksteps are panel-and-matching-decision

  Scenario: The tick is gone after a return
    Given the child's permanence pathway is at the family finding meeting
    When family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | yes |
    Then the open worksteps are family-finding-meeting-review, information-sharing-meeting
    When family-finding-manager returns the request for authorisation with the comments "Wait."
    And family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | no |
    Then the open worksteps are family-finding-meeting-review
    And the record says workstep-closed 1 time, with
      | process | information-sharing-meeting |
      | outcome | closed-early                |
    When family-finding-manager returns the request for authorisation with the comments "Not yet."
    And family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | yes |
    Then the open worksteps are family-finding-meeting-review, information-sharing-meeting
    When family-finding-manager returns the request for authorisation with the comments "And again."
    And family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | no |
    Then the open worksteps are family-finding-meeting-review
    When family-finding-manager submits the request for authorisation
    Then the open worksteps are information-sharing-meeting
    And the record says workstep-opened 3 times, with
      | process | information-sharing-meeting |
    When the case goes on to its end
    Then everything is over

  # Every three months

  Scenario: The clock runs from the beginning of family finding
    Given the child's permanence pathway is at the family finding meeting
    Then the next three-month review is due three months after today
    And the record says deadline-set 1 time, with
      | rule | PERM-081 |
    When the reminder of the three-month review is due
    Then the record says reminder-sent 1 time
    And 1 family finding meeting is open

  Scenario: Three months over, both actions are required until they have been given once
    Given the child's permanence pathway is at the family finding meeting
    When three months are over
    Then the record says escalated 1 time
    When family-finder submits the family finding meeting with
      | A match has been identified | no                                            |
      | Next actions                | SC Permanence Family Finding Meeting / Review |
    Then the family finding meeting comes back to family-finder saying "Three months are over: add both next actions"
    When family-finder submits the family finding meeting with
      | A match has been identified | no |
      | Next actions                | SC Permanence Family Finding Meeting / Review – three-month review |
    Then the family finding meeting comes back to family-finder saying "Three months are over: add both next actions"
    When family-finder submits the family finding meeting with
      | A match has been identified | no |
      | Next actions                | SC Permanence Family Finding Meeting / Review; SC Permanence Family Finding Meeting / Review – three-month review |
    And family-finding-manager submits the request for authorisation
    Then 1 family finding meeting is open
    And 1 three-month review is open
    And the family finding meeting is offered to family-finder
    And the three-month review is offered to family-finding-review-team
    And family-finding-review-team is asked for the three-month review
    And the three-month review opens with
      | What is this step used for? | Three-month review |
    And the family finding meeting opens with
      | What is this step used for? | Family finding meeting |
    And the three-month review has a due date
    When a family finding meeting finds no match
    Then 1 family finding meeting is open
    And 1 three-month review is open

  Scenario: A review opens no successor, and the clock goes on from the day it was held
    Given the child's permanence pathway is at the family finding meeting
    When three months are over
    And the meeting asks for the three-month review as well
    Then 1 three-month review is open
    When family-finding-review-team submits the three-month review with
      | A match has been identified | no |
      | Next actions                | SC Permanence Family Finding Meeting / Review – three-month review |
    Then the three-month review comes back to family-finding-review-team saying "This is the three-month review"
    When family-finding-review-team submits the three-month review with
      | Date of the meeting         | ten days ago                                  |
      | A match has been identified | no                                            |
      | Next actions                | SC Permanence Family Finding Meeting / Review |
    And family-finding-manager returns the request for authorisation with the comments "What was found?"
    Then the three-month review comes back to family-finding-review-team saying "What was found?"
    When family-finding-review-team submits the three-month review with
      | Date of the meeting         | ten days ago |
      | A match has been identified | no           |
      | Next actions                |              |
    And family-finding-manager submits the request for authorisation
    Then 1 family finding meeting is open
    And no three-month review is open
    And the next three-month review is due three months after ten days ago
    And the record says deadline-met 1 time
    And the record says deadline-set 2 times
    When a family finding meeting finds no match
    Then 1 family finding meeting is open

  Scenario: One three-month review at a time
    Given the child's permanence pathway is at the family finding meeting
    When three months are over
    And the meeting asks for the three-month review as well
    And family-finder submits the family finding meeting with
      | A match has been identified | no |
      | Next actions                | SC Permanence Family Finding Meeting / Review; SC Permanence Family Finding Meeting / Review – three-month review |
    Then the family finding meeting comes back to family-finder saying "A three-month review is open already"
    When a family finding meeting finds no match
    Then 1 family finding meeting is open
    And 1 three-month review is open

  Scenario: A review that was asked for early counts when the three months are over
    Given the child's permanence pathway is at the family finding meeting
    When the meeting asks for the three-month review as well
    And three months are over
    And a family finding meeting finds no match
    Then 1 family finding meeting is open
    And 1 three-month review is open
    When family-finding-review-team submits the three-month review with
      | A match has been identified | no |
      | Next actions                |    |
    And family-finding-manager submits the request for authorisation
    Then no three-month review is open
    When a family finding meeting finds no match
    Then 1 family finding meeting is open

  Scenario: Meetings do not multiply over a year
    Given the child's permanence pathway is at the family finding meeting
    When a year goes by without a match, with a review every three months
    Then 1 family finding meeting is open
    And no three-month review is open
    And the record says workstep-opened 9 times, with
      | process | family-finding-meeting-review |
    And the record says deadline-met 4 times
    And the record says deadline-set 5 times
    And the next three-month review is due three months after today
    When permanence is withdrawn because of "left-care"
    Then everything is over

  Scenario: A match found in the review closes the ordinary meeting
    Given the child's permanence pathway is at the family finding meeting
    When three months are over
    And the meeting asks for the three-month review as well
    And family-finding-review-team submits the three-month review
    And family-finding-manager submits the request for authorisation
    Then the open worksteps are information-sharing-meeting
    And no family finding meeting is open
    And the record says workstep-closed 1 time, with
      | process | family-finding-meeting-review |
      | outcome | closed-early                  |
    When the case goes on to its end
    Then everything is over

  Scenario: A match found in the meeting closes the review, whose manager is just being asked
    Given the child's permanence pathway is at the family finding meeting
    When three months are over
    And the meeting asks for the three-month review as well
    And family-finder submits the family finding meeting
    Then 1 request for authorisation is open
    When family-finding-review-team submits the three-month review with
      | A match has been identified | no |
      | Next actions                |    |
    Then 2 requests for authorisation are open
    When family-finding-manager submits the request for authorisation
    Then the open worksteps are information-sharing-meeting
    And no request for authorisation is open
    When the case goes on to its end
    Then everything is over
    And the engine has forgotten what was written

  Scenario: Meeting and review both send the information sharing meeting immediately
    Given the child's permanence pathway is at the family finding meeting
    When three months are over
    And the meeting asks for the three-month review as well
    And family-finder submits the family finding meeting with
      | Send the information sharing meeting immediately | yes |
    And family-finding-review-team submits the three-month review with
      | Send the information sharing meeting immediately | yes |
    Then the open worksteps are family-finding-meeting-review, family-finding-meeting-review, information-sharing-meeting
    When family-finding-manager submits the request for authorisation
    Then the open worksteps are information-sharing-meeting
    And nothing else opens

  Scenario: An escalation that is posted at a task sends nothing
    Given the child's permanence pathway is at the family finding meeting
    When family-finder posts the escalation information-sharing-now at the family finding meeting
    Then nothing else opens
    When family-finder submits the family finding meeting
    And family-finding-manager posts the escalation information-sharing-now at the request for authorisation
    Then nothing else opens
    When permanence is withdrawn because of "other"
    Then everything is over
