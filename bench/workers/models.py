"""The two models that the contestants work on: one external task each, its topic given at the start."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="bench">
  <process id="{id}" name="{name}" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" /><sequenceFlow id="a" sourceRef="Start" targetRef="Task" />
    <serviceTask id="Task" camunda:type="external" camunda:topic="${{topic}}">{inputs}</serviceTask>
    <sequenceFlow id="b" sourceRef="Task" targetRef="End" /><endEvent id="End" />
  </process>
</definitions>"""

USER, ADDRESS = "bench-manager", "bench-manager@example.org"

# As the worksteps map the topic `notify`: template `request` writes an entry and queues a mail.
NOTIFY = {
    "user": USER,
    "template": "request",
    "stepName": "Benchmark Step",
    "requestLabel": "Benchmark Request",
    "dueDate": "2026-12-01",
}


def empty() -> str:
    """A task that reads and sets nothing."""
    return HEAD.format(id="bench-empty", name="Bench Empty", inputs="")


def real() -> str:
    """A task with the inputs of the topic `notify`."""
    inputs = "".join(
        f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>'
        for name, value in NOTIFY.items()
    )
    return HEAD.format(
        id="bench-real",
        name="Bench Real",
        inputs=f"<extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></extensionElements>",
    )
