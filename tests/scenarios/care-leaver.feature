Feature: Care leaver
  From the approach of 16 to 25: the referral, the needs assessment, the pathway plan again and again, and what each birthday brings.

  Scenario: A young person is referred, turns 18 and ends contact at 21
    Given the pathway care-leaver is at the referral to leaving care
    When the pathway care-leaver is asked for once more
    Then the record says start-refused 1 time
    When social-worker submits the referral to leaving care
    And leaving-care-manager submits the personal adviser
    Then the record says episode-noted 1 time, with
      | kind | personal-adviser |
    When social-worker submits the pathway needs assessment
    And personal-adviser submits the pathway plan
    And iro submits the request for authorisation
    Then the record says episode-noted 1 time, with
      | kind | contact-need |
    When personal-adviser takes the pathway plan
    And the young person turns 18
    And iro submits the discharge of the reviewing officer
    And the young adult turns 21
    And personal-adviser submits the decision at 21
    Then everything is over
    And the record says episode-noted 2 times, with
      | kind | team |

  Scenario: A young adult goes on to 25
    Given a young person of 20
    When the pathway care-leaver is asked for by message
      | authority | wokingham |
    And social-worker submits the referral to leaving care
    And leaving-care-manager submits the personal adviser
    And iro submits the discharge of the reviewing officer
    And social-worker submits the pathway needs assessment
    And personal-adviser submits the pathway plan
    And leaving-care-manager submits the request for authorisation
    And personal-adviser submits the pathway plan
    And leaving-care-manager submits the request for authorisation
    And the young adult turns 21
    And personal-adviser submits the decision at 21 with
      | What the young adult decides | Support goes on, up to 25 |
    And personal-adviser takes the pathway plan
    And the young adult turns 25
    Then everything is over

  Scenario: A care leaver comes back after 21
    Given a young person of 22
    And the leaving care team had the case before
    When the pathway care-leaver is asked for by message
      | authority | camden |
    And leaving-care-duty submits the request of a returning care leaver
    And leaving-care-manager submits the personal adviser
    And personal-adviser submits the pathway plan
    And leaving-care-manager submits the request for authorisation
    Then no pathway needs assessment is open
    When personal-adviser takes the pathway plan
    And the case is withdrawn because of "other"
    Then everything is over

  Scenario: A significant event, and a review that is asked for
    Given the pathway care-leaver is at the pathway plan
    When personal-adviser submits the personal adviser's contact with
      | Is the young person in touch? | No, out of touch |
    And personal-adviser submits the significant event of a care leaver
    And leaving-care-manager submits the request for authorisation
    And personal-adviser submits the pathway plan
    And iro submits the request for authorisation
    And personal-adviser submits the pathway plan
    And iro submits the request for authorisation
    And pathway-plan-review is announced of the child
    And personal-adviser submits the pathway plan
    And iro submits the request for authorisation
    And care-leaver-event is announced of the child
    And personal-adviser takes the significant event of a care leaver
    And the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: Who has been in care for two years is eligible in Wokingham, and moves
    Given a young person of 17
    And in care for two years
    When the pathway care-leaver is asked for by message
      | authority | wokingham |
    And social-worker submits the referral to leaving care
    And leaving-care-manager submits the personal adviser
    Then the record says episode-noted 1 time, with
      | kind  | leaving-care-status |
      | value | eligible            |
    When social-worker submits the pathway needs assessment
    And personal-adviser takes the pathway plan
    And the leaving-care-status eligible is ended by hand
    And the young person turns 18
    And iro submits the discharge of the reviewing officer
    And care-leaver-event is announced of the child
    And personal-adviser submits the significant event of a care leaver with
      | What kind of event | Moved to other accommodation |
    And leaving-care-manager submits the request for authorisation
    Then the record says duties-set 1 time, with
      | event | care-leaver-moved |

  Scenario: Who is relevant is provided for, and relevant no longer when the service is over
    Given a young person of 17
    And in care for two years, until 2 months ago
    When the pathway care-leaver is asked for by message
      | authority | wokingham |
    And social-worker submits the referral to leaving care with
      | Was the young person detained or in hospital on the 16th birthday, and in care until then? | No |
    And leaving-care-manager submits the personal adviser
    Then there is to be done "Provide the accommodation that a relevant care leaver is entitled to"
    When social-worker takes the pathway needs assessment
    And the case is withdrawn because of "other"
    Then everything is over
    And the record says episode-noted 2 times, with
      | kind  | leaving-care-status |
      | value | relevant            |

  Scenario: Withdrawn at the referral
    Given the pathway care-leaver is at the referral to leaving care
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: Withdrawn before there is a personal adviser
    Given the pathway care-leaver is at the personal adviser
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: Withdrawn before there is a plan
    Given the pathway care-leaver is at the pathway needs assessment
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over

  Scenario: A mistyped reference opens nothing
    Given a child
    When social-worker starts care-leaver in Tasklist with the reference in capitals
    Then social-worker is told "is not registered (did you mean"
    And care-leaver is not open for the reference in capitals
