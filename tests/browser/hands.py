"""The ways a person works in a browser: with a mouse, with a finger, and by keys alone."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

# Far more stops than any page here has, so that a trap ends the search.
MOST_STOPS = 250

# Whether the focus is where we want it, and what a person sees of it. An outline may be drawn by the box around a
# field, or by an `::after` that covers a card; of what has the focus at least one point lies bare.
LOOK = """(wanted) => {
  const at = document.activeElement;
  if (!at || at === document.body) return {here: false, name: "body", seen: true, bare: true};
  const drawn = (one, part) => {
    const style = getComputedStyle(one, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const around = [at, at.parentElement, at.parentElement?.parentElement, at.closest("form")].filter(Boolean);
  const seen = around.some((one) => drawn(one)) || drawn(at, "::after");
  let over = "";
  const boxes = [...at.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  const bare = boxes.some((box) => [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].some(([x, y]) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    over ||= top?.outerHTML.slice(0, 160) ?? "nothing";
    if (!top || top.closest(".toasts")) return !!top;
    return at.contains(top) || top.contains(at) || top.closest("label")?.control === at;
  }));
  return {here: at === wanted, name: at.outerHTML.slice(0, 160), seen, bare, over};
}"""


class Mouse:
    """Points and clicks, and types what is to be typed."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def open_sheet(self, card: Locator, opener: Locator) -> None:
        """Press what shows itself when the pointer rests on a card."""
        card.hover()
        self.press(opener)

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def tick(self, label: str) -> None:
        self.press(self.page.get_by_text(label, exact=True))

    def attach(self, label: str, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.press(self.page.get_by_label(label, exact=True))
        chooser.value.set_files(file)


class Finger(Mouse):
    """Taps, and types on the keyboard that rises then."""

    def press(self, target: Locator) -> None:
        target.tap()

    def open_sheet(self, card: Locator, opener: Locator) -> None:
        self.press(opener)

    def write(self, label: str, words: str) -> None:
        box = self.page.get_by_label(label, exact=True)
        self.press(box)
        try:
            expect(box).to_be_focused(timeout=1000)
        except AssertionError:
            # Two taps within a blink are one gesture to a phone: who sees no caret taps again.
            self.press(box)
            expect(box).to_be_focused()
        self.page.keyboard.type(words)


class Keys(Mouse):
    """Tab, Enter, Space, the arrows and letters. Each stop on the way shows where the focus is."""

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def open_sheet(self, card: Locator, opener: Locator) -> None:
        self.press(opener)

    def write(self, label: str, words: str) -> None:
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(words)

    def choose(self, label: str, option: str) -> None:
        field = self.page.get_by_label(label, exact=True)
        self.reach(field)
        self.page.keyboard.type(option)
        expect(field.locator("option:checked")).to_have_text(option)

    def tick(self, label: str) -> None:
        """Tab goes to a group of choices, the arrows to the one that is meant, Space takes it."""
        field = self.page.get_by_label(label, exact=True)
        group = self.page.locator(f"input[name='{field.get_attribute('name')}']")
        self._tab_until(lambda: group.and_(self.page.locator(":focus")).count() > 0, label)
        for _ in range(group.count()):
            if self._is_at(field):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(field).to_be_checked()

    def attach(self, label: str, file: Path) -> None:
        self.reach(self.page.get_by_label(label, exact=True))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)

    def reach(self, target: Locator) -> None:
        """Go there by Tab."""
        expect(target).to_be_attached()
        self._tab_until(lambda: self._is_at(target), str(target))

    def _tab_until(self, is_there: Callable[[], bool], name: str) -> None:
        for _ in range(MOST_STOPS):
            if is_there():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: Tab never came to {name}")

    def _is_at(self, target: Locator) -> bool:
        found = self.page.evaluate(LOOK, target.element_handle())
        assert found["seen"], f"{self.page.url}: no sign of the focus on {found['name']}"
        assert found["bare"], f"{self.page.url}: {found['over']} lies over {found['name']}"
        return bool(found["here"])
