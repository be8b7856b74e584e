"""How a person works the desk: with a pointer, or with the keyboard alone, who sees at each step where the focus is."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

MOST_TABS = 1500

# How wide the outline of what has the focus is in pixels, and how its colour stands out from the white page (WCAG 1.4.11).
OUTLINE = """() => {
  const one = document.activeElement, look = getComputedStyle(one);
  const [r, g, b] = look.outlineColor.match(/[0-9.]+/g).map(Number).map(
    part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const contrast = 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
  return [one.outerHTML.slice(0, 120), look.outlineStyle === "none" ? 0 : parseFloat(look.outlineWidth), contrast];
}"""


@dataclass
class Pointer:
    """A person with a mouse or a finger."""

    page: Page

    def follow(self, name: str) -> None:
        self._use(self.page.get_by_role("link", name=name, exact=True).first)

    def press(self, name: str) -> None:
        self._use(self.page.get_by_role("button", name=name).last)

    def tick(self, name: str) -> None:
        self.page.get_by_label(name, exact=True).check()

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label).fill(words)

    def date(self, label: str, day: date) -> None:
        self.page.get_by_label(label).fill(day.isoformat())

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label).select_option(option)

    def attach(self, label: str, path: Path) -> None:
        self.page.get_by_label(label).set_input_files(path)

    def save(self, name: str) -> Download:
        with self.page.expect_download() as waiting:
            self.press(name)
        return waiting.value

    def _use(self, what: Locator) -> None:
        what.click()


class Keyboard(Pointer):
    """A person who goes on with Tab, and does with Enter, the space bar, arrows and letters."""

    def reach(self, what: Locator) -> None:
        """Go on until `what` has the focus, which must be seen."""
        expect(what).to_be_visible()
        for _ in range(MOST_TABS):
            if what.evaluate("one => one === document.activeElement"):
                where, width, contrast = self.page.evaluate(OUTLINE)
                assert width >= 2, f"the focus is not seen at {where}"
                assert contrast >= 3, f"the focus is too faint at {where}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {what}")

    def tick(self, name: str) -> None:
        self.reach(self.page.get_by_label(name, exact=True))
        self.page.keyboard.press("Space")

    def write(self, label: str, words: str) -> None:
        self.reach(self.page.get_by_label(label))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def date(self, label: str, day: date) -> None:
        self.reach(self.page.get_by_label(label))
        # As a British browser asks for it: the fields of the day, the month and the year.
        self.page.keyboard.type(f"{day:%d%m%Y}")

    def choose(self, label: str, option: str) -> None:
        self.reach(self.page.get_by_label(label))
        self.page.keyboard.type(option)

    def attach(self, label: str, path: Path) -> None:
        self.reach(self.page.get_by_label(label))
        with self.page.expect_file_chooser() as waiting:
            self.page.keyboard.press("Space")
        waiting.value.set_files(path)

    def _use(self, what: Locator) -> None:
        self.reach(what)
        self.page.keyboard.press("Enter")
