/* Paper has no virtual rows: before printing, what the filter leaves is written out by rule, the worst rules first. */
const MOST_PRINTED = 1500;
const MOST_OF_A_RULE = 50;

function printed() {
  const groups = new Map();
  for (const index of matching) {
    const rule = cell("rule", index);
    if (!groups.has(rule)) groups.set(rule, []);
    groups.get(rule).push(index);
  }
  const each = Math.max(Math.min(MOST_OF_A_RULE, Math.floor(MOST_PRINTED / Math.max(groups.size, 1))), 1);
  const rank = (group) => Math.min(...group.slice(0, 1).map((index) => SEVERITIES.indexOf(cell("severity", index))));
  return [...groups].sort((a, b) => rank(a[1]) - rank(b[1]) || b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .map(([rule, group]) => printedRule(rule, group, each));
}

function printedRule(rule, group, each) {
  const severity = cell("severity", group[0]);
  const list = make("ul", "");
  for (const index of group.slice(0, each)) {
    const record = recordAt(index);
    const said = record.outcome === "fail" ? [record.expected && `expected ${record.expected}`, record.found && `found ${record.found}`].filter(Boolean).join(", ")
      : record.reason || record.accepted || "";
    list.append(make("li", "", make("b", "", record.message), said ? make("span", "said", said) : "", make("span", "place", record.place)));
  }
  const texts = data.rules[rule] || {};
  return make("section", "printed-rule",
    make("h3", "", make("span", `badge ${severity}`, severity), ` ${rule} `, make("span", "count", numbered(group.length))),
    texts.fix ? make("p", "", ...words(texts.fix)) : "", list,
    group.length > each ? make("p", "said", `and ${numbered(group.length - each)} more`) : "");
}

function listenToPrint() {
  window.addEventListener("beforeprint", () => {
    const note = narrowed() ? [make("p", "said", `Only what the filter of the page left: ${byId("tally").textContent}.`)] : [];
    byId("printed").replaceChildren(...note, ...printed());
  });
  window.addEventListener("afterprint", () => byId("printed").replaceChildren());
}
