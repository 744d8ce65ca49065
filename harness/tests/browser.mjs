// SPDX-License-Identifier: MIT
// browser.mjs: a headless chromium with one page, driven over a pipe by the DevTools protocol. Owns the process and its
// profile; knows nothing of what is tested.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--ignore-certificate-errors"];

const ANSWER_WITHIN = 60000; // ms

// The first of the names under which distributions have it.
function program() {
  const name = ["chromium", "chromium-browser", "google-chrome"].find((n) => spawnSync(n, ["--version"]).status === 0);
  if (name === undefined)
    throw new Error("chromium is missing (Debian: apt install chromium)");
  return name;
}

export async function open(url) {
  const profile = mkdtempSync(join(tmpdir(), "wringer-page-"));
  const child = spawn(program(), [...flags, `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true });
  const waiting = new Map();
  const complaints = [];
  let last = 0, session, input = "";

  function take(message) {
    if (message.id !== undefined) {
      const { resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      message.error ? reject(new Error(message.error.message)) : resolve(message.result);
    } else if (message.method === "Runtime.exceptionThrown") {
      complaints.push(message.params.exceptionDetails.exception?.description ?? message.params.exceptionDetails.text);
    } else if (message.method === "Log.entryAdded" && message.params.entry.level === "error") {
      complaints.push(message.params.entry.text);
    }
  }
  child.stdio[4].setEncoding("utf8").on("data", (text) => {
    const parts = (input + text).split("\0");
    input = parts.pop();
    parts.forEach((part) => take(JSON.parse(part)));
  });
  const gone = new Promise((resolve) => child.on("exit", resolve));
  gone.then(() => waiting.forEach(({ reject }) => reject(new Error("chromium has ended"))));

  function call(method, params = {}) {
    const id = ++last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), ANSWER_WITHIN);
      waiting.set(id, { resolve: (r) => { clearTimeout(timer); resolve(r); }, reject: (e) => { clearTimeout(timer); reject(e); } });
      child.stdio[3].write(JSON.stringify({ id, method, params, sessionId: session }) + "\0");
    });
  }

  // The value of an expression in the page; a promise is waited for.
  async function value(expression) {
    const { result, exceptionDetails } = await call("Runtime.evaluate",
      { expression, awaitPromise: true, returnByValue: true, userGesture: true });
    if (exceptionDetails)
      throw new Error(`${expression}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    return result.value;
  }

  const page = {
    complaints, // what the browser's console says is wrong
    call, value,
    // Waits until an expression is true, and says what was there instead when it does not become so.
    async until(expression, within = 60000, instead = "document.getElementById('state').textContent") {
      for (const end = Date.now() + within; !await value(`Boolean(${expression})`);) {
        if (Date.now() > end)
          throw new Error(`not within ${within} ms: ${expression}; there is: ${await value(instead)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    size: (width, height) => call("Emulation.setDeviceMetricsOverride",
      { width, height, deviceScaleFactor: 1, mobile: width < 600 }),
    dark: (on) => call("Emulation.setEmulatedMedia",
      { features: [{ name: "prefers-color-scheme", value: on ? "dark" : "light" }] }),
    async key(key) {
      const codes = { Tab: 9, Enter: 13, " ": 32 };
      for (const type of ["keyDown", "keyUp"])
        await call("Input.dispatchKeyEvent", { type, key, text: type === "keyDown" && key !== "Tab" ? (key === "Enter" ? "\r" : key)
          : undefined, windowsVirtualKeyCode: codes[key] });
    },
    async click(id) {
      const { x, y } = await value(`(() => { const r = document.getElementById(${JSON.stringify(id)}).getBoundingClientRect();
        return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()`);
      for (const type of ["mousePressed", "mouseReleased"])
        await call("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    },
    async picture(file) {
      writeFileSync(file, Buffer.from((await call("Page.captureScreenshot", { format: "png" })).data, "base64"));
    },
    async go(to) {
      await call("Page.navigate", { url: to });
      await page.until("document.readyState === 'complete'", 30000, "document.readyState");
    },
    async close() {
      const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), 5000);
      if (child.exitCode === null && child.signalCode === null)
        child.kill("SIGTERM");
      await gone;
      clearTimeout(timer);
      try {
        process.kill(-child.pid, "SIGKILL"); // what it started, and would write into the profile
      } catch (error) {
        if (error.code !== "ESRCH")
          throw error;
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
  try {
    const { targetInfos } = await call("Target.getTargets");
    const { targetId } = targetInfos.find((info) => info.type === "page");
    ({ sessionId: session } = await call("Target.attachToTarget", { targetId, flatten: true }));
    for (const domain of ["Page", "Runtime", "Log"])
      await call(`${domain}.enable`);
    await page.go(url);
  } catch (error) {
    await page.close();
    throw error;
  }
  return page;
}
