"""A person without a mouse, who must see where the focus is."""

from __future__ import annotations

from playwright.sync_api import Page

FOCUS = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect();
    const style = getComputedStyle((e.closest(".p-card__title") && e.closest(".p-card")) || e);
    const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
        name: (e.labels?.[0] || e).innerText.replace(/\\s+/g, " ").trim(),
        ring: e.matches(":focus-visible") &&
            ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
                || style.boxShadow !== "none"),
        seen: seen !== null && (e.contains(seen) || seen.contains(e)
            || (e.labels ? [...e.labels].some(l => l.contains(seen)) : false)),
    };
}"""


def tab_to(page: Page, name: str, *, keys: int = 90) -> None:
    """Press Tab until `name` has the focus; whatever has it on the way is seen to have it."""
    for _ in range(keys):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue  # past the last link: the next Tab begins at the top
        focus = page.evaluate(FOCUS)
        assert focus["ring"], f"no visible focus on «{focus['name']}» of {page.url}"
        assert focus["seen"], f"something lies over «{focus['name']}» of {page.url}"
        if focus["name"].startswith(name):
            return
    raise AssertionError(f"Tab never comes to «{name}» on {page.url}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to `name` by Tab and press it; a new page comes."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)
