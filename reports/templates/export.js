/* Saves what the filter leaves, as a table or as JSON. */
const COLUMNS = ["outcome", "severity", "rule", "path", "place", "message", "address", "type", "property", "expected", "found",
  "reason", "accepted", "practices", "fix", "age", "fingerprint"];
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function exported(index) {
  const record = recordAt(index);
  return Object.fromEntries(COLUMNS.map((name) => [name, record[name] || (name === "practices" ? [] : "")]));
}

/* A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function csvCell(value) {
  const text = (Array.isArray(value) ? value.join(" ") : String(value)).replace(/\s+/g, " ").trim();
  return `"${(FORMULA.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
}

function asCsv() {
  const lines = Array.from(matching, (index) => Object.values(exported(index)).map(csvCell).join(","));
  return [COLUMNS.join(","), ...lines, ""].join("\r\n");
}

function save(name, type, text) {
  const anchor = make("a", "");
  anchor.href = URL.createObjectURL(new Blob([text], { type }));
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10000);
}

function listenToExport() {
  byId("csv").addEventListener("click", () => save("walint.csv", "text/csv;charset=utf-8", asCsv()));
  byId("json").addEventListener("click", () => save("walint.json", "application/json", `${JSON.stringify(Array.from(matching, exported), null, 1)}\n`));
}
