/* Which records are listed, in which order, and how many there would be for every other choice. */
/* The age of a finding is a choice only where the page has an earlier run to tell it by. */
const CHOSEN = ["rule", "practice", "type", "path", "age"].filter((name) => byId(name));
const FACETS = ["outcome", "severity", ...CHOSEN];
const ORDERS = { severity: "severity", place: "", rule: "rule", type: "type", resource: "address" };
const state = { q: "", outcome: "fail", severity: new Set(SEVERITIES), rule: "", practice: "", type: "", path: "", age: "", sort: "severity" };
const orders = {};
let matching = new Int32Array(0);

const facetColumn = (facet) => column(facet === "practice" ? "practices" : facet);

/* A practice is chosen by its id, or with its neighbours by the id of their question. */
function allows(facet, word) {
  const wanted = state[facet];
  if (facet === "severity") return wanted.has(word);
  if (facet === "practice") return !wanted || (word || []).some((id) => id === wanted || id.startsWith(`${wanted}-`));
  return !wanted || word === wanted;
}

/* The numbers of all records, sorted once for each order. */
function sorted(name) {
  if (!orders[name]) {
    const by = ORDERS[name];
    const count = data.count;
    const keys = new Float64Array(count);
    if (by) {
      const { words, numbers } = column(by);
      const ranks = new Int32Array(words.length);
      if (by === "severity") words.forEach((word, number) => { ranks[number] = SEVERITIES.indexOf(word); });
      else {
        const ordered = words.map((word, number) => [word || "", number]).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
        ordered.forEach(([, number], rank) => { ranks[number] = rank; });
      }
      for (let index = 0; index < count; index += 1) keys[index] = ranks[numbers[index]] * count + index;
      keys.sort();
    } else for (let index = 0; index < count; index += 1) keys[index] = index;
    orders[name] = Int32Array.from(keys, (key) => key % count);
  }
  return orders[name];
}

/* For every record, how many facets do not allow it, and which the last of them is (its number plus one). */
function missing(facets) {
  const misses = new Uint8Array(data.count);
  const last = new Uint8Array(data.count);
  facets.forEach(({ numbers, allowed }, facet) => {
    if (allowed.every(Boolean)) return;
    for (let index = 0; index < misses.length; index += 1) {
      if (!allowed[numbers[index]]) {
        misses[index] += 1;
        last[index] = facet + 1;
      }
    }
  });
  return { misses, last };
}

/* Counts the records that nothing but their facet keeps out, for each word of the facet. */
function count(facets, misses, last) {
  facets.forEach(({ numbers, counts }, facet) => {
    for (let index = 0; index < misses.length; index += 1) {
      if (misses[index] === 0 || (misses[index] === 1 && last[index] === facet + 1)) counts[numbers[index]] += 1;
    }
  });
}

/* Chooses the records that are listed. A record that misses only one facet counts for the other choices of that facet. */
function applied() {
  const facets = FACETS.map((name) => {
    const { words, numbers } = facetColumn(name);
    const allowed = Uint8Array.from(words, (word) => (allows(name, word) ? 1 : 0));
    return { name, words, numbers, allowed, counts: new Uint32Array(words.length) };
  });
  const { misses, last } = missing(facets);
  for (const word of state.q.toLowerCase().split(/\s+/).filter(Boolean)) {
    const hits = holding(word);
    for (let index = 0; index < misses.length; index += 1) if (!hits[index]) misses[index] = 2;
  }
  const order = sorted(state.sort);
  const left = new Int32Array(data.count);
  let length = 0;
  for (let place = 0; place < order.length; place += 1) {
    if (misses[order[place]] === 0) {
      left[length] = order[place];
      length += 1;
    }
  }
  matching = left.subarray(0, length);
  count(facets, misses, last);
  return Object.fromEntries(facets.map((facet) => [facet.name, counted(facet)]));
}

/* How many records each word of a facet has; for practices also each question. */
function counted({ name, words, counts }) {
  const totals = new Map();
  words.forEach((word, number) => {
    if (!counts[number] || word === null) return;
    const keys = name === "practice" ? new Set(word.flatMap((id) => [id.split("-")[0], id])) : [word];
    for (const key of keys) totals.set(key, (totals.get(key) || 0) + counts[number]);
  });
  return totals;
}

const narrowed = () => state.q !== "" || state.severity.size < SEVERITIES.length || CHOSEN.some((name) => state[name]);

function reset() {
  Object.assign(state, { q: "", severity: new Set(SEVERITIES) });
  for (const name of CHOSEN) state[name] = "";
}
