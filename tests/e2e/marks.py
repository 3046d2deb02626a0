"""The pages that decide, and what no rule of axe looks at on a page."""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize

PAGES = {
    "home": "/",
    "processes": "/trajecten",
    "process": "/trajecten/havenplein",
    "proposals": "/trajecten/havenplein/voorstellen",
    "proposal": "/trajecten/havenplein/voorstellen?zoek=regenwater .p-card__title a",
    "ballot": "/trajecten/bewonersbegroting-parkwijk .p-lead .utrecht-button",
    "result": "/ .p-list a",
    "log in": "/inloggen",
    "counting": "/zo-tellen-wij",
    "contact": "/contact",
}
"""The address; behind a space the link to follow from there."""

WIDTHS = (320, 768, 1280)
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
LEAST_TARGET = 24
MOST_BYTES = 60_000
MOST_FILES = 6
"""Style, script and letters of all main pages together."""

MOST_SHIFT = 0.01
"""How much may move while a page loads; the good sites of the web stay below 0.1."""
WATCH_SHIFTS = """window.shifted = 0;
  new PerformanceObserver(seen => { for (const e of seen.getEntries()) window.shifted += e.value; })
    .observe({type: "layout-shift", buffered: true});"""

WIDE_TEXT = """() => {
  for (const element of document.body.querySelectorAll("*")) {
    element.style.setProperty("line-height", "1.5", "important");
    element.style.setProperty("letter-spacing", "0.12em", "important");
    element.style.setProperty("word-spacing", "0.16em", "important");
  }
  for (const text of document.querySelectorAll("p")) {
    text.style.setProperty("margin-bottom", "2em", "important");
  }
}"""
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter(e => e.innerText && !e.closest(".p-hidden") && e.tagName !== "SVG")
  .filter(e => getComputedStyle(e).clip === "auto" && e.offsetHeight > 1 && !e.closest("thead"))
  .filter(e => !e.closest(".p-steps li:not(.p-steps__here)"))
  .filter(e => getComputedStyle(e).overflow !== "visible" && e.scrollHeight > e.clientHeight + 2)
  .map(e => e.outerHTML.slice(0, 80))"""
SMALL_TARGETS = """least => [...document.querySelectorAll(
    "button, input:not([type=hidden]), select, textarea, summary, .utrecht-button, " +
    "header a, footer li a"
  )].filter(e => e.getClientRects().length && !e.closest(".utrecht-skip-link, .p-hidden"))
  .filter(e => !e.classList.contains("utrecht-skip-link"))
  .filter(e => { const b = e.getBoundingClientRect(); return Math.min(b.width, b.height) < least; })
  .map(e => e.outerHTML.slice(0, 80))"""
MOVING = """() => [...document.querySelectorAll("*")].filter(e => {
    const style = getComputedStyle(e);
    return style.animationName !== "none" || !/^(0s(, )?)+$/.test(style.transitionDuration);
  }).map(e => e.outerHTML.slice(0, 80))"""
WITHOUT_EDGE = """() => [...document.querySelectorAll(".utrecht-button, .p-card, .utrecht-textbox")]
  .filter(e => e.getClientRects().length && parseFloat(getComputedStyle(e).borderTopWidth) < 1)
  .map(e => e.outerHTML.slice(0, 80))"""
HIDDEN_FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  if (e === document.body || !e.getClientRects().length) return "";
  const seen = [0.25, 0.5, 0.75].some(part => {
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height * part);
    return top && (e.contains(top) || top.contains(e));
  });
  return seen ? "" : e.outerHTML.slice(0, 80);
}"""


def go(page: Page, name: str) -> None:
    """Open one of the main pages."""
    path, _, link = PAGES[name].partition(" ")
    page.goto(path)
    if link:
        page.goto(page.locator(link).first.get_attribute("href") or "")
