"""What a mail says: a template filled from a few facts, and nothing else can get in."""

import json
import re
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workers.words import day

FOLDER = Path(__file__).parent / "templates"
DIGEST = "digest"  # of several mails, which a template of their own has each
TEMPLATES = frozenset(path.stem for path in FOLDER.glob("*.txt")) - {DIGEST}

Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\r\n]+$")]
Link = Annotated[str, Field(max_length=2000, pattern=r"^\S+$")]


class Context(BaseModel):
    """All that a template may say.

    Never a child's name, a comment or an answer: mail boxes are no place for a child's data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: Line  # the child's reference, not the child's name
    step: Line  # the workstep's name
    request: Line | None = None  # what is asked, in words
    sender: Line | None = None  # who of the staff has asked, answered or ended it, by their full name
    outcome: Line | None = None  # what was decided, or how the pathway ended
    # A date, or a date-time with offset; tried in this order, or midnight would be read as a date.
    due: AwareDatetime | date | None = Field(None, union_mode="left_to_right")
    tasklist: Link  # where the task is found


class Message(BaseModel):
    """A mail to one person, ready to travel. `attempt` counts from 1."""

    model_config = ConfigDict(frozen=True)

    id: str
    address: str
    subject: str
    body: str
    at: AwareDatetime
    attempt: int = 1

    def email(self, sender: str) -> EmailMessage:
        """The same bytes each time, so that a receiver may recognise a repetition by its Message-ID."""
        mail = EmailMessage(policy=policy.default.clone(cte_type="7bit"))  # travels through any server
        mail["From"] = sender
        mail["To"] = self.address
        mail["Subject"] = self.subject
        mail["Date"], mail["Message-ID"] = self.at, f"<{self.id}@homeward>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
        mail.set_content(self.body)
        return mail


def details(
    *,
    reference: str,
    step: str,
    request: str | None = None,
    sender: str | None = None,
    outcome: str | None = None,
    due: date | datetime | str | None = None,
    request_key: str | None = None,
    filter_: str | None = None,
) -> dict[str, Any]:
    """The `details` of `Transaction.notify`, checked when the notification is made, not when it is sent."""
    values = {"reference": reference, "step": step, "request": request, "due": due, "tasklist": "-"}
    values |= {"sender": sender, "outcome": outcome}
    fields = Context.model_validate(values).model_dump(mode="json")
    del fields["tasklist"]
    return fields | {"requestKey": request_key, "filter": filter_}


def link(tasklist: str, filter_: str | None, reference: str | None) -> str:
    """An address of Tasklist that opens a filter, and of a child only the tasks: a search, since the task is
    made after the mail about it.
    """
    search = [{"type": "processInstanceBusinessKey", "operator": "eq", "value": reference, "name": ""}]
    query = ({"filter": filter_} if filter_ else {}) | (
        {"searchQuery": json.dumps(search, separators=(",", ":"))} if reference else {}
    )
    return f"{tasklist}#/?{urlencode(query)}"


def plain(label: str) -> str:
    """A request's label in words, without whom the source's system files it under."""
    return re.sub(r"^(Required )?CS (Manager: )?", "", label)


_environment = Environment(
    loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, autoescape=False
)
_environment.filters |= {"day": day, "plain": plain}


def write(template: str, context: Context) -> tuple[str, str]:
    """(subject, body). The template's first line is `Subject: …`."""
    if template not in TEMPLATES:
        raise LookupError(template)
    return _rendered(template, {name: getattr(context, name) for name in Context.model_fields})


def write_digest(mails: list[tuple[str, Context]], tasklist: str) -> tuple[str, str]:
    """(subject, body) of one mail in place of several: what each is called, and its due date."""
    calls = [(write(template, context)[0], context.due) for template, context in mails]
    return _rendered(DIGEST, {"mails": calls, "tasklist": tasklist})


def _rendered(template: str, values: dict[str, Any]) -> tuple[str, str]:
    subject, _, body = _environment.get_template(f"{template}.txt").render(values).partition("\n")
    return subject.removeprefix("Subject: "), body.strip() + "\n"
