// What is shown of one vector when its row is opened. Texts are only ever set as text.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function icon(tone) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${tone}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

const toneOf = (number, target) => TONES[letterOf(number, target)] ?? "none";

function pairs(list) {
  const node = make("dl", { class: "pairs small" });
  for (const [key, value] of list) {
    if (value) node.append(make("dt", {}, key), make("dd", {}, value));
  }
  return node;
}

function shellQuoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function command(words, purpose) {
  const button = make("button", { type: "button", "data-copy": "" }, "Copy");
  button.setAttribute("aria-label", `Copy the command that ${purpose}`);
  const line = words.map(shellQuoted).join(" ");
  return make("div", { class: "command" }, make("code", {}, line), button);
}

function side(word, before, differing, after) {
  const code = make("code", {});
  if (before || differing || after) {
    code.append(before, ...(differing ? [make("mark", {}, differing)] : []), after);
  } else {
    code.append(make("span", { class: "soft" }, "nothing"));
  }
  return make("div", {}, make("span", {}, word), code);
}

function comparison([field, remark, ...sides]) {
  const caption = make("figcaption", {}, make("b", {}, field), remark ? ` · ${remark}` : "");
  return make(
    "figure",
    { class: "hexes" },
    caption,
    side("expected", ...sides.slice(0, 3)),
    side("returned", ...sides.slice(3)),
  );
}

function answerBlock(number, target) {
  const answer = answerOf(number, target);
  const tone = toneOf(number, target);
  const head = make(
    "h4",
    {},
    make("span", { class: tone }, icon(tone)),
    make("code", {}, data.targets[target]),
    make("span", { class: tone }, labelOf(number, target)),
  );
  const block = make("section", { class: "answer" }, head);
  block.append(
    pairs([
      ["What it did", answer.actual],
      ["Native code", answer.code],
      ["Why", answer.reason],
    ]),
    ...answer.comparisons.map(comparison),
  );
  if (answer.cluster && !answer.comparisons.length) {
    block.append(make("p", { class: "small soft" }, "The bytes are in the log and shown by the command below."));
  }
  block.append(command(["kmsproof", "replay", rows.ids[number], data.targets[target]], "repeats this vector"));
  return block;
}

function quietTargets(number) {
  const quiet = data.targets.map((_, target) => target).filter((target) => !isLoud(number, target));
  if (!quiet.length) return null;
  const list = make("ul", { class: "tally small" });
  for (const target of quiet) {
    const tone = toneOf(number, target);
    const label = `${data.targets[target]}: ${labelOf(number, target)}`;
    list.append(make("li", {}, make("span", { class: tone }, icon(tone)), ` ${label}`));
  }
  return list;
}

const isLoud = (number, target) =>
  NOT_GREEN.includes(letterOf(number, target)) || answerOf(number, target).known;

/** Builds everything that is known of a vector. */
function detailBody(number) {
  const id = rows.ids[number];
  const detail = detailOf(number);
  const body = make("div", { class: "detail-body" });
  if (detail?.why) body.append(make("p", {}, detail.why));
  const link = make("a", { href: `#vector=${encodeURIComponent(id)}` }, "Link to this vector");
  body.append(
    pairs([
      ["Class", detail?.about],
      ["Operation", detail && `${detail.operation}, ${detail.valid ? "valid" : "invalid"} input`],
      ["Clause", detail?.clause],
      ["Flags", detail?.flags],
      ["What is right", detail?.expected],
      ...(detail?.given ?? []).map(([name, value, size]) => [
        name,
        make("span", {}, make("code", {}, value), make("span", { class: "soft" }, size ? `  ${size}` : "")),
      ]),
      ["", link],
    ]),
  );
  data.targets.forEach((_, target) => isLoud(number, target) && body.append(answerBlock(number, target)));
  const quiet = quietTargets(number);
  if (quiet) body.append(quiet);
  body.append(command(["kmsproof", "explain", id], "explains this vector"));
  return body;
}
