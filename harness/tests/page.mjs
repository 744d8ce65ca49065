// SPDX-License-Identifier: MIT
// page.mjs URL PICTURES: drives the page of `wringer serve` in chromium as somebody would who sits before it, and looks whether
// it does what it says. The server has at least 300 cases. Pictures of what was there are left in the directory PICTURES.
import assert from "node:assert/strict";
import { open } from "./browser.mjs";

const [url, pictures] = process.argv.slice(2);
const SLOW = 240000; // ms for a run on a loaded machine

const state = "document.getElementById('state').textContent";
const shown = (id) => `!document.getElementById('${id}').hidden`;
const number = (word) => `Number((/${word} ([0-9,]+)/.exec(document.getElementById('counts').textContent) || [])[1]?.replace(",", "") || 0)`;

async function looks(page, name) {
  for (const [kind, width, height] of [["desktop", 1100, 800], ["phone", 390, 844]]) {
    await page.size(width, height);
    assert.ok(await page.value("document.documentElement.scrollWidth <= innerWidth"), `${name}, ${kind}: wider than the window`);
    await page.picture(`${pictures}/${name}-${kind}.png`);
  }
}

const page = await open(url);
try {
  // Before.
  await page.until("!document.getElementById('start').disabled");
  const total = Number((await page.value(state)).replace(/\D/g, ""));
  assert.ok(total >= 300, `${total} cases`);
  assert.equal(await page.value("document.getElementById('agent').value"), await page.value("navigator.userAgent"));
  assert.equal(await page.value("getComputedStyle(document.body).maxWidth === 'none'"), false, "no style came");
  assert.equal(await page.value("[...document.querySelectorAll('input, select')].every((field) => field.labels.length === 1)"), true);
  assert.equal(await page.value(shown("report")), false);
  await looks(page, "before");

  // By keyboard: the name, the number, the button.
  await page.value("document.getElementById('agent').value = 'Chromium, by hand', document.getElementById('agent').focus()");
  await page.key("Tab");
  assert.equal(await page.value("document.activeElement.id"), "jobs");
  await page.key("Tab");
  assert.equal(await page.value("document.activeElement.id"), "start");
  await page.key("Enter");
  await page.until(`${number("OK")} >= 10`);
  await looks(page, "during");

  // Pause: nothing is begun any more; then on.
  await page.click("pause");
  await page.until(`${state} === 'Paused' && document.getElementById('pause').textContent === 'Go on'`);
  const done = "document.getElementById('progress').value";
  let before, after = -1;
  do { // what was under way ends
    before = after;
    await new Promise((resolve) => setTimeout(resolve, 300));
    after = await page.value(done);
  } while (before !== after);
  assert.ok(after < total, `${after} of ${total} when it was paused`);
  await page.click("pause");
  await page.until(`${done} > ${after}`);

  // Stop: a report of what there is.
  await page.click("stop");
  await page.until(`${state} === 'Stopped'`, SLOW);
  assert.ok(await page.value(`${done} < ${total}`));
  assert.ok(await page.value(shown("report")));

  // Again, to the end.
  await page.click("start");
  await page.until(`${state}.startsWith('Finished')`, SLOW);
  assert.equal(await page.value(done), total);
  await page.until(`[...document.querySelectorAll('#counts b')].reduce((sum, b) => sum + Number(b.textContent.replace(",", "")), 0) === ${total}`);
  assert.equal(await page.value(number("no result")), 0);
  await looks(page, "after");
  await page.dark(true);
  await page.picture(`${pictures}/after-dark.png`);
  await page.dark(false);
  // Whatever else the browser complains of: not of the page.
  assert.deepEqual(page.complaints.filter((text) => !text.startsWith("WebSocket connection to ")), []);

  // The report that it links.
  const link = await page.value("document.querySelector('#report a').href");
  assert.equal(link, new URL("/report/index.html", url).href);
  await page.size(1100, 800);
  await page.go(link);
  assert.equal(await page.value("document.querySelector('.card h2').textContent"), "Chromium, by hand");
  await page.picture(`${pictures}/report.png`);
  console.log(`the page: ${total} cases, started, paused, stopped and run to the end by hand`);
} finally {
  await page.close();
}
