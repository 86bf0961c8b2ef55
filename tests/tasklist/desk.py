"""A person's desk: Tasklist in a browser, read and used only through what the page shows."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import BrowserContext, Locator, TimeoutError, expect

from tests.case import eventually
from workers.notifications.message import link
from workers.settings import PROJECT

PICTURES = PROJECT / "docs" / "images"
PATIENCE = 90_000  # milliseconds for a page that is drawn, or an engine that answers


class Desk:
    """One user, logged in to Tasklist."""

    def __init__(self, context: BrowserContext, web_url: str, user: str, pictures: Path):
        self.user, self.pictures = user, pictures
        self.known: dict[str, str] = {}  # the ids of the filters that were shown: what a mail's link names
        self.home = f"{web_url}/camunda/app/tasklist/default/#/"
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(self.home)
        log_in(self.page, user)
        expect(self.page.locator(".task-filters .task-filter").first).to_be_visible()

    # the list

    def filters(self) -> list[str]:
        """The names of the shared filters, in the order of the page."""
        return [
            name.strip().split("\n")[0]
            for name in self.page.locator(".task-filters .task-filter h4 a").all_text_contents()
        ]

    def show(self, filter_: str, child: str | None = None) -> None:
        """Load the list afresh, under a filter; of one child only, as a mail's link does: others have their
        tasks too, and a page of the list has fifteen.
        """
        if not (child and filter_ in self.known):
            self.load(self.home)
            self.page.locator(".task-filters .task-filter h4 a").filter(has_text=filter_).click()
            self.page.mouse.move(700, 700)  # the filter's tooltip covers the one above
            expect(self.page.locator(".task-filter.active")).to_contain_text(filter_)
        if child:
            if filter_ not in self.known:
                self.page.wait_for_url("**filter=**")
                [self.known[filter_]] = parse_qs(self.page.url.partition("?")[2])["filter"]
            self.load(link(self.home.removesuffix("#/"), self.known[filter_], child))
            expect(self.page.locator(".task-filter.active")).to_contain_text(filter_)
        expect(self.page.locator(".tasks-list .loader").first).to_be_hidden()

    def load(self, address: str) -> None:
        """Open an address of Tasklist; once more where the page stays empty: the server keeps one nonce a
        session, and a late answer to the page before has made this one's scripts strangers (seen once).
        """
        for patience in (30_000, 90_000):
            self.page.goto("about:blank")
            self.page.goto(address)
            with suppress(TimeoutError):
                self.page.locator(".task-filters").first.wait_for(timeout=patience)
                return
        raise AssertionError("Tasklist stays empty")

    def card(self, child: str) -> Locator:
        """A task of the list, known by the child's reference."""
        return self.page.locator(".tasks-list li.task").filter(has_text=child)

    def start(self, pathway: str) -> None:
        """Open the form that starts a pathway."""
        self.page.goto(self.home)
        self.page.get_by_text("Start process").first.click()
        self.page.locator(".modal-body a").filter(has_text=pathway).first.click()

    # the task

    def open(self, child: str, task: str, filter_: str) -> None:
        """Find the child's task under a filter and open its form."""
        self.show(filter_, child)
        wanted = self.card(child).filter(has_text=task)
        further = self.page.locator(".pagination-next:not(.disabled) a")
        while not wanted.count() and further.count():  # a page shows fifteen
            further.first.click()
            expect(self.page.locator(".tasks-list .loader").first).to_be_hidden()
        wanted.locator("h4 a, .names-and-claim a").first.click()
        expect(self.page.locator(".task-details h2").first).to_contain_text(task)
        expect(self.form).to_contain_text(child)

    def claim(self) -> None:
        self.page.get_by_role("button", name="Claim", exact=True).click()
        expect(self.page.locator(".disabled-form")).to_have_count(0)

    def give_back(self) -> None:
        """The cross beside one's own name."""
        self.page.locator("button.unclaim").click()
        expect(self.page.get_by_role("button", name="Claim", exact=True)).to_be_visible()

    def hand_over(self, user: str) -> None:
        """Click on the name of who has the task, write another."""
        self.page.locator(".task-card .set-value").filter(
            has=self.page.locator(".glyphicon-user")
        ).first.click()
        field = self.page.locator(
            ".task-card [cam-widget-inline-field] input, .task-card input[type=text]"
        ).first
        field.fill(user)
        field.press("Enter")
        expect(
            self.page.locator(".task-card .set-value").filter(has=self.page.locator(".glyphicon-user")).first
        ).to_contain_text(user.replace("-", " ").title())

    @property
    def complete_button(self) -> Locator:
        """Grey as long as the page finds fault with the last answer."""
        return self.page.get_by_role("button", name="Complete", exact=True)

    def dismiss(self) -> None:
        """Close the notification that lies over the buttons."""
        self.page.locator(".page-notifications").get_by_role("button", name="×").click()
        expect(self.page.locator(".page-notifications").get_by_role("button", name="×")).to_have_count(0)

    def complete(self) -> None:
        """Complete the task; it leaves the page."""
        self.complete_button.click()
        expect(self.page.get_by_text("Select a task in the list.")).to_be_visible()

    def refused(self) -> None:
        """Complete a task that the rules refuse: it is there again, with the reasons on top."""
        self.complete_button.click()
        expect(self.page.locator(".task-details h2").first).to_contain_text("Not accepted, please correct")
        expect(self.message).to_contain_text("Please look at this again:")

    # the form

    @property
    def form(self) -> Locator:
        return self.page.locator("form.fjs-form")

    @property
    def message(self) -> Locator:
        """What stands on top of a form that came back."""
        return self.form.locator(".fjs-form-field-text").first

    @property
    def earlier(self) -> Locator:
        """What the record already holds, as text; of a decision maker also what was written before."""
        return self.form.locator(".fjs-form-field-text").filter(has=self.page.locator("h4"))

    def error(self, component: dict[str, Any]) -> Locator:
        return self.part(f"{component['id']}-error-message")

    def show_question(self, component: dict[str, Any]) -> None:
        """Scroll until a question stands on top."""
        self.part(component["id"]).evaluate("part => part.closest('.fjs-form-field-group').scrollIntoView()")

    def nothing_cut_off(self) -> None:
        """No label, heading, row or chosen option is larger than its place: a label runs out sideways, a
        select's text below its box.
        """
        cut = self.form.evaluate("""form => [
            ...[...form.querySelectorAll('label, p, h2, td')].filter(part =>
                getComputedStyle(part).display !== 'inline' && part.scrollWidth > part.clientWidth + 1),
            ...[...form.querySelectorAll('.fjs-select-display')].filter(part =>
                part.scrollHeight > part.closest('.fjs-input-group').clientHeight + 1),
        ].map(part => part.textContent)""")
        assert not cut, f"cut off: {cut}"

    def part(self, component: str) -> Locator:
        """An input of a question, by the question's id in the form's file."""
        return self.form.locator(f"[id$='-{component}']")

    def answer(self, component: dict[str, Any], value: Any) -> None:
        """Answer a question the way its type asks for; the question must be readable."""
        label = component.get("label") or component["dateLabel"]
        inputs = ", ".join(f"[id$='-{component['id']}{part}']" for part in ("", "-date", "-0"))
        question = self.form.locator(".fjs-element", has=self.page.locator(inputs)).last
        expect(question.locator("label").filter(has_text=label).first).to_be_visible()
        match component["type"]:
            case "datetime":
                day = self.part(f"{component['id']}-date")
                day.fill("/".join(reversed(value.split("-"))))
                day.press("Enter")
            case "select":
                question.locator(".fjs-input-group").click()
                question.locator(".fjs-dropdownlist-item").get_by_text(
                    _label(component, value), exact=True
                ).click()
            case "radio":
                question.get_by_label(_label(component, value), exact=True).check()
            case "checklist":
                for option in component["values"]:
                    question.get_by_label(option["label"], exact=True).set_checked(option["value"] in value)
            case "checkbox":
                self.part(component["id"]).set_checked(value)
            case _:
                self.part(component["id"]).fill(str(value))
                self.part(component["id"]).blur()  # an error that goes moves what is below it

    def answers(self) -> dict[str, str]:
        """What every input holds, by id."""
        return self.form.evaluate("""form => Object.fromEntries(
            [...form.querySelectorAll('input.fjs-input, textarea, .fjs-select-display')].map(part => [
                part.id.replace(/^fjs-form-[^-]+-/, ''),
                /radio|checkbox/.test(part.type) ? String(part.checked) : part.value ?? part.textContent,
            ]))""")

    def holds(self, answers: dict[str, str]) -> None:
        """Every input holds this, as soon as the form is drawn."""
        eventually(lambda: self.answers() == answers, lambda: f"{self.answers()}, not {answers}")

    def shoot(self, name: str) -> None:
        """A picture for the documentation: into docs/images only if HOMEWARD_SCREENSHOTS=1."""
        shoot(self.page, self.pictures, name)


