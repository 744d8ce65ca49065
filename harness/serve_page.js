/* SPDX-License-Identifier: MIT */
/* serve_page.js: the script of the page at / of `wringer serve`: runs the cases by the resources that every client uses,
 * and shows what came out. With ?start it begins by itself and tells the server when it has finished; ?agent=NAME is the
 * name in the report. */
"use strict";
(() => {
  const ROWS_MAX = 200;         /* of what is not as the RFC asks: the report has the rest */
  const ANSWER_TIMEOUT = 60000; /* ms: for an answer of the server, which judges a silent browser for seconds */
  const TRIES = 3;              /* answers in a row that do not come, then the server has gone */

  const shape = { OK: "K", "NON-STRICT": "N", FAILED: "F", CRASH: "C", INFORMATIONAL: "I", UNIMPLEMENTED: "U", SKIP: "S",
    SETUP: "P", ERROR: "E" };
  const told = new Set(["NON-STRICT", "FAILED", "CRASH", "SETUP", "ERROR"]);
  const $ = (id) => document.getElementById(id);
  const base = (location.protocol === "https:" ? "wss://" : "ws://") + location.host;
  const query = new URLSearchParams(location.search);
  const byItself = query.has("start");
  const octets = (text) => new TextEncoder().encode(text).length;

  let total = 0;    /* cases that the server has */
  let next = 1;     /* the number of the one to run next */
  let done = 0;
  let underWay = 0;
  let phase = "loading"; /* ready, running, paused, stopping, ended */
  let ran = 0;      /* ms that cases have been run for, up to `since` */
  let since = 0;
  let failures = 0; /* answers in a row that did not come */
  let agent = "";
  const counts = new Map();
  let rows = 0, rowsLeft = 0;

  /* ---- The server's resources ---- */

  /* The one message that a resource answers with, or "". Rejected when nothing comes. */
  function ask(resource) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(base + resource);
      let answer = "", opened = false;
      const timer = setTimeout(() => { reject(new Error("no answer")); socket.close(); }, ANSWER_TIMEOUT);
      socket.onopen = () => { opened = true; };
      socket.onmessage = (event) => { answer = event.data; };
      socket.onclose = () => {
        clearTimeout(timer);
        if (opened) resolve(answer); else reject(new Error("not reachable"));
      };
    });
  }

  /* Runs one case: sends back every message, as the type that it has. Resolved when the connection is over, however. */
  function runCase(number) {
    return new Promise((resolve) => {
      const socket = new WebSocket(`${base}/runCase?case=${number}&agent=${encodeURIComponent(agent)}`);
      socket.binaryType = "arraybuffer";
      socket.onmessage = (event) => socket.send(event.data);
      socket.onclose = resolve;
    });
  }

  /* ---- What is shown ---- */

  const number = (n) => n.toLocaleString("en");

  function span(ms) {
    const s = Math.round(ms / 1000);
    const minutes = Math.floor(s / 60);
    return minutes === 0 ? `${s} s` : `${minutes} min ${String(s % 60).padStart(2, "0")} s`;
  }

  const elapsed = () => ran + (since === 0 ? 0 : performance.now() - since);

  function clock(runs) {
    ran = elapsed();
    since = runs ? performance.now() : 0;
  }

  function showFigures() {
    $("progress").max = total || 1;
    $("progress").value = done;
    let text = `${number(done)} of ${number(total)} cases`;
    if (elapsed() > 0)
      text += `, ${span(elapsed())}`;
    if (phase === "running" && done >= 20 && elapsed() > 2000)
      text += `, about ${span(elapsed() / done * (total - done))} left`;
    $("figures").textContent = phase === "loading" || phase === "ready" ? "" : text;
  }

  function badge(word, count) {
    const mark = document.createElement("span");
    mark.className = `v v${shape[word] || "E"}`;
    mark.textContent = word;
    if (count !== undefined) {
      const figure = document.createElement("b");
      figure.textContent = number(count);
      mark.append(" ", figure);
    }
    return mark;
  }

  function showCounts() {
    const items = [...Object.keys(shape), ...counts.keys()].filter((word, i, all) => all.indexOf(word) === i && counts.has(word));
    $("counts").replaceChildren(...items.map((word) => {
      const item = document.createElement("li");
      item.append(badge(word, counts.get(word)));
      return item;
    }));
  }

  function addRow(word, id, title) {
    $("found").hidden = false;
    if (rows === ROWS_MAX) {
      rowsLeft++;
      $("more").hidden = false;
      $("more").textContent = `and ${number(rowsLeft)} more, in the report`;
      return;
    }
    rows++;
    const row = $("rows").insertRow();
    row.insertCell().append(badge(word));
    const cell = row.insertCell();
    const code = document.createElement("code");
    code.textContent = id;
    cell.append(title, code);
  }

  function say(text, bad) {
    $("state").textContent = text;
    $("state").classList.toggle("bad", Boolean(bad));
  }

  function enter(to, text, bad) {
    phase = to;
    clock(to === "running" || (to === "stopping" && underWay > 0));
    const busy = to === "running" || to === "paused" || to === "stopping";
    for (const id of ["agent", "jobs"])
      $(id).disabled = busy;
    $("start").disabled = to !== "ready" && to !== "ended";
    $("start").hidden = busy;
    $("start").textContent = to === "ended" ? "Run again" : "Start";
    $("pause").hidden = $("stop").hidden = !busy;
    $("pause").disabled = $("stop").disabled = to === "stopping";
    $("pause").textContent = to === "paused" ? "Go on" : "Pause";
    say(text, bad);
    showFigures();
  }

  /* ---- The run ---- */

  /* One case, and what the server says of it. */
  async function one(number) {
    await runCase(number);
    let word, info;
    try {
      word = JSON.parse(await ask(`/getCaseStatus?case=${number}&agent=${encodeURIComponent(agent)}`)).behavior;
      info = told.has(word) ? JSON.parse(await ask(`/getCaseInfo?case=${number}`)) : undefined;
      failures = 0;
    } catch {
      failures++;
      if (word === undefined)
        word = "no result";
    }
    counts.set(word, (counts.get(word) || 0) + 1);
    if (info !== undefined)
      addRow(word, info.id, info.description);
  }

  function fill() {
    while (phase === "running" && underWay < Number($("jobs").value) && next <= total) {
      underWay++;
      one(next++).then(() => {
        underWay--;
        done++;
        if (failures >= TRIES && phase === "running")
          enter("paused", "The server does not answer any more", true);
        fill();
      });
    }
    if (underWay === 0 && (phase === "stopping" || (phase === "running" && next > total)))
      end();
  }

  async function end() {
    const whole = next > total;
    enter("stopping", "The server writes the report");
    try {
      await ask(`/updateReports?agent=${encodeURIComponent(agent)}${byItself ? "&shutdownOnComplete=true" : ""}`);
    } catch {
      enter("ended", "The server does not answer any more; it writes the report when it ends", true);
      return;
    }
    const bad = ["FAILED", "CRASH", "ERROR"].reduce((sum, word) => sum + (counts.get(word) || 0), 0);
    enter("ended", !whole ? "Stopped" : bad === 0 ? "Finished: nothing failed"
      : `Finished: ${number(bad)} ${bad === 1 ? "case" : "cases"} failed`);
    $("report").hidden = false;
    if (byItself)
      window.close(); /* has an effect only where nobody has used the window: in a browser that was started for this */
  }

  function start() {
    agent = $("agent").value.trim();
    while (octets(agent) > 255)
      agent = agent.slice(0, -1);
    if (agent === "")
      agent = "browser";
    next = 1;
    done = underWay = failures = ran = since = rows = rowsLeft = 0;
    counts.clear();
    $("rows").replaceChildren();
    $("found").hidden = $("more").hidden = $("report").hidden = true;
    enter("running", "Running");
    fill();
  }

  $("settings").addEventListener("submit", (event) => {
    event.preventDefault();
    if (phase === "ready" || phase === "ended") {
      start();
      $("pause").focus();
    }
  });
  $("pause").addEventListener("click", () => {
    if (phase === "running") {
      enter("paused", "Paused");
    } else if (phase === "paused") {
      failures = 0;
      enter("running", "Running");
      fill();
    }
  });
  $("stop").addEventListener("click", () => {
    enter("stopping", "Stopping after the cases that are under way");
    fill();
  });
  setInterval(() => {
    if (phase === "loading")
      return;
    showFigures();
    showCounts();
  }, 250);

  $("agent").value = query.get("agent") || navigator.userAgent;
  ask("/getCaseCount").then((count) => {
    total = Number(count);
    if (byItself)
      start();
    else
      enter("ready", `${number(total)} cases are ready`);
  }, () => enter("loading", "The server does not answer", true));
})();
