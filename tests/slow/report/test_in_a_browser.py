"""The report in a real browser."""

import shlex
import shutil

import pytest
from reported_jobs import EVIL, ReportedJob, facts

from fastseg_edit.batching import report
from fastseg_edit.batching.report.entries import Entry
from fastseg_edit.batching.report.page import About
from fastseg_edit.batching.report.page import page as page_of
from fastseg_edit.batching.report.ranking import worst_first
from fastseg_edit.batching.report.totals import totals

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

HARD = "it's $(here).jpg"


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=[*FLAGS])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    job = ReportedJob(tmp_path_factory.mktemp("job") / "job")
    job.painted("plain.jpg", facts=facts(score=0.95, coverage=0.1))
    job.painted(EVIL, facts=facts(score=0.7, coverage=0.3))
    doubtful = [{"code": "W_DOUBTFUL", "text": "blurred"}]
    job.painted(HARD, facts=facts(score=0.8, coverage=0.2, warnings=doubtful))
    job.ended("broken.jpg", "failed", ("E_INPUT_EMPTY", "broken.jpg has no bytes", "Copy it."))
    job.listed("waiting.jpg")
    names = report.write(job.out, job.photos, job.results, job.journal, report.Options(rows=4))
    assert names[0] == "report.html"
    yield job
    job.journal.close()


@pytest.fixture
def page(browser, job):
    """The page, opened. Nothing else is asked for, and nothing goes wrong."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    opened, wrong = context.new_page(), []
    address = (job.out / "report.html").as_uri()
    own = (address, "data:", "blob:")
    opened.on("console", lambda said: wrong.append(said.text))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda one: one.url.startswith(own) or wrong.append(one.url))
    opened.goto(address)
    yield opened
    context.close()
    assert wrong == []


def names(page):
    return page.locator(".item:visible h2").all_text_contents()


def test_the_page_shows_every_item_worst_first(page):
    assert names(page) == ["broken.jpg", HARD, "plain.jpg", EVIL, "waiting.jpg"]
    assert (
        page.locator("img[data-label]").evaluate_all(
            "images => Promise.all(images.map(each => each.decode())).then(() => images.length)"
        )
        == 10
    )


def test_a_name_that_is_markup_does_not_run(page):
    assert page.title() == "out: batch report"
    assert page.locator("h2 img").count() == 0


def test_states_filter(page):
    page.get_by_role("button", name="failed 1").click()
    assert names(page) == ["broken.jpg"]
    assert page.locator("#count").text_content() == "1 of 5 items"
    page.get_by_role("button", name="waiting 1").click()
    assert names(page) == ["broken.jpg", "waiting.jpg"]


def test_codes_filter(page):
    page.get_by_label("code").select_option("W_DOUBTFUL")
    assert names(page) == [HARD]


def test_words_filter(page):
    page.get_by_label("search").fill("PLAIN")
    page.wait_for_function("document.querySelector('#count').textContent.startsWith('1 of')")
    assert names(page) == ["plain.jpg"]


@pytest.mark.parametrize(
    ("order", "first"),
    [("score", EVIL), ("coverage", EVIL), ("seconds", "broken.jpg"), ("name", EVIL)],
)
def test_the_list_is_sorted(page, order, first):
    page.get_by_label("sorted by").select_option(order)
    assert names(page)[0] == first
    page.get_by_label("sorted by").select_option("rank")
    assert names(page)[0] == "broken.jpg"


def test_an_item_is_enlarged_and_compared_by_keys(page):
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    assert page.locator("#view-name").text_content() == HARD
    assert page.locator("#view").is_visible()
    split = page.locator("#split")
    page.locator("#view-name").click()
    page.keyboard.press("Space")
    assert split.input_value() == "100"
    page.keyboard.press("Space")
    assert split.input_value() == "0"
    page.keyboard.press("m")
    assert page.locator("#under-label").text_content() == "mask over photo"
    page.keyboard.press("ArrowRight")
    assert page.locator("#view-name").text_content() == "plain.jpg"
    page.keyboard.press("Escape")
    assert not page.locator("#view").is_visible()
    assert page.evaluate("document.activeElement.querySelector('h2').textContent") == "plain.jpg"


def test_a_click_on_pictures_enlarges_them(page):
    page.locator(".item", has_text="plain.jpg").locator("button.pictures").click()
    assert page.locator("#view-name").text_content() == "plain.jpg"
    page.locator("#split").fill("25")
    edge = page.locator("#compare").evaluate("box => box.style.getPropertyValue('--split')")
    assert edge == "25%"


def test_what_is_copied_is_the_command_for_a_shell(page, job):
    row = page.locator(".item", has_text=HARD)
    row.get_by_role("button", name="Copy retry command").click()
    row.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    wanted = ["fastseg-edit", "batch", "retry", str(job.out), "--item", HARD]
    assert shlex.split(copied) == wanted


def test_rows_come_as_somebody_scrolls_to_them(browser, tmp_path):
    entries = [Entry(n, f"{n}.jpg", f"{n}.jpg", "remove", f"{n}.jpg") for n in range(1000)]
    about = About("out", "today", report.Options())
    (tmp_path / "many.html").write_bytes(page_of(worst_first(entries), [], totals(entries), about))
    page = browser.new_page()
    page.goto((tmp_path / "many.html").as_uri())
    assert page.locator(".item").count() < 500
    assert page.locator("#count").text_content() == "1,000 items"
    for _ in range(20):
        page.mouse.wheel(0, 100_000)
        page.wait_for_timeout(50)
    assert names(page) == [entry.photo for entry in entries]
    page.get_by_label("search").fill("999")
    assert names(page) == ["999.jpg"]
    page.close()


@pytest.mark.parametrize("width", [1400, 600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(page, width, scheme, tmp_path):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 1000})
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(page, scheme):
    """Their contrast is at least 4.5, as WCAG 2.2 asks for in 1.4.3."""
    page.emulate_media(color_scheme=scheme)
    found = page.evaluate(CONTRASTS)
    assert found
    assert min(found.values()) >= 4.5, found


CONTRASTS = """() => {
  const light = (text) => {
    const parts = text.match(/[0-9.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!colour.startsWith("rgba(")) return light(colour);
    }
    return light("rgb(255, 255, 255)");
  };
  const found = {};
  const places = "h1, h2, .top p, th, td, .filter, .why, .code, .state, dt, dd, a, code, button";
  for (const element of document.querySelectorAll(places)) {
    if (!element.checkVisibility() || !element.textContent) continue;
    const pair = [light(getComputedStyle(element).color), ground(element)].sort((a, b) => b - a);
    found[`${element.tagName}.${element.className}`] = (pair[0] + 0.05) / (pair[1] + 0.05);
  }
  return found;
}"""
