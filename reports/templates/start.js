/* Ties the parts together: controls, the address of the page, the first list. */
const MOST_OPTIONS = 100;

/* The choices of a facet with their numbers; the most frequent ones when there are too many. */
function fillSelect(name, counts) {
  const select = byId(name);
  let values = [...counts.keys()];
  if (values.length > MOST_OPTIONS && name !== "rule") values = values.sort((a, b) => counts.get(b) - counts.get(a)).slice(0, MOST_OPTIONS);
  if (state[name] && !values.includes(state[name])) values.push(state[name]);
  const title = (value) => (name === "practice" ? data.questions[value] || data.practices[value] || "" : "");
  const options = values.sort().map((value) => {
    const indent = name === "practice" && value.includes("-") ? "\u2003" : "";
    const option = make("option", "", `${indent}${value}${title(value) ? ` ${title(value)}` : ""} (${numbered(counts.get(value) || 0)})`);
    option.value = value;
    return option;
  });
  select.replaceChildren(select.options[0], ...options);
  select.value = state[name];
}

function draw() {
  const begun = performance.now();
  const counts = applied();
  for (const name of CHOSEN) fillSelect(name, counts[name]);
  for (const box of document.querySelectorAll("input[name=severity]")) {
    box.checked = state.severity.has(box.value);
    box.parentElement.querySelector(".count").textContent = numbered(counts.severity.get(box.value) || 0);
  }
  for (const tab of document.querySelectorAll("[data-outcome]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.outcome === state.outcome));
    tab.querySelector(".count").textContent = numbered(counts.outcome.get(tab.dataset.outcome) || 0);
  }
  if (document.activeElement !== byId("query")) byId("query").value = state.q;
  byId("order").value = state.sort;
  byId("reset").hidden = !narrowed();
  byId("csv").disabled = byId("json").disabled = matching.length === 0;
  drawList(totals.get(state.outcome) || 0);
  byId("list").dataset.milliseconds = (performance.now() - begun).toFixed(1);
}

/* The address says what is shown: "#q=words&rule=...", and "f=..." for the finding in the drawer. */
function writeHash() {
  const said = new URLSearchParams();
  if (narrowed() || state.outcome !== "fail" || state.sort !== "severity") {
    said.set("q", state.q);
    if (state.outcome !== "fail") said.set("outcome", state.outcome);
    if (state.severity.size < SEVERITIES.length) said.set("severity", SEVERITIES.filter((word) => state.severity.has(word)).join(","));
    for (const name of CHOSEN) if (state[name]) said.set(name, state[name]);
    if (state.sort !== "severity") said.set("sort", state.sort);
  }
  const fingerprint = opened >= 0 && cell("fingerprint", matching[opened]);
  if (fingerprint) said.set("f", fingerprint);
  const hash = said.toString();
  if (hash || /[#&][a-z]+=/.test(location.hash)) history.replaceState(null, "", `#${hash}`);
}

function readHash() {
  const said = new URLSearchParams(location.hash.slice(1));
  if (!said.has("q") && !said.has("f")) return;
  reset();
  state.q = said.get("q") || "";
  state.outcome = OUTCOMES.includes(said.get("outcome")) ? said.get("outcome") : "fail";
  state.sort = Object.hasOwn(ORDERS, said.get("sort") || "") ? said.get("sort") : "severity";
  if (said.has("severity")) state.severity = new Set(said.get("severity").split(",").filter((word) => SEVERITIES.includes(word)));
  for (const name of CHOSEN) state[name] = said.get(name) || "";
  const { words: known, numbers } = column("fingerprint");
  const index = said.has("f") ? numbers.indexOf(known.indexOf(said.get("f"))) : -1;
  if (index >= 0) state.outcome = cell("outcome", index);
  draw();
  if (index >= 0 && !matching.includes(index)) { reset(); draw(); }
  byId("query").value = state.q;
  if (byId("drawer").open) byId("drawer").close();
  byId("findings").scrollIntoView({ behavior: "instant" });
  if (index >= 0) {
    goTo(matching.indexOf(index), false);
    openDrawer(active);
  } else if (said.has("f")) byId("tally").textContent += ". The finding of this link is not in this report.";
}

function changed() {
  draw();
  writeHash();
}

/* Leads to the list, with nothing chosen but this. */
function show(choice) {
  reset();
  Object.assign(state, { outcome: "fail" }, choice);
  byId("query").value = "";
  changed();
  byId("findings").scrollIntoView();
  byId("findings-title").focus({ preventScroll: true });
}

function listenToMatrix() {
  const section = byId("coverage");
  if (!section) return;
  section.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cell]");
    if (button) openCell(button);
  });
  if (!byId("gaps")) return;
  byId("gaps-switch").hidden = false;
  byId("gaps").addEventListener("change", (event) => section.classList.toggle("gaps", event.target.checked));
}

function listen() {
  let waiting = 0;
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("query").addEventListener("input", (event) => {
    state.q = event.target.value.trim();
    clearTimeout(waiting);
    waiting = setTimeout(changed, 60);
  });
  for (const name of CHOSEN) byId(name).addEventListener("change", (event) => { state[name] = event.target.value; changed(); });
  byId("order").addEventListener("change", (event) => { state.sort = event.target.value; changed(); });
  for (const box of document.querySelectorAll("input[name=severity]")) {
    box.addEventListener("change", () => { state.severity[box.checked ? "add" : "delete"](box.value); changed(); });
  }
  for (const tab of document.querySelectorAll("[data-outcome]")) {
    tab.addEventListener("click", () => { state.outcome = tab.dataset.outcome; changed(); });
  }
  for (const button of document.querySelectorAll("[data-question]")) {
    button.addEventListener("click", () => show({ practice: button.dataset.question }));
  }
  const showNew = byId("show-new");
  if (showNew) {
    showNew.hidden = false;
    showNew.addEventListener("click", () => show({ age: "new" }));
  }
  byId("reset").addEventListener("click", () => { reset(); byId("query").value = ""; changed(); byId("query").focus(); });
  window.addEventListener("hashchange", readHash);
}

/* Does once, while nobody waits, what the first search and the first change of order would take long for. */
function warm() {
  holding("\u0000");
  for (const name of Object.keys(ORDERS)) sorted(name);
}

let totals = new Map();

async function start() {
  try {
    data = await unpacked(byId("data"));
  } catch {
    byId("plain-why").textContent = "This browser cannot unpack the data of this page; a newer one shows every finding.";
    return;
  }
  byId("data").remove();
  byId("plain").remove();
  const { words: known, numbers } = column("outcome");
  for (const number of numbers) totals.set(known[number], (totals.get(known[number]) || 0) + 1);
  byId("filters").hidden = byId("list").hidden = false;
  listen();
  listenToList();
  listenToDrawer();
  listenToExport();
  listenToPrint();
  listenToMatrix();
  draw();
  readHash();
  performance.mark("ready");
  setTimeout(warm, 0);
}

start();
