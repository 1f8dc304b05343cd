"""Pictures of the console's pages, to look at.

PYTHONPATH=tests .venv/bin/python -m browser.console_shots DIRECTORY [NAME…]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from browser.conftest import DESK, PHONE, launched
from browser.console.scenes import SCENES, prepare
from browser.console.visiting import enter, show
from rejoinder.store.migrate import migrate
from servers import rejoinder


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
                        whole = visitor.page.locator("dialog[open], details.menu[open]").count() == 0
                        path = directory / f"{name}-{device}-{scheme}.png"
                        visitor.page.screenshot(path=path, full_page=whole)
                        for what in visitor.wrong:
                            print(f"{path.name}: {what}")  # noqa: T201
                        visitor.context.close()


if __name__ == "__main__":
    main()
