"""Every human step, in whatever process: who is told, what the task carries, what checks and keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from workers.bpmn import CAMUNDA, kind, mappings
from workers.catalogue.skeleton.custody import CUSTODY
from workers.catalogue.skeleton.process import SHARED, WORKSTEP, Problem, Process, Rule, listeners

# where the instance names it: the engine reads it for lists too, when more than the task may be gone already
FORM = "${task.getVariableLocal('form')}"
SHOWN = ("childId", "childName", "stepName", "sentBy", "taskDueOn")  # on a card of Tasklist's list
LOCAL = "${task.setVariableLocal('%s', %s)}"
NAMED = (
    "${task.setName((empty sentBack ? task.name : sentBack.concat(': ').concat(task.name.substring(0, 1)"
    ".toLowerCase()).concat(task.name.substring(1))).concat(' – ').concat(childName))}"
)
DUE = {"dueDate": "${taskDue}", "followUpDate": "${taskFollowUp}"}
PRIORITY = re.compile(r"\$\{empty sentBack \? \d+ : 70}")  # of what came back, more than of anything else
CLAIM = "${task.processEngineServices.taskService.claim(task.id, currentUser())}"
WHO = re.compile(r"\$\{task\.execution\.setVariable\('(\w+)', currentUser\(\)\)}")
WORKSTEP_WHO = ["submittedBy", "author"]
EXISTING = "${execution.processEngineServices.identityService.createUserQuery().userId(%s).singleResult().id}"
AUTHOR = "execution.getVariable('author')"
AUTHOR_OR = re.compile(re.escape(f"{AUTHOR} != null ? author : ") + r"(\w+)")
# who is offered the work of a restricted child, and what hides it from who reads all tasks of a process
TEAM = re.compile(r"\$\{restrictedGroup != null \? restrictedGroup : (?:'([^']*)'|(.+))}")
USERS = "${restrictedUsers == null ? JSON('[]').elements() : restrictedUsers}"
_RIGHTS = "task.processEngineServices.authorizationService"
CLOSED = (
    f"${{restrictedGroup == null ? null : {_RIGHTS}.saveAuthorization("
    """JSON('{"authorizationType":0,"userId":"*","resourceType":7}').prop('resourceId', task.id)"""
    f".mapTo({_RIGHTS}.createNewAuthorization(0).getClass().getName()))}}"
)
ALONE = ("teamGroups", "restrictedGroup", "restrictedUsers")  # of `notify`, and no submission's
RESTORED = "${execution.getVariable('chosenActions') == null ? JSON('[]') : chosenActions}"
# the only one there is stands ticked from the beginning
TICKED = re.compile(re.escape(RESTORED).replace(re.escape("[]"), r'\["[a-z0-9-]+"\]'))
REFUSED = "${message != null}"
SENT_BACK = "${execution.setVariable('sentBack', 'Not accepted, please correct')}"


def form(process: Process) -> Iterator[Problem]:
    """A human step has a form, the latest."""
    for task in process.human_steps:
        named = task.get(CAMUNDA + "formRef", "")
        if not named:
            yield task, "has no form: set its formRef"
        elif "{" in named and named != FORM:
            yield task, f"breaks every list that it is on while it ends: make its formRef {FORM}"
        elif named == FORM and (kept := LOCAL % ("form", "form")) not in listeners(
            task, "taskListener", "create"
        ):
            yield task, f"does not keep its form: give it the create listener {kept}"
        elif task.get(CAMUNDA + "formRefBinding") != "latest":
            yield task, "binds its form to something else than the latest: set formRefBinding to latest"


def offered(process: Process) -> Iterator[Problem]:
    """A human step is offered to groups, and belongs only to who still is a user."""
    before, after = EXISTING.split("%s")
    for task in process.human_steps:
        if not team(task):
            yield (
                task,
                "is offered to no group, so who is gone could not be replaced: set its candidate groups",
            )
        assignee = task.get(CAMUNDA + "assignee", "")
        inside = assignee.removeprefix(before).removesuffix(after)
        if not (assignee.startswith(before) and assignee.endswith(after)):
            yield task, f"may belong to somebody who is no user any more: make its assignee {EXISTING % '…'}"
        elif process.role == WORKSTEP and not (inside == AUTHOR or AUTHOR_OR.fullmatch(inside)):
            yield (
                task,
                f"does not come back to its author: begin its assignee's user with {AUTHOR}, "
                "and let at most one person of the case follow",
            )


def team(task: Element) -> str:
    """The groups that a human step is for: fixed, or an expression."""
    groups = task.get(CAMUNDA + "candidateGroups", "")
    match = TEAM.fullmatch(groups)
    return (match[1] or f"${{{match[2]}}}") if match else groups


def restricted(process: Process) -> Iterator[Problem]:
    """A human step of a restricted child is for super-users and the people named, and closed to others."""
    for task in process.human_steps:
        if not TEAM.fullmatch(task.get(CAMUNDA + "candidateGroups", "")):
            wanted = f"${{restrictedGroup != null ? restrictedGroup : '{team(task) or '…'}'}}"
            yield task, f"offers a restricted child's work to a team: make its candidate groups {wanted}"
        if task.get(CAMUNDA + "candidateUsers") != USERS:
            yield task, f"does not offer it to the people named: make its candidate users {USERS}"
        created = listeners(task, "taskListener", "create")
        if CLOSED not in created:
            yield task, f"shows it to who reads all tasks: give it the create listener {CLOSED}"
        if (kept := LOCAL % ("teamGroups", "teamGroups")) not in created:
            yield (
                task,
                f"forgets its team, when the restriction is lifted: give it the create listener {kept}",
            )
        inputs = mappings(task, "inputParameter")
        for name in ALONE:
            if inputs.get(name) != (given := f"${{execution.getVariable('{name}')}}"):
                yield task, f"lets a submission write {name}: give it an input of that name, {given}"


def named(process: Process) -> Iterator[Problem]:
    """A human step says for whom and what it is, and why it came back: in its name and on its card."""
    for task in process.human_steps:
        created = listeners(task, "taskListener", "create")
        for name in SHOWN:
            if (wanted := LOCAL % (name, name)) not in created:
                yield task, f"does not show Tasklist its {name}: give it the create listener {wanted}"
        if created[-1:] != [NAMED]:
            yield task, f"does not say for whom and what it is: make its last create listener {NAMED}"


def due(process: Process) -> Iterator[Problem]:
    """A human step has the due date that its notification worked out, and what came back comes first."""
    for task in process.human_steps:
        for name, wanted in DUE.items():
            if task.get(CAMUNDA + name) != wanted:
                yield task, f"can be late and nobody sees it: make its {name} {wanted}"
        if not PRIORITY.fullmatch(task.get(CAMUNDA + "priority", "")):
            yield (
                task,
                "is lost among others when it comes back: make its priority ${empty sentBack ? 50 : 70}",
            )


def late(process: Process) -> Iterator[Problem]:
    """What somebody does in a shared process stays open when its time is over, and who is above hears it."""
    if process.role != SHARED or not any(use.topic == "record-submission" for use in process.model.uses):
        return
    over = {
        timer.get("attachedToRef")
        for use in process.model.uses
        if use.topic == "escalate"
        for timer in process.before(use.element)
        if timer.get("cancelActivity") == "false"
    }
    for task in process.human_steps:
        if not over & {task.get("id"), process.model.parents[task].get("id")}:
            yield (
                task,
                "can be late and nobody above hears it: give it, or the sub-process around it, a timer that "
                "does not interrupt and leads to topic escalate",
            )


def custody(process: Process) -> Iterator[Problem]:
    """A human step asks who may change whose it is."""
    for task in process.human_steps:
        if listeners(task, "taskListener", "update") != [CUSTODY]:
            yield (
                task,
                "lets others change whose it is: copy the one update listener of another user task as it is",
            )


def claim(process: Process) -> Iterator[Problem]:
    """Whoever completes a human step claims it first, and is then noted."""
    for task in process.human_steps:
        first, *others = listeners(task, "taskListener", "complete") or [""]
        noted = [match[1] for other in others if (match := WHO.fullmatch(other))]
        if first != CLAIM:
            yield task, f"is not claimed by who completes it: make its first complete listener {CLAIM}"
        elif process.role == WORKSTEP and noted != WORKSTEP_WHO:
            yield (
                task,
                f"notes {', '.join(noted) or 'nobody'} and not {' and '.join(WORKSTEP_WHO)}: "
                "give it a complete listener for each, behind the claim",
            )
        elif not noted:
            yield task, "does not note who completed it: give it a complete listener that sets currentUser()"


def told(process: Process) -> Iterator[Problem]:
    """Before each human step its groups are told, and the person that it belongs to."""
    for task in process.human_steps:
        groups = team(task)
        _, gateway = checked(process, task)
        for source in process.before(task):
            use = process.use(source)
            if source is gateway:
                continue
            if use is None or use.topic != "notify":
                yield (
                    task,
                    f"comes after {source.get('id')} and nobody is told: put a throwing message event of "
                    f"topic notify with groups {groups} before it",
                )
            elif use.inputs.get("groups") != groups:
                yield (
                    source,
                    f"tells {use.inputs.get('groups')} of {task.get('id')}, which is for {groups}: "
                    "give both the same groups",
                )
            elif use.inputs.get("template") == "task-opened" and use.inputs.get("user") != _person(task):
                yield (
                    source,
                    f"tells another user than the one to whom {task.get('id')} belongs: make its user "
                    f"{_person(task)}",
                )


def _person(task: Element) -> str:
    """Whom of the case a workstep's human step belongs to, as `notify` wants it."""
    match = AUTHOR_OR.search(task.get(CAMUNDA + "assignee", ""))
    return f"${{{match[1]}}}" if match else "${null}"


