"""Journeys in a real browser: Debian's Chromium against a city of its own, checked at the end."""

import os
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.conftest import Databases
from tests.living import City, living

ARGUMENTS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]


@pytest.fixture(scope="session")
def city(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The living demo city of this run; `check` holds at its end."""
    name = databases.clone()
    environment = {
        **os.environ,
        "DATABASE_URL": databases.address(name),
        "ONEVISIT_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "onevisit.settings",
    }
    with living(tmp_path_factory.mktemp("city"), environment) as running:
        yield running
        running.wait_for(running.idle, "the worker to finish")
        running.checked()
    databases.drop(name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run."""
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop running in this thread
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser, city: City) -> Iterator[BrowserContext]:
    """A fresh profile."""
    made = browser.new_context(
        base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    made.set_default_timeout(15000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the fresh profile."""
    return context.new_page()


@pytest.fixture
def plain(browser: Browser, city: City) -> Iterator[Page]:
    """A page where no script runs."""
    made = browser.new_context(base_url=city.url, locale="zh-CN", java_script_enabled=False)
    made.set_default_timeout(15000)
    yield made.new_page()
    made.close()


@pytest.fixture
def officer(browser: Browser, city: City) -> Iterator[Page]:
    """A page in a profile of somebody else."""
    made = browser.new_context(
        base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    made.set_default_timeout(15000)
    yield made.new_page()
    made.close()


@pytest.fixture
def police(city: City) -> Iterator[None]:
    """The police's own system is there, and quick."""
    city.start("police")
    city.wait_for(lambda: _is_up(city.police), "the police")
    city.trouble("police", pace="seconds", seconds="1", decide="book", answer="normal", clock="now", paper="given")
    yield
    city.trouble("police", answer="normal", decide="book")


def _is_up(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2).close()
    except OSError:
        return False
    return True
