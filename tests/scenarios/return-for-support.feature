Feature: Request of a returning care leaver
  A care leaver who comes back after 21 speaks to the duty worker, who takes the request.

  Scenario: Request of a returning care leaver is checked, recorded and closed
    Given a child is at the workstep return-for-support
    When leaving-care-duty submits the request of a returning care leaver with
      | What the young adult asks for |  |
    Then the request of a returning care leaver comes back to leaving-care-duty saying "Not complete: 1. The request."
    When leaving-care-duty submits the request of a returning care leaver with
      | What the young adult asks for | An invented answer. |
      | Asked on | soon |
    Then the request of a returning care leaver comes back to leaving-care-duty saying "Asked on is no date: use YYYY-MM-DD, years 1900 to 2100."
    When leaving-care-duty submits the request of a returning care leaver with
      | Asked on | today |
    Then everything is over
    And the record keeps 1 request of a returning care leaver

  Scenario: Request of a returning care leaver is closed early
    Given a child is at the workstep return-for-support
    When the case is withdrawn because of "other"
    Then the pathway ends with "withdrawn: other"
    And everything is over
