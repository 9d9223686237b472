// The list of vectors: filters, pages, and rows that open.

const PAGE_ROWS = 100;
const byId = (id) => document.getElementById(id);
const BLANK = { search: "", target: "", family: "", caseName: "", verdict: "", cluster: 0 };

const view = { filter: { scope: "red", ...BLANK }, found: [], page: 0, open: new Set() };

function option(value, label) {
  return make("option", { value }, label);
}

function fillFilters() {
  const cases = [...new Set(rows.groups.map((group) => group.caseName))].filter(Boolean);
  const order = (one, other) => one.localeCompare(other, "en", { numeric: true });
  byId("by-target").append(
    option("", "All targets"),
    ...data.targets.map((target, index) => option(index, target)),
  );
  byId("by-family").append(
    option("", "All parameter sets"),
    ...data.families.map(([family, label]) => option(family, label)),
  );
  byId("by-case").append(
    option("", "All cases"),
    ...cases.sort(order).map((caseName) => option(caseName, caseName)),
  );
  byId("by-verdict").append(
    option("", "All verdicts"),
    ...Object.values(data.letters).map((verdict) => option(verdict, verdict)),
    ...data.ranks.map((kind) => option(kind, `– ${kind}`)),
  );
}

function fillHead() {
  byId("head").append(
    make("th", { scope: "col" }, "Vector"),
    ...data.targets.map((target) =>
      make("th", { scope: "col", class: "column", title: target }, make("span", {}, target)),
    ),
  );
}

const format = (number) => number.toLocaleString("en");

function fillScopes() {
  const red = rows.ids.filter((_, number) =>
    data.targets.some((_, target) => NOT_GREEN.includes(letterOf(number, target))),
  ).length;
  byId("scope-red").textContent = `Not green (${format(red)})`;
  byId("scope-all").textContent = `All (${format(rows.ids.length)})`;
  return red;
}

function isNarrow() {
  return Object.keys(BLANK).some((key) => view.filter[key] !== BLANK[key]);
}

function showControls() {
  const { filter } = view;
  for (const scope of ["red", "all"]) {
    byId(`scope-${scope}`).setAttribute("aria-pressed", String(filter.scope === scope));
  }
  byId("by-target").value = filter.target;
  byId("by-family").value = filter.family;
  byId("by-case").value = filter.caseName;
  byId("by-verdict").value = filter.verdict;
  if (byId("search").value !== filter.search) byId("search").value = filter.search;
  const chip = byId("by-cluster");
  chip.hidden = !filter.cluster;
  if (filter.cluster) {
    const [title, target] = data.clusters[filter.cluster - 1];
    chip.replaceChildren(`Finding: ${title} (${data.targets[target]}) ✕`);
    chip.setAttribute("aria-label", `Remove the filter: ${title}`);
  }
  byId("reset").hidden = !isNarrow();
}

function mark(number, target) {
  const tone = toneOf(number, target);
  return make("span", { class: `mark ${tone}` }, icon(tone), labelOf(number, target));
}

function row(number) {
  const open = view.open.has(number);
  const button = make(
    "button",
    { type: "button", class: "row-button", "aria-expanded": String(open), "data-number": number },
    rows.ids[number],
  );
  const line = make("tr", { class: open ? "row open" : "row" }, make("th", { scope: "row" }, button));
  data.targets.forEach((_, target) => line.append(make("td", {}, mark(number, target))));
  if (!open) return [line];
  const cell = make("td", { colspan: data.targets.length + 1 }, detailBody(number));
  return [line, make("tr", { class: "detail" }, cell)];
}

function showRows() {
  const first = view.page * PAGE_ROWS;
  const pages = Math.max(1, Math.ceil(view.found.length / PAGE_ROWS));
  byId("rows").replaceChildren(
    ...view.found.slice(first, first + PAGE_ROWS).flatMap((number) => row(number)),
  );
  byId("found").textContent = `${format(view.found.length)} of ${format(rows.ids.length)} vectors`;
  byId("page").textContent = `Page ${format(view.page + 1)} of ${format(pages)}`;
  byId("previous").disabled = view.page === 0;
  byId("next").disabled = view.page >= pages - 1;
  byId("empty").hidden = view.found.length > 0;
}

/** Changes the filter and shows what fits. */
function refine(change) {
  Object.assign(view.filter, change);
  view.found = select(view.filter);
  view.page = 0;
  view.open.clear();
  showControls();
  showRows();
}

function turnPage(step) {
  const pages = Math.max(1, Math.ceil(view.found.length / PAGE_ROWS));
  const page = Math.min(pages - 1, Math.max(0, view.page + step));
  if (page === view.page) return;
  view.page = page;
  showRows();
  byId("vectors").scrollIntoView();
}

const buttonOf = (number) => byId("rows").querySelector(`[data-number="${number}"]`);

function toggle(number) {
  if (!view.open.delete(number)) view.open.add(number);
  showRows();
  buttonOf(number)?.focus({ preventScroll: true });
}

/** Shows one vector, whatever the filter was. */
function reveal(id) {
  const number = rows.numberOf.get(id);
  if (number === undefined) return;
  if (!view.found.includes(number)) refine({ scope: "all", ...BLANK });
  view.page = Math.floor(view.found.indexOf(number) / PAGE_ROWS);
  view.open.add(number);
  showRows();
  const button = buttonOf(number);
  button.scrollIntoView({ block: "start" });
  button.focus({ preventScroll: true });
}

function step(by) {
  const buttons = [...byId("rows").querySelectorAll(".row-button")];
  const now = buttons.indexOf(document.activeElement);
  buttons[Math.min(buttons.length - 1, Math.max(0, now + by))]?.focus();
}