def check(process: Process) -> Iterator[Problem]:
    """After each human step the rules of its form decide, and give it back with a message."""
    for task in process.human_steps:
        rules, gateway = checked(process, task)
        if rules is None:
            yield task, "is checked by nothing: let a business rule task with the rules of its form follow"
            continue
        named, wanted = rules.get(CAMUNDA + "decisionRef", ""), _rules_of(process, task)
        if named not in wanted:
            yield (
                rules,
                f"asks {named or 'no decision'} about {task.get('id')}: ask {' or '.join(wanted)}",
            )
        how = rules.get(CAMUNDA + "mapDecisionResult"), rules.get(CAMUNDA + "resultVariable")
        if how != ("singleEntry", "message"):
            yield (
                rules,
                "does not give one message: set mapDecisionResult to singleEntry, resultVariable to message",
            )
        if gateway is None:
            yield rules, "is followed by no gateway: ask there whether what was submitted is complete"
            continue
        flows = process.flows(gateway)
        if flows.keys() != {"default", REFUSED}:
            yield gateway, f"does not ask for the message: give it a default flow on and {REFUSED} back"
        elif process.forth(flows[REFUSED]) != [task]:
            yield (
                gateway,
                f"does not lead back to {task.get('id')} with a message: draw its flow {REFUSED} there",
            )
        elif SENT_BACK not in listeners(flows[REFUSED], "executionListener", "take"):
            yield (
                flows[REFUSED],
                f"refuses, and the task does not say so: give it the take listener {SENT_BACK}",
            )


