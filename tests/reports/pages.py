"""Reports in a browser: what they look like, what they do, and that nothing leaves them."""

from __future__ import annotations

import json
import os
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path

from expect import expect

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

# What names, tags and texts may hold of somebody else's making.
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3)"


def check(vpcflow: Path, home: Path, pictures: Path | None) -> None:
    from playwright.sync_api import sync_playwright

    page_file = report(vpcflow, home / "pages")
    many = many_findings(vpcflow, home / "many")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for theme in ["light", "dark"]:
            for name, size in [("desktop", DESKTOP), ("phone", PHONE)]:
                with Page(browser, page_file, size, theme) as page:
                    looks(page, name)
                    if pictures:
                        pictures.mkdir(parents=True, exist_ok=True)
                        page.page.screenshot(path=pictures / f"{name}-{theme}.png", full_page=True)
        with Page(browser, page_file, DESKTOP, "light") as page:
            chooses(page)
            if pictures:
                page.page.pdf(path=pictures / "printed.pdf")
        with Page(browser, page_file.parent / "index.html", DESKTOP, "light") as page:
            if pictures:
                page.page.screenshot(path=pictures / "index.png", full_page=True)
            lists(page, page_file)
        with Page(browser, many, DESKTOP, "light") as page:
            opens(page)
        without_script(browser, page_file)
        browser.close()


def chromium() -> str:
    for path in ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]:
        if os.path.exists(path):
            return path
    expect("there is a browser", False, "install chromium")
    return ""


def report(vpcflow: Path, home: Path) -> Path:
    """The report of yesterday, after four days of history, with names that are hostile."""
    home.mkdir()
    first = date.today() - timedelta(days=5)
    generate = ["generate", "--to", "logs", "--records", "120000", "--days", "5", "--date", str(first), "--attacks"]
    subprocess.run([vpcflow, *generate], cwd=home, check=True, capture_output=True)
    interfaces = json.loads((home / "logs" / "interfaces.json").read_text())
    for interface in interfaces["NetworkInterfaces"]:
        interface["TagSet"] = [{"Key": "Name", "Value": HOSTILE}]
        interface["Description"] = HOSTILE
    (home / "hostile.json").write_text(json.dumps(interfaces))
    (home / "schedule.toml").write_text(
        """
source = "logs/AWSLogs"
lake = "lake"
[context]
interfaces = ["hostile.json"]
security-groups = ["logs/security-groups.json"]
[[schedule]]
name = "daily"
cron = "0 0 * * *"
grace = "0s"
catch-up = 4
[[schedule.report]]
to = "reports"
"""
    )
    # The lake has all days, and yesterday and the day before are judged.
    ingest = ["ingest", "logs/AWSLogs", "--to", "lake"]
    subprocess.run([vpcflow, *ingest], cwd=home, check=True, capture_output=True)
    for _ in range(2):
        done = subprocess.run([vpcflow, "schedule", "schedule.toml", "--once"], cwd=home, capture_output=True, text=True)
        expect("the report is made", done.returncode == 0, done.stderr)
    [page] = sorted((home / "reports" / "daily").glob("2*.html"))
    return page


def many_findings(vpcflow: Path, home: Path) -> Path:
    """A page of ten thousand findings: as many hosts that each try twenty ports."""
    home.mkdir()
    lines = [
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
    ]
    for host in range(10_000):
        address = f"203.{host // 250}.{host % 250}.9"
        for port in range(1, 21):
            start = 1773230400 + host % 3600
            lines.append(
                f"2 123456789012 eni-0a1b2c3d {address} 10.0.0.5 40000 {port} 6 1 44 {start} {start + 50} REJECT OK"
            )
    (home / "flows.log").write_text("\n".join(lines) + "\n")
    detect = ["detect", "flows.log", "--only", "port-scan", "-o", "many.html"]
    done = subprocess.run([vpcflow, *detect], cwd=home, capture_output=True, text=True)
    expect("ten thousand are found", done.returncode == 0, done.stderr)
    return home / "many.html"


class Page:
    """A page that is open, and all that it says and asks for."""

    def __init__(self, browser, file: Path, size: dict[str, int], theme: str) -> None:
        self.context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.file = file
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def __enter__(self) -> Page:
        self.page.goto(self.file.as_uri())
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is None:
            expect("the page says nothing in the console", not self.said, self.said)
            others = [url for url in self.asked if not url.startswith("file:")]
            expect("no request leaves the page", not others and len(self.asked) <= 2, self.asked)
        self.context.close()

    def counts(self, begin: str) -> None:
        """Waits until so many are shown. The page's policy allows nobody to evaluate a text again and again."""
        until = time.monotonic() + 30
        while not self.page.locator("#shown").inner_text().startswith(begin):
            expect(f"{begin} ... are shown in the end", time.monotonic() < until)
            time.sleep(0.05)

    def shown(self) -> list[str]:
        # Of what is not on the screen the text that is laid out may be none.
        return self.page.locator("#list > .incident:visible h3").all_text_contents()


