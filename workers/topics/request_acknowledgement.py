from __future__ import annotations

from typing import Any

from pydantic import Field

from workers.rest import codec
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.place import Place
from workers.topics.services import Services, happened

PROCESS = "acknowledge-notification"


class RequestAcknowledgementIn(Variables):
    decision: str | None = Field(
        None, description="Decision table that turns the ticks into notifications; null: one notification."
    )
    requests: list[str] | None = Field(
        None, description="The optional requests ticked.", examples=["${requests}"]
    )
    requests_sent: list[str] | None = Field(
        None,
        description="Those that were sent before.",
        examples=["${execution.getVariable('requestsSent')}"],
    )
    request_user: str | None = Field(
        None,
        description="User id that the form names for the request to a named user.",
        examples=["${execution.getVariable('requestUser')}"],
    )
    team_manager: str | None = Field(None, description="User id of the team manager.")
    user: str | None = Field(
        None, description="One notification: who is told; null: the groups.", examples=["${teamManager}"]
    )
    groups: str | None = Field(
        None,
        description="One notification: groups of whom every member is told, if no user is (comma list).",
        examples=["team-manager"],
    )
    request_label: str | None = Field(
        None, description="One notification: its words, as the source has them."
    )
    request_note: str | None = Field(
        None, description="What the sender adds.", examples=["${execution.getVariable('requestNote')}"]
    )


@topic(
    "request-acknowledgement",
    input=RequestAcknowledgementIn,
    requirements=("PERM-034", "PERM-035", "PERM-036", "PERM-065", "PERM-066"),
)
def request_acknowledgement(task: RequestAcknowledgementIn, work: Work) -> None:
    """Send notifications that are to be acknowledged: each opens a process of its own and holds nothing up.

    One notification (`requestLabel`, `user`, `groups`), or those that the decision table `decision` makes of
    the ticks in `requests` (outputs `label`, `user`, `groups`); what stands in `requestsSent` was sent before
    a return and is not sent again. The sender is whoever submitted last in the workstep.
    """
    services: Services = work.services
    place = services.place(work)
    with services.record.reading() as view:
        sender = view.last_author(place.workstep_id)
    requests = (
        _ticked(services, task)
        if task.decision
        else [{"label": task.request_label, "user": task.user, "groups": task.groups}]
    )
    for number, request in enumerate(requests):
        send(services, work, place, request, sender, task.request_note, number)


def send(
    services: Services,
    work: Work,
    place: Place,
    request: dict[str, Any],
    sender: str | None,
    note: str | None = None,
    number: int = 0,
) -> None:
    """Start the process in which a notification is acknowledged, once; `number`: of several of one task.

    `request`: its `label`, and the `user` or the `groups` that it goes to.
    """
    key = f"{work.key}:{number}"
    # first: the process that is started finds its place by this entry
    with services.record.transaction() as tx:
        tx.entry(
            place.happening(key, sender, happened(work)),
            "request-sent",
            {"request": request["label"], "to": request.get("user") or request.get("groups")},
        )
    if not _started(services, key):
        variables = {
            "childId": place.child_id,
            "stepName": services.step_name(place.definition_id),
            "requestLabel": request["label"],
            "requestNote": note,
            "requestKey": key,
            "requestedBy": sender,
            "user": request.get("user") or None,
            "groups": request.get("groups") or "",
        }
        started = services.engine.call(
            "/message",
            {
                "messageName": PROCESS,
                "businessKey": place.child_id,
                "processVariables": codec.encode(variables),
                "resultEnabled": True,
            },
        )
        with services.record.transaction() as tx:
            tx.add_purge(started[0]["processInstance"]["id"])


def _started(services: Services, key: str) -> bool:
    """Whether an earlier run of this task got as far as the message."""
    answer = services.engine.fetch(
        "/history/process-instance/count", processDefinitionKey=PROCESS, variables=f"requestKey_eq_{key}"
    )
    return bool(answer["count"])


def _ticked(services: Services, task: RequestAcknowledgementIn) -> list[dict[str, Any]]:
    new = [value for value in task.requests or [] if value not in (task.requests_sent or [])]
    return services.decide(
        task.decision or "",
        {"requests": new, "requestUser": task.request_user or None, "teamManager": task.team_manager or None},
    )