def log_in(page: Any, user: str) -> None:
    """Fill in the login page until it is gone: if it was still being drawn, it moves the cursor, and what was
    typed lands in the wrong field.
    """
    fields = page.get_by_placeholder("Username"), page.get_by_placeholder("Password")

    def filled() -> bool:
        for field in fields:
            field.fill(user)
        page.wait_for_timeout(200)
        return [field.input_value() for field in fields] == [user, user]

    def logged_in() -> bool:
        """Whatever was typed into a page that was drawn anew is refused, and asked for again."""
        eventually(filled, lambda: "the login page keeps nothing")
        with page.expect_response(
            lambda answer: "/auth/user/" in answer.url and answer.request.method == "POST"
        ) as answer:
            page.get_by_role("button", name="Log in").click()
        return answer.value.ok

    eventually(logged_in, lambda: f"{user} is not let in")
    expect(fields[0]).to_have_count(0)


def shoot(page: Any, pictures: Path, name: str) -> None:
    folder = PICTURES if os.environ.get("HOMEWARD_SCREENSHOTS") == "1" else pictures
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", animations="disabled")


def components(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The questions of a form by key, those in groups too."""
    found = {}
    for part in form["components"]:
        found |= components(part) if part["type"] == "group" else {part["key"]: part} if "key" in part else {}
    return found


def _label(component: dict[str, Any], value: str) -> str:
    return next(option["label"] for option in component["values"] if option["value"] == value)