def looks(page: Page, name: str) -> None:
    """All that is to be there is there, fits the screen, and can be read by all."""
    from axe_playwright_python.sync_playwright import Axe

    for section in ["incidents", "period", "read", "left-out", "detections"]:
        expect(f"there is a section {section}", page.page.locator(f"section#{section}").count() == 1)
    panels = page.page.locator("section.panel").evaluate_all("all => all.map(one => one.querySelector('h3').id)")
    wanted = ["hours", "new", "destinations", "open-ports", "rejected-ports", "rejected-sources", "costs"]
    expect("there is each panel", panels == [f"panel-{panel}" for panel in wanted], panels)
    pictures = page.page.locator("svg.chart").count()
    expect("each has its pictures", pictures == len(wanted) + 2, pictures)
    spots = page.page.locator("#period .chart").first.locator(".spot title").all_text_contents()
    expect("values stand at the pointer, beside what is usual", len(spots) == 24 and "usual" in spots[12], spots)
    wide = page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(f"nothing is wider than the screen of a {name}", wide <= 0, wide)
    for _ in range(2):
        found = Axe().run(page.page)
        expect(f"axe finds nothing on a {name}", found.violations_count == 0, found.generate_report())
        # The second time, with all that is folded.
        page.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = false })")
    text = page.page.locator("body").inner_text()
    expect("hostile text is text", "<script>alert(1)</script>" in page.page.content().replace("&lt;", "<").replace("&gt;", ">"), text[:500])


def chooses(page: Page) -> None:
    """Filters and sorting, by mouse and by keyboard."""
    all_shown = page.shown()
    count = page.page.locator("#shown")
    expect("all are shown", count.inner_text() == f"{len(all_shown)} of {len(all_shown)} shown", count.inner_text())
    severities = page.page.locator("#choose input[name=severity]")
    first = severities.first.get_attribute("value")
    of_first = page.page.locator(f"#list > .incident[data-severity={first}]").count()
    severities.first.uncheck()
    expect("a severity can be left out", len(page.shown()) == len(all_shown) - of_first, first)
    page.page.get_by_role("button", name="Show all").click()
    page.counts(f"{len(all_shown)} of")
    page.page.get_by_label("Detection", exact=False).first.select_option("port-scan")
    scans = page.page.locator("#list > .incident:visible")
    detections = scans.evaluate_all("all => all.map(one => one.dataset.detections)")
    expect("a detection can be chosen", detections and all("port-scan" in one for one in detections), detections)
    page.page.get_by_role("button", name="Show all").click()
    page.counts(f"{len(all_shown)} of")
    # By keyboard alone: to the search, a word, and no form is sent.
    page.page.get_by_label("With the words").focus()
    page.page.keyboard.type("ssh")
    page.page.keyboard.press("Enter")
    some = page.shown()
    expect("words choose", 0 < len(some) < len(all_shown), some)
    page.page.keyboard.press("Control+A")
    page.page.keyboard.press("Delete")
    page.page.get_by_label("In order of").select_option("latest")
    last = page.page.locator("#list > .incident:visible").evaluate_all("all => all.map(one => Number(one.dataset.last))")
    expect("the latest can stand first", last == sorted(last, reverse=True) and len(last) == len(all_shown), last)
    page.page.get_by_label("In order of").select_option("worst")
    expect("and the worst again", page.shown() == all_shown)
    summary = page.page.locator("#list > .incident:visible > summary").last
    summary.focus()
    page.page.keyboard.press("Enter")
    expect("an incident is opened by keyboard", page.page.locator("#list > .incident").last.get_attribute("open") is not None)


def lists(page: Page, report: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    link = page.page.locator("table a").first
    expect("the list leads to the report", link.get_attribute("href") == report.name, page.page.content())
    found = Axe().run(page.page)
    expect("axe finds nothing in the list", found.violations_count == 0, found.generate_report())
    link.click()
    expect("the report is opened", page.page.url == report.as_uri(), page.page.url)
    expect("and leads back", page.page.locator("nav a[href='index.html']").count() == 1)


def opens(page: Page) -> None:
    """A page of ten thousand findings. How long it takes is told, and no condition."""
    count = page.page.locator("#list > .incident").count()
    expect("ten thousand findings stand on the page", count == 10_000, count)
    timing = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    seconds = page.page.evaluate(timing) / 1000
    begun = "performance.now()"
    before = page.page.evaluate(begun)
    page.page.get_by_label("With the words").fill("203.7.9.9")
    page.counts("1 of")
    choosing = (page.page.evaluate(begun) - before) / 1000
    size = page.file.stat().st_size / 1e6
    print(f"reports: a page of 10,000 findings, {size:.1f} MB, opens in {seconds:.2f} s; words choose in {choosing:.2f} s")


def without_script(browser, file: Path) -> None:
    """All there is to know can be reached without a script."""
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    page = context.new_page()
    page.goto(file.as_uri())
    expect("without a script there is nothing that needs one", not page.locator("#choose").is_visible())
    expect("and incidents stand there", page.locator("#list > .incident").count() > 0)
    context.close()
