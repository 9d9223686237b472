// The rows: unpacks what payload.py packed, and says which vectors fit a filter.

const NOT_GREEN = "fkXe";
const TONES = { p: "pass", f: "fail", k: "flaky", X: "flaky", e: "error", x: "pass", s: "none", u: "none" };

const data = JSON.parse(document.getElementById("data").textContent);
const lowered = data.strings.map((text) => text.toLowerCase());
const rows = unpack(data);

/** Returns ids, groups and answers of all vectors, by their number. */
function unpack(packed) {
  const ids = [];
  const groupOf = [];
  const groups = packed.groups.map(([start]) => {
    const [family, caseName = ""] = start.split("/");
    return { family, caseName };
  });
  packed.groups.forEach(([start, rests], group) => {
    for (const rest of rests) {
      ids.push(start + rest);
      groupOf.push(group);
    }
  });
  return {
    ids,
    lowered: ids.map((id) => id.toLowerCase()),
    numberOf: new Map(ids.map((id, number) => [id, number])),
    family: (number) => groups[groupOf[number]].family,
    caseName: (number) => groups[groupOf[number]].caseName,
    groups,
    answers: packed.answers.map((list) => new Map(list.map((row) => [row[0], row]))),
    details: new Map(packed.details.map((row) => [row[0], row])),
  };
}

const text = (number) => data.strings[number ?? 0];

/** The verdict on a vector as a letter; "-" where the target never came to it. */
const letterOf = (number, target) => data.verdicts[target][number];

/** The kind of failure or error, else the verdict, in the words of the log. */
function labelOf(number, target) {
  const answer = rows.answers[target].get(number);
  return (answer && text(answer[1])) || data.letters[letterOf(number, target)] || "not reached";
}

function answerOf(number, target) {
  const row = rows.answers[target].get(number) ?? [];
  return {
    cluster: row[2] ?? 0,
    code: text(row[3]),
    actual: text(row[4]),
    reason: text(row[5]),
    comparisons: row[6] || [],
    known: row.length > 0,
  };
}

function detailOf(number) {
  const row = rows.details.get(number);
  if (!row) return null;
  return {
    operation: text(row[1]),
    valid: row[2] === 1,
    why: text(row[3]),
    clause: text(row[4]),
    flags: text(row[5]),
    expected: text(row[6]),
    about: text(row[7]),
    given: row[8] || [],
  };
}

/** How bad the worst verdict on a vector is, 0 the worst. */
function rankOf(number, targets) {
  let worst = 99;
  for (const target of targets) {
    const letter = letterOf(number, target);
    if (!NOT_GREEN.includes(letter)) continue;
    const rank = data.ranks.indexOf(labelOf(number, target));
    worst = Math.min(worst, rank < 0 ? data.ranks.length : rank);
  }
  return worst;
}

/** Returns a test of whether every word stands in the id or in what is told of a vector. */
function searcher(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = words.map((word) => {
    const found = new Set();
    lowered.forEach((each, index) => each.includes(word) && found.add(index));
    return found;
  });
  const told = (found, row, fields) => row && fields.some((field) => found.has(row[field]));
  return (number) =>
    words.every(
      (word, index) =>
        rows.lowered[number].includes(word) ||
        told(hits[index], rows.details.get(number), [1, 3, 4, 5, 7]) ||
        rows.answers.some((answers) => told(hits[index], answers.get(number), [1, 3, 4, 5])),
    );
}

/** Returns the numbers of all vectors that fit the filter, the worst first. */
function select(filter) {
  const all = data.targets.map((_, target) => target);
  const targets = filter.target === "" ? all : [Number(filter.target)];
  const matches = searcher(filter.search);
  const fits = (number, target) => {
    const letter = letterOf(number, target);
    if (filter.scope === "red" && !NOT_GREEN.includes(letter)) return false;
    if (filter.cluster && answerOf(number, target).cluster !== filter.cluster) return false;
    if (!filter.verdict) return true;
    return data.letters[letter] === filter.verdict || labelOf(number, target) === filter.verdict;
  };
  const found = [];
  for (let number = 0; number < rows.ids.length; number++) {
    if (filter.family && rows.family(number) !== filter.family) continue;
    if (filter.caseName && rows.caseName(number) !== filter.caseName) continue;
    if (!targets.some((target) => fits(number, target))) continue;
    if (matches(number)) found.push(number);
  }
  const ranks = new Map(found.map((number) => [number, rankOf(number, targets)]));
  return found.sort((one, other) => ranks.get(one) - ranks.get(other) || one - other);
}
