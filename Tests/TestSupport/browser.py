"""Opens the page of the API in a headless Chromium, tries one request, and prints what it saw as JSON.

usage: browser.py URL SCREENSHOT PROFILE

Speaks the Chrome DevTools Protocol (https://chromedevtools.github.io/devtools-protocol/) over a pipe.
"""

import base64
import json
import os
import subprocess
import sys
import time

PATIENCE_SECONDS = 60


class Browser:
    def __init__(self, profile):
        to_browser, self.commands = os.pipe()
        self.events, from_browser = os.pipe()

        def place_pipes():
            # The browser reads descriptor 3 and writes descriptor 4; none of the pipe's ends may be overwritten before.
            read_end, write_end = os.dup(to_browser), os.dup(from_browser)
            os.dup2(read_end, 3)
            os.dup2(write_end, 4)

        self.process = subprocess.Popen(
            ["/usr/bin/chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--window-size=1280,1600", "--remote-debugging-pipe", f"--user-data-dir={profile}"],
            preexec_fn=place_pipes, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.received = b""
        self.number = 0
        self.session = None
        self.heard = []

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next_message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.heard.append(answer)

    def next_message(self):
        while b"\0" not in self.received:
            chunk = os.read(self.events, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser has ended")
            self.received += chunk
        message, _, self.received = self.received.partition(b"\0")
        return json.loads(message)

    def open(self, url):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)

    def evaluate(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, script):
        """Waits until a script is true. The page changes by itself, so it is asked again and again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.evaluate(f"!!({script})"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"never true: {script}; the page: {self.evaluate('document.body.innerText')[:2000]}")
            time.sleep(0.05)

    def scroll_to_end(self):
        """Scrolls from the top down, a step each time. A long page has only what is in view, and a little more."""
        position = 0
        while True:
            self.call("Runtime.evaluate", awaitPromise=True, expression=f"""
                window.scrollTo(0, {position});
                new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))""")
            yield
            position += 400
            if position > self.evaluate("document.documentElement.scrollHeight"):
                return

    def operations(self):
        """The ids of all operations that the page shows."""
        ids = set()
        for _ in self.scroll_to_end():
            ids.update(self.evaluate("[...document.querySelectorAll('.opblock')].map(block => block.id)"))
        return ids

    def bring(self, selector):
        """Scrolls until an element is there."""
        for _ in self.scroll_to_end():
            if self.evaluate(f"!!document.querySelector({json.dumps(selector)})"):
                self.evaluate(f"document.querySelector({json.dumps(selector)}).scrollIntoView()")
                return

    def click(self, selector):
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def events_of(self, method):
        return [event["params"] for event in self.heard if event.get("method") == method]


def main():
    url, screenshot, profile = sys.argv[1:]
    browser = Browser(profile)
    try:
        browser.open(url)
        browser.wait("document.querySelectorAll('.opblock').length > 0")
        text = browser.evaluate("document.body.innerText")
        operations = len(browser.operations())
        operation = "#operations-Health-getHealth"
        browser.bring(operation)
        browser.click(f"{operation} .opblock-summary-control")
        browser.click(f"{operation} .try-out__btn")
        browser.click(f"{operation} .execute")
        browser.wait(f"document.querySelector('{operation} .live-responses-table tbody .response-col_status')")
        browser.wait(f"document.querySelector('{operation} .live-responses-table .microlight')")
        browser.evaluate(f"document.querySelector('{operation}').scrollIntoView()")
        browser.screenshot(screenshot)
        live = f"document.querySelector('{operation} .live-responses-table"
        seen = {
            "operations": operations,
            "text": text,
            "status": browser.evaluate(f"{live} tbody .response-col_status').innerText").split()[0],
            "answer": browser.evaluate(f"{live} .microlight').innerText"),
            "asked": [event["request"]["url"] for event in browser.events_of("Network.requestWillBeSent")],
            "errors": [event["entry"]["text"] for event in browser.events_of("Log.entryAdded")
                       if event["entry"]["level"] == "error"]
            + [event["exceptionDetails"]["text"] for event in browser.events_of("Runtime.exceptionThrown")],
        }
        print(json.dumps(seen))
    finally:
        browser.process.kill()
        browser.process.wait()


main()
