"""Makes `case.png`, the picture in the README: a real page of the demo city, photographed in Chromium at 1280 pixels.

`DATABASE_URL=postgresql://… ONEVISIT_DEMO=1 .venv/bin/python docs/images/make.py`, with an empty database and the test packages.
"""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.journeys.walks import ZHANG, draft, fill_in, submit, until  # noqa: E402 - the project is found first
from tests.living import City, living  # noqa: E402

SIZE = {"width": 1280, "height": 1080}
ARGUMENTS = ["--disable-gpu", "--no-sandbox"] if os.geteuid() == 0 else ["--disable-gpu"]


def photograph(city: City, page: Page) -> None:
    """张晓月 has filed and the city has decided: the case, with what she does next, clock, rail and account of visits."""
    draft(page, ZHANG)
    fill_in(page, ZHANG)
    case = submit(page)
    until(page, case, "去缴费")
    city.wait_for(city.idle, "the worker to finish")
    page.goto(case)
    page.screenshot(path=HERE / "case.png")


def main() -> None:
    """One city, one browser, one picture."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "onevisit.settings"}
        city = City(Path(folder), environment)
        city.onevisit("migrate")
        with living(Path(folder), environment) as running, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
            page = browser.new_page(base_url=running.url, locale="zh-CN", viewport=SIZE)
            page.set_default_timeout(15000)
            photograph(running, page)
            browser.close()


if __name__ == "__main__":
    main()
