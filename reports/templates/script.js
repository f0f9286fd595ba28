"use strict";
/* Lists the records of the data block, filtered. Everything that comes from an input is written with textContent. */
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const STEP = 100;
  const MOST_PRINTED = 2000;
  const SEVERITIES = ["high", "medium", "low", "info"];
  const NOTHING = {
    fail: "There are no findings.",
    unknown: "Nothing is unknown.",
    suppressed: "Nothing was accepted.",
    error: "Nothing went wrong inside walint.",
    pass: "No passed evaluations are listed.",
  };

  const filter = { outcome: "fail", words: [], rule: "", question: "", severities: new Set(SEVERITIES), order: "severity" };
  let matching = [];
  let shown = 0;

  /* An element with a class and children; texts become text nodes. */
  function make(name, className, ...children) {
    const element = document.createElement(name);
    if (className) element.className = className;
    for (const child of children) if (child !== null && child !== undefined && child !== "") element.append(child);
    return element;
  }

  function haystack(record) {
    const parts = [record.message, record.rule, record.address, record.type, record.place, record.property,
      record.expected, record.found, record.reason, record.construct, ...(record.practices || []), ...(record.instances || [])];
    return parts.filter(Boolean).join("\n").toLowerCase();
  }
  data.records.forEach((record, index) => {
    record.index = index;
    record.text = haystack(record);
    record.rank = SEVERITIES.indexOf(record.severity);
  });

  function matches(record) {
    return record.outcome === filter.outcome
      && filter.severities.has(record.severity)
      && (!filter.rule || record.rule === filter.rule)
      && (!filter.question || (record.practices || []).some((practice) => practice.startsWith(filter.question)))
      && filter.words.every((word) => record.text.includes(word));
  }
  const compare = {
    severity: (a, b) => a.rank - b.rank || a.index - b.index,
    place: (a, b) => a.index - b.index,
    rule: (a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.index - b.index),
  };

  function frame(place, text, code, kind) {
    const caption = make("figcaption", "", make("span", "place", place), text ? ` ${text}` : "");
    const figure = make("figure", kind, caption);
    if (!code) return figure;
    const box = make("div", "code");
    let number = code.first;
    const line = (className, ...parts) => {
      box.append(make("div", className, make("span", "n", String(number)), ...parts));
      number += 1;
    };
    for (const text of code.above) line("", text);
    line("blamed", code.before, make("mark", "", code.marked), code.after);
    for (const text of code.below) line("", text);
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `Code of ${place}`);
    figure.append(box);
    return figure;
  }

  /* Words with what stands between `backticks` as code. */
  function words(text) {
    return (text || "").split(/(`[^`\n]+`)/).filter(Boolean)
      .map((part) => (/^`.+`$/.test(part) ? make("code", "", part.slice(1, -1)) : part));
  }

  function link(address) {
    const anchor = make("a", "", address);
    anchor.href = address;
    anchor.rel = "noopener noreferrer";
    return anchor;
  }

  function detail(record) {
    const rule = data.rules[record.rule] || {};
    const box = make("div", "detail");
    if (record.code) box.append(frame(record.place, "", record.code, "blames"));
    for (const other of record.related || []) box.append(frame(other.place, other.message, other.code, "beside"));
    if (record.related_more) box.append(make("p", "said", `and ${record.related_more} more places`));
    const list = make("dl", "");
    const row = (term, className, ...parts) => {
      if (parts.some(Boolean)) list.append(make("dt", "", term), make("dd", className, ...parts));
    };
    row("Resource", "", record.address, record.type ? ` (${record.type})` : "");
    row("Construct", "", record.construct);
    row("Property", "", record.property);
    row("Expected", "expected", record.expected);
    row("Found", "found", record.found);
    row("Reason", "", record.reason);
    if (record.accepted) row("Accepted", "", record.accepted);
    if (record.instances) row("Also", "", record.instances.join(", "));
    row("Why", "", ...words(rule.why));
    row("How to fix", "", ...words(record.fix || rule.fix));
    row("Practices", "", (record.practices || []).map((id) => (data.practices[id] ? `${id} ${data.practices[id]}` : id)).join("\n"));
    row("To accept", "rule", record.accept);
    const links = [];
    for (const address of rule.references || []) links.push(link(address), "\n");
    row("Read more", "", ...links.slice(0, -1));
    box.append(list);
    return box;
  }

  function entry(record) {
    const item = make("li", "record");
    const rule = make("span", "rule", record.rule);
    const said = record.outcome === "fail" ? "" : make("span", "said", record.reason || record.accepted || "");
    const words = make("span", "what", make("b", "", record.message), rule, said);
    const head = make("button", "head", make("span", `badge ${record.severity}`, record.severity), words, make("span", "place", record.place));
    head.type = "button";
    head.setAttribute("aria-expanded", "false");
    head.addEventListener("click", () => toggle(item, head, record));
    item.append(head);
    return item;
  }

  function toggle(item, head, record) {
    const open = head.getAttribute("aria-expanded") === "true";
    head.setAttribute("aria-expanded", String(!open));
    if (open) item.lastChild.hidden = true;
    else if (item.childNodes.length > 1) item.lastChild.hidden = false;
    else item.append(detail(record));
  }

  function grow(count) {
    const list = byId("list").querySelector("ol");
    const part = document.createDocumentFragment();
    for (const record of matching.slice(shown, shown + count)) part.append(entry(record));
    list.append(part);
    shown = Math.min(shown + count, matching.length);
    const left = matching.length - shown;
    byId("more").hidden = left === 0;
    byId("more").textContent = `Show more (${left.toLocaleString("en")} left)`;
  }

  function narrowed() {
    return filter.words.length > 0 || filter.rule !== "" || filter.question !== "" || filter.severities.size < SEVERITIES.length;
  }

  function draw() {
    matching = data.records.filter(matches).sort(compare[filter.order]);
    shown = 0;
    const all = data.records.reduce((count, record) => count + (record.outcome === filter.outcome ? 1 : 0), 0);
    byId("tally").textContent = `${matching.length.toLocaleString("en")} of ${all.toLocaleString("en")}`;
    byId("reset").hidden = !narrowed();
    byId("list").textContent = "";
    byId("more").hidden = true;
    if (matching.length === 0) {
      byId("list").append(make("p", "none-left", all ? "Nothing matches this filter." : NOTHING[filter.outcome]));
      return;
    }
    const list = make("ol", "records");
    byId("list").append(list);
    grow(STEP);
  }

  function options(id, values) {
    for (const [value, text] of values) {
      const option = make("option", "", text);
      option.value = value;
      byId(id).append(option);
    }
  }

  function reset() {
    filter.words = [];
    filter.rule = filter.question = byId("query").value = byId("rule").value = byId("question").value = "";
    filter.severities = new Set(SEVERITIES);
    for (const box of document.querySelectorAll("input[name=severity]")) box.checked = true;
  }

  function choose(outcome) {
    filter.outcome = outcome;
    for (const tab of document.querySelectorAll("[data-outcome]")) tab.setAttribute("aria-pressed", String(tab.dataset.outcome === outcome));
  }

  function listen() {
    let waiting = 0;
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("query").addEventListener("input", (event) => {
      filter.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
      clearTimeout(waiting);
      waiting = setTimeout(draw, 60);
    });
    for (const name of ["rule", "question", "order"]) {
      byId(name).addEventListener("change", (event) => { filter[name] = event.target.value; draw(); });
    }
    for (const box of document.querySelectorAll("input[name=severity]")) {
      box.addEventListener("change", () => { filter.severities[box.checked ? "add" : "delete"](box.value); draw(); });
    }
    for (const tab of document.querySelectorAll("[data-outcome]")) {
      tab.addEventListener("click", () => { choose(tab.dataset.outcome); draw(); });
    }
    for (const button of document.querySelectorAll("[data-question]")) {
      button.addEventListener("click", () => {
        reset();
        choose("fail");
        filter.question = byId("question").value = button.dataset.question;
        draw();
        byId("findings-title").focus();
      });
    }
    byId("reset").addEventListener("click", () => { reset(); draw(); byId("query").focus(); });
    byId("more").addEventListener("click", () => grow(STEP));
    window.addEventListener("beforeprint", () => { if (shown < matching.length) grow(MOST_PRINTED - shown); });
  }

  const used = new Set(data.records.map((record) => record.rule));
  options("rule", Object.keys(data.rules).filter((id) => used.has(id)).sort().map((id) => [id, id]));
  const questions = new Set(data.records.flatMap((record) => (record.practices || []).map((id) => id.split("-")[0])));
  options("question", [...questions].sort().map((id) => [id, data.questions[id] ? `${id} ${data.questions[id]}` : id]));
  listen();
  byId("filters").hidden = false;
  draw();
})();
