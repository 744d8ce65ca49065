/* SPDX-License-Identifier: MIT */
/* page.js: what the report can do beyond HTML: the filter, kept in the address; the fields of a frame beside its
 * octets; copying a line. The page is complete without it. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* ---- Links into what is folded ---- */
  const reveal = () => {
    /* the ids of the page need no escapes: a hash that has some is not decoded, which could fail */
    const hash = location.hash.slice(1);
    const target = hash && hash[0] !== "?" && document.getElementById(hash);
    if (!target) return;
    target.hidden = false;
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
      if (node.hidden) node.hidden = false;
    }
    target.scrollIntoView();
  };

  /* ---- Filter: #?v=FC&q=text&t=0 ---- */
  const form = document.getElementById("filter");
  const cases = all(".case").map(node => ({ node, verdicts: node.dataset.v, text: null }));
  const suites = all(".suite").map(node => ({ node, open: node.open }));
  const buttons = all("button", form);
  const output = form.querySelector("output");

  const textOf = one => one.text ??= one.node.textContent.toLowerCase();
  const read = () => {
    const state = new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
    form.q.value = state.get("q") ?? "";
    if (form.t) form.t.value = state.get("t") ?? "";
    for (const button of buttons) button.ariaPressed = String((state.get("v") ?? "").includes(button.value));
  };
  const apply = () => {
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = buttons.filter(button => button.ariaPressed === "true").map(button => button.value);
    const target = form.t?.value ?? "";
    const active = words.length > 0 || verdicts.length > 0 || target !== "";
    let shown = 0;
    for (const one of cases) {
      const letters = target === "" ? one.verdicts : one.verdicts[target];
      const fits = letters !== "." && (verdicts.length === 0 || verdicts.some(letter => letters.includes(letter)))
        && words.every(word => textOf(one).includes(word));
      one.node.hidden = !fits;
      shown += fits;
    }
    for (const { node, open } of suites) {
      node.hidden = !node.querySelector(".case:not([hidden])");
      node.open = active ? !node.hidden : open;
    }
    output.value = active ? `${shown} of ${cases.length} cases` : "";
    return active;
  };
  const keep = () => {
    const state = new URLSearchParams();
    const verdicts = buttons.filter(button => button.ariaPressed === "true").map(button => button.value).join("");
    if (verdicts) state.set("v", verdicts);
    if (form.q.value) state.set("q", form.q.value);
    if (form.t?.value) state.set("t", form.t.value);
    const hash = state.toString();
    history.replaceState(null, "", hash ? "#?" + hash : location.pathname + location.search);
  };
  const change = () => { apply(); keep(); };
  form.hidden = false;
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("input", change);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = String(button.ariaPressed !== "true");
      change();
    });
  }

  /* ---- Fields of a frame: made when a transcript is first seen; pointing at one lights the other ---- */
  const light = (pairs, index, on) => {
    for (const node of pairs.flat()) node.classList.remove("hit");
    if (on) for (const node of pairs[index]) node.classList.add("hit");
  };
  const annotate = code => {
    const fields = document.createElement("span");
    fields.className = "fs";
    const pairs = [];
    for (const octets of code.children) {
      const from = pairs.length, names = octets.title.split(" \u00b7 ");
      for (const name of names) {
        const field = document.createElement("span");
        field.textContent = name;
        fields.append(field);
        const index = pairs.push([field, octets]) - 1;
        field.addEventListener("pointerenter", () => light(pairs, index, true));
        field.addEventListener("pointerleave", () => light(pairs, index, false));
      }
      const whole = () => {
        light(pairs, from, false);
        for (let i = from; i < from + names.length; i++) for (const node of pairs[i]) node.classList.add("hit");
      };
      octets.addEventListener("pointerenter", whole);
      octets.addEventListener("pointerleave", () => light(pairs, from, false));
    }
    if (pairs.length) code.after(fields);
  };
  const prepare = instance => {
    if (instance.dataset.ready || !instance.open) return;
    instance.dataset.ready = "1";
    all("code.o", instance).forEach(annotate);
    all(".rr", instance).forEach(copyable);
  };
  document.addEventListener("toggle", event => {
    const node = event.target;
    if (node.matches?.(".inst")) prepare(node);
    else if (node.matches?.(".case") && node.open) all(".inst", node).forEach(prepare);
  }, true);

  /* ---- Copying a line; without a clipboard a click still selects it whole ---- */
  const copyable = line => {
    if (!navigator.clipboard || line.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(line.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    line.append(" ", button);
  };

  addEventListener("hashchange", () => { if (location.hash.startsWith("#?")) { read(); apply(); } else reveal(); });
  addEventListener("beforeprint", () => { for (const { node } of suites) node.open = true; });
  all(".first .rr").forEach(copyable);
  read();
  if (!apply()) reveal();
  all(".case[open] .inst[open]").forEach(prepare);
})();
