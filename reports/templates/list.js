/* The list: only the rows in sight are in the document, and the one that has the focus. */
const BEYOND = 6;
const NOTHING = {
  fail: "There are no findings.",
  unknown: "Nothing is unknown.",
  suppressed: "Nothing was accepted.",
  error: "Nothing went wrong inside walint.",
  pass: "No passed evaluations are listed.",
};
const rows = new Map();
let active = 0;
let rowHeight = 0;

function rowOf(position) {
  const index = matching[position];
  const outcome = cell("outcome", index);
  const said = outcome === "fail" ? "" : make("span", "said", cell("reason", index) || cell("accepted", index) || "");
  const button = make("button", "head", make("b", "", cell("message", index)));
  button.type = "button";
  button.setAttribute("aria-haspopup", "dialog");
  const severity = cell("severity", index);
  const cells = [
    make("div", "level", make("span", `badge ${severity}`, severity)),
    make("div", "what", button, make("span", "under", cell("age", index) === "new" ? make("span", "badge new", "new") : "", make("span", "rule", cell("rule", index)), said)),
    make("div", "place", cell("place", index)),
  ];
  for (const one of cells) one.setAttribute("role", "gridcell");
  const row = make("div", "record", ...cells);
  row.setAttribute("role", "row");
  row.setAttribute("aria-rowindex", String(position + 2));
  row.dataset.position = String(position);
  row.title = cell("message", index);
  row.style.top = `${position * rowHeight}px`;
  return row;
}

function drawRows() {
  const view = byId("view");
  const first = Math.max(Math.floor(view.scrollTop / rowHeight) - BEYOND, 0);
  const last = Math.min(Math.ceil((view.scrollTop + view.clientHeight) / rowHeight) + BEYOND, matching.length);
  for (const [position, row] of rows) {
    if ((position < first || position >= last) && position !== active) {
      row.remove();
      rows.delete(position);
    }
  }
  const wanted = active < matching.length ? [active] : [];
  for (let position = first; position < last; position += 1) if (position !== active) wanted.push(position);
  for (const position of wanted.sort((a, b) => a - b)) {
    if (rows.has(position)) continue;
    const row = rowOf(position);
    let next = null;
    for (const [other, element] of rows) if (other > position && (next === null || other < Number(next.dataset.position))) next = element;
    byId("rows").insertBefore(row, next);
    rows.set(position, row);
  }
  for (const [position, row] of rows) row.querySelector("button").tabIndex = position === active ? 0 : -1;
}

/* Makes a row the one that the keyboard is at, and brings it into sight. */
function goTo(position, focus) {
  const view = byId("view");
  const head = byId("columns").offsetHeight;
  active = Math.min(Math.max(position, 0), matching.length - 1);
  const top = active * rowHeight;
  if (top < view.scrollTop) view.scrollTop = top;
  else if (top + rowHeight > view.scrollTop + view.clientHeight - head) view.scrollTop = top + rowHeight - view.clientHeight + head;
  drawRows();
  if (focus) rows.get(active).querySelector("button").focus({ preventScroll: true });
}

function drawList(all) {
  const some = matching.length > 0;
  byId("tally").textContent = `${numbered(matching.length)} of ${numbered(all)}`;
  byId("none").hidden = some;
  byId("none").textContent = narrowed() ? "Nothing matches this filter." : NOTHING[state.outcome];
  byId("view").hidden = !some;
  byId("grid").setAttribute("aria-rowcount", String(matching.length + 1));
  for (const row of rows.values()) row.remove();
  rows.clear();
  active = 0;
  byId("view").scrollTop = 0;
  if (some) measure();
}

/* The height of a row follows the style sheet: it differs on narrow screens and with larger letters. */
function measure() {
  for (const row of rows.values()) row.remove();
  rows.clear();
  if (!matching.length) return;
  const probe = rowOf(0);
  byId("rows").append(probe);
  rowHeight = probe.offsetHeight || 60;
  probe.remove();
  byId("rows").style.height = `${matching.length * rowHeight}px`;
  drawRows();
}

function listenToList() {
  const view = byId("view");
  const page = () => Math.max(Math.floor(view.clientHeight / rowHeight) - 1, 1);
  const steps = { ArrowDown: () => active + 1, ArrowUp: () => active - 1, PageDown: () => active + page(), PageUp: () => active - page(),
    Home: () => 0, End: () => matching.length - 1 };
  let waiting = false;
  view.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; drawRows(); });
  }, { passive: true });
  view.addEventListener("keydown", (event) => {
    if (!steps[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    goTo(steps[event.key](), true);
  });
  view.addEventListener("click", (event) => {
    const row = event.target.closest(".record");
    if (!row || String(getSelection())) return;
    goTo(Number(row.dataset.position), true);
    openDrawer(active);
  });
  window.addEventListener("resize", measure);
}