def _rules_of(process: Process, task: Element) -> list[str]:
    """The decisions that may check a human step: its form's, and where it is the only one, the process's."""
    named = task.get(CAMUNDA + "formRef", "")
    if named == FORM:
        return ["${rules}"]
    main = [process.model.process] if len(process.human_steps) == 1 else []
    return [f"{name}-rules" for name in dict.fromkeys([named, *main])]


def record(process: Process) -> Iterator[Problem]:
    """What the rules accept is recorded, as answers of the same form."""
    for task in process.human_steps:
        _, gateway = checked(process, task)
        flow = None if gateway is None else process.flows(gateway).get("default")
        after = [] if flow is None else process.forth(flow)
        kept = process.use(after[0]) if after else None
        named = task.get(CAMUNDA + "formRef", "").replace(FORM, "${form}")
        if kept is None or kept.topic != "record-submission":
            yield (
                task,
                "is not recorded when the rules accept it: let a task of topic record-submission follow them",
            )
        elif kept.inputs.get("form") != named:
            yield (
                kept.element,
                f"records form {kept.inputs.get('form')}, but {task.get('id')} has {named}: make its input "
                f"form {named}",
            )


def chosen(process: Process) -> Iterator[Problem]:
    """Next actions that a form asks for come back ticked, and go on as `chosenActions`."""
    for task in process.human_steps:
        if "nextActions" in process.form_keys.get(task.get(CAMUNDA + "formRef", ""), ()):
            given = mappings(task, "inputParameter").get("nextActions", "")
            if given != RESTORED and not TICKED.fullmatch(given):
                yield (
                    task,
                    f"forgets the next actions when it comes back: give it the input nextActions {RESTORED}",
                )
            if mappings(task, "outputParameter").get("chosenActions") != "${nextActions}":
                yield (
                    task,
                    "keeps the next actions to itself: give it the output chosenActions ${nextActions}",
                )


def checked(process: Process, task: Element) -> tuple[Element | None, Element | None]:
    """The rule task behind a human step, and the gateway behind that; None where there is none.

    Between the two may stand what finds a day that the rules compare with one that was given.
    """
    rules = process.next(task)
    if rules is not None and (use := process.use(rules)) and use.topic == "latest-day":
        rules = process.next(rules)
    if rules is None or kind(rules) != "businessRuleTask":
        return None, None
    gateway = process.next(rules)
    return rules, gateway if gateway is not None and kind(gateway) == "exclusiveGateway" else None


RULES: tuple[Rule, ...] = (
    form,
    offered,
    restricted,
    named,
    due,
    late,
    custody,
    claim,
    told,
    check,
    record,
    chosen,
)
