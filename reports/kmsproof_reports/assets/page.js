// The page: links inside the report, keys, and buttons that copy.

function route() {
  const [key, value] = splitHash();
  if (key === "vector") reveal(value);
  if (key === "cluster") refine({ scope: "red", ...BLANK, cluster: Number(value) });
  if (key === "cell") {
    const [target, family] = [value.slice(0, value.indexOf("/")), value.slice(value.indexOf("/") + 1)];
    const numbers = select({ scope: "red", ...BLANK, target, family });
    refine({ scope: numbers.length ? "red" : "all", ...BLANK, target, family });
  }
  if (key === "cluster" || key === "cell") byId("vectors").scrollIntoView();
}

function splitHash() {
  const hash = location.hash.slice(1);
  const place = hash.indexOf("=");
  if (place < 0) return ["", ""];
  try {
    return [hash.slice(0, place), decodeURIComponent(hash.slice(place + 1))];
  } catch {
    return ["", ""];
  }
}

function copy(button) {
  const code = button.parentElement.querySelector("code");
  const done = () => {
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  };
  const mark = () => getSelection().selectAllChildren(code);
  if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, mark);
  else mark();
}

function onClick(event) {
  const button = event.target.closest("button, a");
  if (!button) return;
  if (button.dataset.copy !== undefined) copy(button);
  else if (button.dataset.number !== undefined) toggle(Number(button.dataset.number));
  else if (button.hash && button.hash === location.hash) route();
}

const KEYS = {
  "/": () => byId("search").focus(),
  j: () => step(1),
  k: () => step(-1),
  n: () => turnPage(1),
  p: () => turnPage(-1),
  Escape: () => isNarrow() && refine({ ...BLANK }),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, select, textarea");
  if (typing && event.key !== "Escape") return;
  typing?.blur();
  const inRows = event.target.closest("#rows");
  const key = inRows ? ({ ArrowDown: "j", ArrowUp: "k" }[event.key] ?? event.key) : event.key;
  if (!Object.hasOwn(KEYS, key)) return;
  event.preventDefault();
  KEYS[key]();
}

function bind(id, event, change) {
  byId(id).addEventListener(event, () => refine(change(byId(id).value)));
}

function listen() {
  bind("scope-red", "click", () => ({ scope: "red" }));
  bind("scope-all", "click", () => ({ scope: "all" }));
  bind("by-target", "change", (target) => ({ target }));
  bind("by-family", "change", (family) => ({ family }));
  bind("by-case", "change", (caseName) => ({ caseName }));
  bind("by-verdict", "change", (verdict) => ({ verdict }));
  bind("by-cluster", "click", () => ({ cluster: 0 }));
  bind("reset", "click", () => ({ ...BLANK }));
  let waiting = 0;
  byId("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refine({ search: byId("search").value }), 120);
  });
  byId("previous").addEventListener("click", () => turnPage(-1));
  byId("next").addEventListener("click", () => turnPage(1));
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  addEventListener("hashchange", route);
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details")) each.open = true;
  });
}

function begin() {
  for (const each of document.querySelectorAll("[data-copy], [data-needs-script]")) each.hidden = false;
  byId("explorer").hidden = false;
  fillFilters();
  fillHead();
  const red = fillScopes();
  listen();
  refine({ scope: red ? "red" : "all" });
  route();
}

begin();
