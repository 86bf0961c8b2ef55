"""Where a child stands, as the operator sees it in Cockpit."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.tasklist.desk import PATIENCE, log_in, shoot
from workers.settings import settings

PATHWAY = "Activity_PermanencyPlanning"


def test_the_pathway_shows_its_workstep_and_the_called_instance_is_a_click_away(page_of, case, tmp_path):
    case.start()
    case.task("permanency-planning")
    page = page_of().new_page()
    page.set_default_timeout(PATIENCE)
    cockpit = f"{settings().web_url}/camunda/app/cockpit/default/#"
    # a link to the case would draw the login page twice, and lose what was typed
    page.goto(f"{cockpit}/login")
    log_in(page, settings().camunda_user)
    page.goto(f"{cockpit}/process-instance/{case.pathway}/runtime")

    expect(page.locator(f"[data-container-id='{PATHWAY}'] .instance-count")).to_have_text("1")
    expect(page.locator(".ctn-content-bottom")).to_be_visible()
    expect(page.get_by_text(case.child).first).to_be_visible()
    page.get_by_text("Called Process Instances").click()
    called = page.get_by_role("row").filter(has_text="SC Permanency Planning Process")
    expect(called).to_contain_text(case.child)
    zoom_to(page, PATHWAY)
    shoot(page, tmp_path, "cockpit-permanence")

    called.get_by_role("link").first.click()
    expect(page.locator("[data-container-id='UserTask_WriteReport'] .instance-count")).to_have_text("1")


def zoom_to(page, activity: str) -> None:
    """Make the diagram around an activity readable."""
    box = page.locator(f"g[data-element-id='{activity}']").first.bounding_box()
    page.mouse.move(box["x"] - 40, box["y"])
    page.keyboard.down("Control")
    for _ in range(6):
        page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    page.mouse.move(640, 860)
    expect(
        page.locator(f"[data-container-id='{activity}'] .instance-count")
    ).to_be_visible()  # hidden while zooming
