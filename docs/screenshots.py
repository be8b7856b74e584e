"""Make the pictures of the desk: a demonstration office served on this machine, its main pages drawn at two widths.

`make screenshots` needs Chromium; it makes the demonstration anew in a folder of its own, which is taken away afterwards.
"""

import io
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "img"
KEEPER = "Demonstration Keeper"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LARGEST = 120_000  # bytes: the pictures are part of the repository
# Name of the picture, the page it begins from, and the links to follow from there, as regular expressions.
PAGES: dict[str, tuple[str, ...]] = {
    "home": ("/",),
    "contacts": ("/contacts/?text=ken",),
    "organisation": ("/contacts/organisations/kenya",),
    "campaign": ("/campaigns/wsis20-input",),
    "letters": ("/letters/?campaign=member-state",),
    "letter": ("/letters/?campaign=member-state&text=Kenya", "^IGF/LP/"),
    "answers": ("/responses/",),
    "waiting": ("/waiting/", "Out of office"),
    "reading": ("/responses/", "Baltic", "^Read and mark passages"),
    "coverage": ("/inputs/",),
    "communique": ("/communique/wsis20/1/en",),
    "review": ("/communique/summary/1/en/review",),
    "engagements": ("/engagements/",),
    "morning": ("/morning",),
}
ON_A_TELEPHONE = ("home", "letter", "reading")


def command(*words: str, office: Path, given: str | None = None) -> None:
    """Run `outreach` on `office`."""
    call = [sys.executable, "-m", "outreach", "--office", str(office), *words]
    subprocess.run(call, check=True, input=given, encoding="utf-8", stdout=subprocess.DEVNULL)


@contextmanager
def desk() -> Iterator[tuple[str, str]]:
    """Serve a new demonstration office; gives its address and the keeper's password."""
    with tempfile.TemporaryDirectory(prefix="outreach-") as folder:
        office, password = Path(folder) / "demo-office", secrets.token_urlsafe(12)
        command("demo", str(office), office=office)
        command("people", "password", KEEPER, "--from-stdin", office=office, given=password)
        call = [sys.executable, "-u", "-m", "outreach", "--office", str(office), "serve", "--port", "0"]
        with subprocess.Popen(call, stdout=subprocess.PIPE, encoding="utf-8") as server:
            try:
                found = re.search(r"http://\S+?(?=/ )", server.stdout.readline() if server.stdout else "")
                if found is None:
                    raise SystemExit("The desk was not served.")
                yield found[0], password
            finally:
                server.terminate()


def keep(page: Page, name: str) -> None:
    """Draw what the page shows in few colours, fewer until the file is small enough."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (64, 32, 16, 8):
        drawn = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(drawn, "PNG", optimize=True)
        if drawn.tell() < LARGEST:
            break
    (IMAGES / f"desk-{name}.png").write_bytes(drawn.getvalue())


def go(page: Page, address: str, way: tuple[str, ...]) -> None:
    """Open a page, and follow the first link of its content that fits each word."""
    page.goto(address + way[0])
    for word in way[1:]:
        page.locator("main a").filter(has_text=re.compile(word)).first.click()
    page.wait_for_load_state("networkidle")


def main() -> None:
    """Draw all pages."""
    IMAGES.mkdir(exist_ok=True)
    with desk() as (address, password), sync_playwright() as playwright:
        flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=flags)
        for size, names in ((WIDE, tuple(PAGES)), (NARROW, ON_A_TELEPHONE)):
            page = browser.new_page(viewport=size)
            page.goto(f"{address}/sign-in")
            page.get_by_label("Name").fill(KEEPER)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
            for name in names:
                go(page, address, PAGES[name])
                keep(page, name if size is WIDE else f"{name}-phone")
        browser.close()


if __name__ == "__main__":
    main()
