/* Everything about one finding, beside the list. The address of the page then leads back to it. */
const DIALECTS = { cloudformation: "CloudFormation", sam: "SAM", terraform: "Terraform", cli: "AWS CLI" };
let opened = -1;
let from = null;

function frame(place, text, code, kind) {
  const figure = make("figure", kind, make("figcaption", "", make("span", "place", place), text ? ` ${text}` : ""));
  if (!code) return figure;
  const [first, above, blamed, below] = code;
  const box = make("div", "code");
  let number = first;
  const line = (className, ...parts) => {
    box.append(make("div", className, make("span", "n", String(number)), ...parts));
    number += 1;
  };
  for (const text of above) line("", data.lines[text]);
  line("blamed", data.lines[blamed[0]], make("mark", "", data.lines[blamed[1]]), data.lines[blamed[2]]);
  for (const text of below) line("", data.lines[text]);
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", `Code of ${place}${text ? `, ${text}` : ""}`);
  figure.append(box);
  return figure;
}

/* Words with what stands between `backticks` as code. Lines of one paragraph are joined. */
function words(text) {
  const flowing = (text || "").split(/\n\s*\n/).map((part) => part.replace(/\s*\n\s*/g, " ")).join("\n\n");
  return flowing.split(/(`[^`\n]+`)/).filter(Boolean)
    .map((part) => (/^`.+`$/.test(part) ? make("code", "", part.slice(1, -1)) : part));
}

function link(address) {
  const anchor = make("a", "", address);
  anchor.href = address;
  anchor.rel = "noopener noreferrer";
  return anchor;
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", "", text);
    byId("drawer").append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  byId("copied").textContent = `${what} copied`;
}

function copying(what, text) {
  const button = make("button", "copy", "Copy");
  button.type = "button";
  button.setAttribute("aria-label", `Copy ${what.toLowerCase()}`);
  button.addEventListener("click", () => copy(text, what).then(() => button.focus()));
  return button;
}

function part(title, ...children) {
  return children.some(Boolean) ? make("section", "part", make("h3", "", title), ...children.filter(Boolean)) : null;
}

function facts(record) {
  const list = make("dl", "");
  const row = (term, className, ...parts) => {
    if (parts.some(Boolean)) list.append(make("dt", "", term), make("dd", className, ...parts));
  };
  row("Property", "", record.property);
  row("Expected", "expected", record.expected);
  row("Found", "found", record.found);
  row("Cannot tell", "", record.reason);
  row("Accepted", "", record.accepted);
  row("Resource", "", record.address, record.type ? ` (${record.type})` : "");
  row("Construct", "", record.construct);
  row("Also", "", (record.instances || []).join(", "));
  row("Practices", "", record.practices.map((id) => (data.practices[id] ? `${id} ${data.practices[id]}` : id)).join("\n"));
  return list;
}

/* What stands over commands: where they act, and that code which says otherwise undoes them. */
function toRun(record) {
  const where = record.account ? `What to run with rights in account ${record.account}` : "What to run";
  return `${where}. Words in capitals are yours to fill in.${record.place && record.code ? " The code should say the same." : ""}`;
}

/* What to write, in the resource's own dialect first; one dialect at a time. */
function snippets(record) {
  const known = record.commands ? [...record.snippets, { dialect: "cli", text: record.commands }] : record.snippets;
  if (!known.length) return null;
  const own = known.filter((one) => one.dialect === record.dialect);
  const ordered = [...own, ...known.filter((one) => one.dialect !== record.dialect)];
  const box = make("div", "snippets");
  const choice = make("div", "dialects");
  const shown = make("div", "snippet");
  choice.setAttribute("role", "group");
  choice.setAttribute("aria-label", "Dialect");
  const show = (one) => {
    for (const button of choice.children) button.setAttribute("aria-pressed", String(button.dataset.dialect === one.dialect));
    const text = make("pre", "accept", one.text);
    text.tabIndex = 0;
    text.setAttribute("role", "region");
    text.setAttribute("aria-label", `Fix in ${DIALECTS[one.dialect] || one.dialect}`);
    const said = one.dialect === "cli" ? toRun(record) : one.example ? `An example that passes: ${one.example}` : "What to write";
    shown.replaceChildren(make("div", "copied", make("p", "said", said), copying("Snippet", one.text)), text);
  };
  for (const one of ordered) {
    const button = make("button", "", DIALECTS[one.dialect] || one.dialect);
    button.type = "button";
    button.dataset.dialect = one.dialect;
    button.addEventListener("click", () => show(one));
    choice.append(button);
  }
  box.append(choice, shown);
  show(ordered[0]);
  return box;
}

function detail(record) {
  const box = make("div", "detail");
  const related = (record.related || []).map((other) => frame(other.place, other.message, other.code, "beside"));
  if (record.related_more) related.push(make("p", "said", `and ${numbered(record.related_more)} more places`));
  const links = record.references.flatMap((address) => [link(address), "\n"]).slice(0, -1);
  const parts = [
    frame(record.place, "", record.code, "blames"),
    facts(record),
    part("Why", record.why && make("p", "", ...words(record.why))),
    part("How to fix", record.fix && make("div", "copied", make("p", "flow", ...words(record.fix)), copying("Fix", record.fix)),
      record.outcome === "pass" ? null : snippets(record)),
    part("Related", ...related),
    part("To accept it instead", record.accept && make("div", "copied", make("pre", "accept", record.accept), copying("Suppression", record.accept))),
    part("Read more", links.length ? make("p", "flow", ...links) : null),
  ];
  box.append(...parts.filter(Boolean));
  return box;
}

function fillDrawer() {
  const record = recordAt(matching[opened]);
  const link = new URL(location.href);
  link.hash = `f=${record.fingerprint}`;
  byId("drawer-title").textContent = record.message;
  byId("drawer-badges").replaceChildren(make("span", `badge ${record.severity}`, record.severity),
    record.age === "new" ? make("span", "badge new", "new") : "", record.outcome === "fail" ? "" : make("span", `badge ${record.outcome}`, record.outcome), make("span", "rule", record.rule));
  byId("drawer-body").replaceChildren(detail(record));
  byId("drawer-body").scrollTop = 0;
  byId("drawer-count").textContent = `${numbered(opened + 1)} of ${numbered(matching.length)}`;
  byId("previous").disabled = opened === 0;
  byId("next").disabled = opened === matching.length - 1;
  byId("copied").textContent = "";
  byId("link").dataset.address = record.fingerprint ? link.href : "";
  byId("link").hidden = !record.fingerprint;
  for (const id of ["previous", "next", "drawer-count"]) byId(id).hidden = false;
  writeHash();
}

/* What a cell of the alarm-coverage matrix rests on. */
function fillDrawerWithCell(number) {
  const one = data.cells[number];
  const alarms = (one.alarms || []).map((alarm) => frame(alarm.place, alarm.message, alarm.code, "beside"));
  const list = make("dl", "");
  const row = (term, className, ...parts) => {
    if (parts.some(Boolean)) list.append(make("dt", "", term), make("dd", className, ...parts));
  };
  row("What that is", "", one.meaning);
  row(one.status === "unknown" ? "Cannot tell" : "Found", one.status === "unknown" ? "" : "found", one.reason);
  row("Metric", "", one.metrics);
  row("It tells that", "", one.why);
  row("Resource", "", one.address, ` (${one.type})`);
  const parts = [frame(one.place, "", one.code, "beside"), list, part(alarms.length === 1 ? "The alarm" : "The alarms", ...alarms),
    part("Read more", one.source ? make("p", "flow", link(one.source)) : null)];
  byId("drawer-title").textContent = one.title;
  byId("drawer-badges").replaceChildren(make("span", `badge ${one.status}`, one.word));
  byId("drawer-body").replaceChildren(make("div", "detail", ...parts.filter(Boolean)));
  byId("drawer-body").scrollTop = 0;
  byId("copied").textContent = "";
  for (const id of ["previous", "next", "drawer-count", "link"]) byId(id).hidden = true;
}

function openCell(button) {
  from = button;
  opened = -1;
  fillDrawerWithCell(Number(button.dataset.cell));
  if (!byId("drawer").open) byId("drawer").showModal();
}

function openDrawer(position) {
  opened = position;
  fillDrawer();
  if (!byId("drawer").open) byId("drawer").showModal();
}

function listenToDrawer() {
  const drawer = byId("drawer");
  const step = (by) => {
    if (opened < 0) return;
    const next = opened + by;
    if (next < 0 || next >= matching.length) return;
    goTo(next, false);
    openDrawer(next);
  };
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  const left = () => {
    if (drawer.open) return;
    const position = opened;
    const button = from;
    opened = -1;
    from = null;
    if (position >= 0) {
      writeHash();
      if (position < matching.length) goTo(position, true);
    } else if (button) button.focus();
  };
  // The browser tells of the end later: by then the focus may have moved on.
  const leave = () => { drawer.close(); left(); };
  byId("close").addEventListener("click", leave);
  byId("link").addEventListener("click", () => copy(byId("link").dataset.address, "Link").then(() => byId("link").focus()));
  drawer.addEventListener("click", (event) => { if (event.target === drawer) leave(); });
  drawer.addEventListener("keydown", (event) => {
    if (event.target.closest(".code")) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  drawer.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  drawer.addEventListener("close", left);
}
