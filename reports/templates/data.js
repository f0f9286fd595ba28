/* Reads the data block. Everything that comes from an input is written with textContent, here and in every part. */
const SEVERITIES = ["high", "medium", "low", "info"];
const OUTCOMES = ["fail", "unknown", "suppressed", "error", "pass"];
const SEARCHED = ["message", "rule", "address", "type", "place", "property", "expected", "found", "reason", "construct",
  "accepted", "practices", "instances"];
let data = null;

const byId = (id) => document.getElementById(id);
const numbered = (number) => number.toLocaleString("en");

/* An element with a class and children; texts become text nodes. */
function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const child of children) if (child !== null && child !== undefined && child !== "") element.append(child);
  return element;
}

async function unpacked(block) {
  if (block.dataset.form === "plain") return JSON.parse(block.textContent);
  const text = atob(block.textContent);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/* A column with the number of its word for every record, and what is derived from it when it is asked for. */
function column(name) {
  const found = data.columns[name] || { words: [null], at: new Array(data.count).fill(0) };
  if (!found.numbers) {
    found.numbers = found.at ? Int32Array.from(found.at) : Int32Array.from({ length: data.count }, (_, index) => index);
    found.at = null;
    data.columns[name] = found;
  }
  return found;
}

function cell(name, index) {
  const { words, numbers } = column(name);
  return words[numbers[index]];
}

/* Everything about one record, as an object. */
function recordAt(index) {
  const record = { index };
  for (const name of Object.keys(data.columns)) record[name] = cell(name, index);
  const rule = data.rules[record.rule] || {};
  record.why = rule.why || "";
  record.fix = record.fix || rule.fix || "";
  record.references = rule.references || [];
  record.snippets = rule.snippets || [];
  record.practices = record.practices || [];
  return record;
}

/* The texts of a column as one, in small letters, with where each begins: one search is quicker than 50,000. */
function joined(texts) {
  if (!texts.joined) {
    const lower = texts.words.map((text) => (text === null ? "" : String(text).toLowerCase()));
    let start = 0;
    texts.starts = Int32Array.from(lower, (text) => { const here = start; start += text.length + 1; return here; });
    texts.joined = lower.join("\n");
  }
  return texts;
}

/* For every record, 1 where one of its texts holds the word, which has no white space in it. */
function holding(word) {
  const hits = new Uint8Array(data.count);
  for (const name of /^[0-9a-f]{8,}$/.test(word) ? [...SEARCHED, "fingerprint"] : SEARCHED) {
    if (!data.columns[name]) continue;
    const texts = joined(column(name));
    const { joined: whole, starts, numbers } = texts;
    const found = new Uint8Array(starts.length);
    let number = 0;
    let place = whole.indexOf(word);
    if (place < 0) continue;
    while (place >= 0) {
      while (number + 1 < starts.length && starts[number + 1] <= place) number += 1;
      found[number] = 1;
      number += 1;
      place = number < starts.length ? whole.indexOf(word, starts[number]) : -1;
    }
    for (let index = 0; index < hits.length; index += 1) if (found[numbers[index]]) hits[index] = 1;
  }
  return hits;
}
