"""The update listener of every user task, put together: who may change whose task it is.

The engine asks it whenever something of an open task changes. docs/modelling.md says it in words.
"""

from __future__ import annotations

_ENGINE = "task.processEngineServices."
_GROUPS = f"{_ENGINE}identityService.createGroupQuery().groupMember(currentUser())"
_ADMINISTERS = f"{_GROUPS}.groupType('SYSTEM').count() > 0"
_MANAGES = f"{_GROUPS}.groupType('MANAGER').count() > 0"
_BEFORE = f"{_ENGINE}historyService.createHistoricTaskInstanceQuery().taskId(task.id).singleResult().assignee"
_LINKS = f"{_ENGINE}taskService.getIdentityLinksForTask(task.id).size() - (task.assignee == null ? 0 : 1)"
_LOG = f"{_ENGINE}historyService.createHistoricIdentityLinkLogQuery().taskId(task.id).type('candidate')"
_MADE = f"{_LOG}.operationType('add').count() - {_LOG}.operationType('delete').count()"


def _offered_to(user: str) -> str:
    """How often the task is found for a user as candidate: once, or not at all."""
    query = f"{_ENGINE}taskService.createTaskQuery().taskId(task.id)"
    return f"{query}.taskCandidateUser({user}).includeAssignedTasks().count()"


_UNTOUCHED = (
    f"task.owner == null and task.delegationState == null and ({_ADMINISTERS} or {_LINKS} == {_MADE})"
)
_TO_A_CANDIDATE = f"(task.assignee == null or {_offered_to('task.assignee')} == 1)"
_MINE = (
    f"({_BEFORE} == null or {_BEFORE} == currentUser()) "
    "and (task.assignee == null or task.assignee == currentUser())"
)
_HANDED_OVER = f"{_MANAGES} and {_offered_to('currentUser()')} == 0"
_MAY = f"({_BEFORE} == task.assignee or {_TO_A_CANDIDATE} and ({_MINE} or {_HANDED_OVER} or {_ADMINISTERS}))"

CUSTODY = (
    f"${{currentUser() == null or {_UNTOUCHED} and {_MAY} "
    "? null : JSON('{}').prop('the right to change whose task this is')}"
)
