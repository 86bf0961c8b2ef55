"""A small clean sample and single faults in it: they test the checks, as the checks test the models."""

from __future__ import annotations

from typing import NamedTuple

PROCESS, DECISION, FORM = (
    "bpmn/sample-request.bpmn",
    "dmn/routing/sample-request.dmn",
    "forms/sample-request.form",
)


class Fault(NamedTuple):
    """Replace `good` (once in the file) by `bad`; `check` must report it and say `says`."""

    name: str
    file: str
    good: str
    bad: str
    check: str
    says: str


FAULTS = [
    # what a BPMN file names elsewhere
    Fault(
        "unknown form",
        PROCESS,
        'formRef="sample-request"',
        'formRef="sample-reqest"',
        "references",
        "form sample-reqest",
    ),
    Fault(
        "unknown decision",
        PROCESS,
        'decisionRef="sample-request-routing"',
        'decisionRef="sample-rooting"',
        "references",
        "decision",
    ),
    Fault(
        "unknown called process",
        PROCESS,
        'calledElement="sample-help"',
        'calledElement="sample-helf"',
        "references",
        "process",
    ),
    Fault(
        "misspelt topic",
        PROCESS,
        'topic="sample-close"',
        'topic="sample-closed"',
        "references",
        "topic sample-closed",
    ),
    Fault("no topic", PROCESS, ' camunda:topic="sample-close"', "", "references", "no topic"),
    Fault("no topic on an event", PROCESS, ' camunda:topic="sample-notify"', "", "references", "no topic"),
    Fault(
        "no implementation",
        PROCESS,
        ' camunda:type="external" camunda:topic="sample-close"',
        "",
        "references",
        "no topic",
    ),
    Fault(
        "no decision",
        PROCESS,
        ' camunda:decisionRef="sample-request-routing"',
        "",
        "references",
        "no topic, decision",
    ),
    Fault("no form", PROCESS, ' camunda:formRef="sample-request"', "", "references", "no form"),
    Fault("no called process", PROCESS, ' calledElement="sample-help"', "", "references", "calls nothing"),
    Fault("unused error", PROCESS, ' errorRef="Error_HelpRefused"', "", "references", "never used"),
    Fault("error without a code", PROCESS, ' errorCode="HELP_REFUSED"', "", "references", "no errorCode"),
    Fault(
        "process named unlike its file",
        PROCESS,
        'process id="sample-request"',
        'process id="sample"',
        "references",
        "sample-request",
    ),
    Fault(
        "decision named after a form that the workstep does not use",
        DECISION,
        'decision id="sample-request-routing"',
        'decision id="sample-rules"',
        "references",
        "holds decision sample-rules",
    ),
    # the process itself
    Fault("no time to live", PROCESS, ' camunda:historyTimeToLive="P180D"', "", "lint", "historyTimeToLive"),
    Fault(
        "not executable", PROCESS, 'isExecutable="true"', 'isExecutable="false"', "house", "not executable"
    ),
    Fault(
        "no platform",
        PROCESS,
        ' modeler:executionPlatformVersion="7.24.0"',
        "",
        "house",
        "executionPlatformVersion",
    ),
    Fault("timer with a fixed date", PROCESS, "${dueAt}", "2026-01-01T00:00:00", "house", "timer"),
    Fault("timer that reads the clock", PROCESS, "${dueAt}", "${now()}", "house", "clock"),
    Fault(
        "id without a business name",
        PROCESS,
        'id="UserTask_RecordRequest"',
        'id="recordRequest"',
        "house",
        "Type_BusinessName",
    ),
    Fault(
        "no condition",
        PROCESS,
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${route == '
        '"help"}</bpmn:conditionExpression>',
        "",
        "lint",
        "condition",
    ),
    Fault("no default", PROCESS, ' default="Flow_NoHelpNeeded"', "", "lint", "condition"),
    Fault(
        "wrong target",
        PROCESS,
        'targetRef="UserTask_RecordRequest"',
        'targetRef="UserTask_RecordReqest"',
        "lint",
        "unresolved reference",
    ),
    Fault(
        "wrong default",
        PROCESS,
        'default="Flow_NoHelpNeeded"',
        'default="Flow_NoHelp"',
        "lint",
        "unresolved reference",
    ),
    Fault("timer attached to nothing", PROCESS, ' attachedToRef="UserTask_RecordRequest"', "", "modeler", ""),
    Fault("duplicate id", PROCESS, 'id="Timer_RequestOverdue"', 'id="Flow_Closed"', "lint", "duplicate ID"),
    Fault(
        "unknown camunda attribute",
        PROCESS,
        "camunda:resultVariable",
        "camunda:resultVarable",
        "lint",
        "resultVarable",
    ),
    Fault("no label", PROCESS, ' name="Close request"', "", "lint", "label"),
    Fault("not XML", PROCESS, "</bpmn:definitions>", "", "modeler", ""),
    Fault("comment", PROCESS, "  <bpmn:error ", "  <!-- why --><bpmn:error ", "modeler", "comment is lost"),
    # its picture
    Fault(
        "shape not drawn",
        PROCESS,
        'bpmnElement="ServiceTask_CloseRequest"',
        'bpmnElement="ServiceTask_Close"',
        "lint",
        "bpmndi",
    ),
    Fault("overlap", PROCESS, '<dc:Bounds x="400" y="160"', '<dc:Bounds x="300" y="160"', "lint", "overlap"),
    Fault(
        "detached flow",
        PROCESS,
        '<di:waypoint x="1082" y="200" />',
        '<di:waypoint x="1042" y="200" />',
        "diagram",
        "detached",
    ),
    # DMN
    Fault(
        "decision without time to live",
        DECISION,
        ' camunda:historyTimeToLive="P180D"',
        "",
        "house",
        "historyTimeToLive",
    ),
    Fault(
        "decision without a name",
        DECISION,
        '<decision id="sample-request-routing" name="Sample request routing"',
        '<decision id="sample-request-routing"',
        "house",
        "no name",
    ),
    Fault(
        "decision that nobody asks",
        DECISION,
        'decision id="sample-request-routing"',
        'decision id="sample-request-rules"',
        "references",
        "does not exist",
    ),
    Fault(
        "dangling requirement",
        DECISION,
        "<decisionTable ",
        '<informationRequirement id="Requirement_1">'
        '<requiredDecision href="#nothing" /></informationRequirement><decisionTable ',
        "references",
        "required nothing",
    ),
    Fault("output without quotes", DECISION, '<text>"none"</text>', "<text>none</text>", "house", "quotes"),
    Fault("unknown type", DECISION, 'typeRef="string"', 'typeRef="sting"', "house", "sting"),
    Fault("output without a name", DECISION, ' name="route"', "", "house", "no name"),
    Fault(
        "input without an expression",
        DECISION,
        "<text>nextActions</text>",
        "<text></text>",
        "house",
        "no expression",
    ),
    Fault(
        "missing cell",
        DECISION,
        '<outputEntry id="OutputEntry_Otherwise"><text>"none"</text></outputEntry>',
        "",
        "house",
        "cell",
    ),
    Fault("duplicate DMN id", DECISION, 'id="Rule_Otherwise"', 'id="Rule_Help"', "modeler", "duplicate ID"),
    Fault("table that is not XML", DECISION, "</definitions>", "", "modeler", ""),
    # forms
    Fault("unknown component", FORM, '"type": "checklist"', '"type": "tick-list"', "modeler", "tick-list"),
    Fault("duplicate key", FORM, '"key": "title"', '"key": "reason"', "modeler", "reason"),
    Fault("not JSON", FORM, '"schemaVersion": 16,', '"schemaVersion": 16', "modeler", "JSON"),
    Fault("no key", FORM, '"key": "title", ', "", "forms", "camelCase"),
    Fault("no component label", FORM, '"label": "Title", ', "", "forms", "no label"),
    Fault("no component id", FORM, '"id": "Textfield_Title", ', "", "forms", "no id"),
    Fault(
        "duplicate option", FORM, '"value": "no-further-action"', '"value": "help"', "forms", "two options"
    ),
    Fault(
        "no options",
        FORM,
        '[{"label": "Give help", "value": "help"}, {"label": "No further action", "value": '
        '"no-further-action"}]',
        "[]",
        "forms",
        "options",
    ),
    Fault("next action as text", FORM, '"value": "help"', '"value": "Give help"', "forms", "kebab"),
    Fault("endless text", FORM, ', "validate": {"maxLength": 4000}', "", "forms", "maxLength"),
    Fault(
        "text too long for the engine", FORM, '{"maxLength": 4000}', '{"maxLength": 4001}', "forms", "4001"
    ),
    Fault(
        "misspelt validation",
        FORM,
        '{"maxLength": 200}',
        '{"maxLength": 200, "requried": true}',
        "forms",
        "requried",
    ),
    Fault("newer schema", FORM, '"schemaVersion": 16', '"schemaVersion": 99', "forms", "99"),
    Fault("wrong version", FORM, '"7.24.0"', '"8.6.0"', "forms", "8.6.0"),
    Fault(
        "message not shown",
        FORM,
        r"""{{replace(message, \"([!-/:-@[-`{-~])\", \"\\\\$1\")}}""",
        "Message",
        "forms",
        "message",
    ),
    Fault(
        "message as Markdown",
        FORM,
        r"""{{replace(message, \"([!-/:-@[-`{-~])\", \"\\\\$1\")}}""",
        "{{message}}",
        "forms",
        "as Markdown",
    ),
    Fault(
        "message always shown",
        FORM,
        r', "conditional": {"hide": "=message = null or message = \"\""}',
        "",
        "forms",
        "hide it",
    ),
    Fault("bad requirement", FORM, '"PERM-001"', '"PERM-1"', "forms", "PERM-1"),
    Fault("no requirement", FORM, '{"requirement": "PERM-001"}', "{}", "forms", "names no requirement"),
    Fault(
        "form that nobody opens",
        FORM,
        '"id": "sample-request"',
        '"id": "sample"',
        "references",
        "used by no process",
    ),
]
