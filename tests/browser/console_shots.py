"""Pictures of the console's pages, to look at.

PYTHONPATH=tests .venv/bin/python -m browser.console_shots DIRECTORY [NAME…]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from browser.conftest import DESK, PHONE, launched
from browser.console.scenes import SCENES, prepare
from browser.console.visiting import enter, show
from rejoinder.store.migrate import migrate
from servers import rejoinder


def take(page: Page, path: Path, *, touched: bool) -> None:
    """Take all of a page from its top; of one with something open over it, what is seen.

    `touched` — by fingers: Chromium forgets that for pictures of more than the window, so the window grows.
    """
    whole = page.locator("dialog[open], details.menu[open]").count() == 0
    if whole:
        page.evaluate("scrollTo(0, 0)")
    if whole and touched and page.viewport_size:
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size(page.viewport_size | {"height": height})  # type: ignore[arg-type]
        page.wait_for_function(f"innerHeight === {height}")
    page.screenshot(path=path, full_page=whole and not touched)


def main() -> None:
    """Take them on a phone and at a desk, by day and by night; all, or those whose names begin as asked."""
    directory, wanted = Path(sys.argv[1]), tuple(sys.argv[2:])
    directory.mkdir(parents=True, exist_ok=True)
    names = [name for name in SCENES if not wanted or name.startswith(wanted)]
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        url = f"sqlite:///{place}/rejoinder.db"
        migrate(url)
        with launched(playwright) as browser, rejoinder.running(url) as server:
            stage = prepare(server.tenant(features=["api_export"]))
            for device, options in (("phone", PHONE), ("desk", DESK)):
                for scheme in ("light", "dark"):
                    for name in names:
                        visitor = enter(browser, stage, options, scheme)
                        show(visitor.page, stage, name)
                        path = directory / f"{name}-{device}-{scheme}.png"
                        take(visitor.page, path, touched=device == "phone")
                        for what in visitor.wrong:
                            print(f"{path.name}: {what}")  # noqa: T201
                        visitor.context.close()


if __name__ == "__main__":
    main()
