"use strict";
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const list = one("#items"), view = one("#view"), search = one("#search");
const items = [...all(".item", list), ...all(".item", one("#rest").content)].map((row) => {
  const { state, rank, score, coverage, seconds } = row.dataset;
  const figure = (text, missing) => (text === undefined ? missing : Number(text));
  return {
    row, state,
    words: all("h2, .id, .operation, .why", row).map((each) => each.textContent).join(" ").toLowerCase(),
    name: one("h2", row).textContent,
    codes: (row.dataset.codes || "").split(" "),
    rank: Number(rank),
    score: figure(score, Infinity),
    coverage: figure(coverage, -1),
    seconds: figure(seconds, -1),
  };
});
const byRow = new Map(items.map((item) => [item.row, item]));
let shown = items, laid = 0, current = -1, enlarged = -1, pictures = {}, after = "result";

/* Filters and order. Of many items only so many are laid out as somebody has scrolled to. */
const SCREENFUL = 200, wanted = new Set();
const collator = new Intl.Collator(undefined, { numeric: true });
const orders = {
  rank: () => 0,
  score: (a, b) => a.score - b.score || 0,
  coverage: (a, b) => b.coverage - a.coverage,
  seconds: (a, b) => b.seconds - a.seconds,
  name: (a, b) => collator.compare(a.name, b.name),
};
function choose() {
  const focused = shown[current], order = orders[one("#sort").value], code = one("#code").value;
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (item) => (!wanted.size || wanted.has(item.state)) &&
    (!code || item.codes.includes(code)) && words.every((word) => item.words.includes(word));
  shown = items.filter(fits).sort((a, b) => order(a, b) || a.rank - b.rank);
  current = shown.indexOf(focused);
  laid = 0;
  list.replaceChildren();
  lay(SCREENFUL);
  const total = items.length.toLocaleString("en");
  one("#count").textContent = shown.length === items.length
    ? `${total} item${items.length === 1 ? "" : "s"}`
    : `${shown.length.toLocaleString("en")} of ${total} items`;
}
function lay(most) {
  const next = shown.slice(laid, most);
  laid += next.length;
  list.append(...next.map((item) => item.row));
  coming.unobserve(one("#more"));
  if (laid < shown.length) coming.observe(one("#more"));
}
const coming = new IntersectionObserver((seen) => {
  if (seen.some((each) => each.isIntersecting)) lay(laid + SCREENFUL);
}, { rootMargin: "2000px" });
for (const button of all(".filter")) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on);
    on ? wanted.add(button.dataset.state) : wanted.delete(button.dataset.state);
    choose();
  });
}
one("#code").addEventListener("change", choose);
one("#sort").addEventListener("change", choose);
search.addEventListener("input", choose);

/* Going from item to item */
function go(step) {
  if (!shown.length) return;
  current = Math.min(Math.max(current + step, 0), shown.length - 1);
  if (current >= laid) lay(current + SCREENFUL);
  if (view.open) return open();
  shown[current].row.focus({ preventScroll: true });
  shown[current].row.scrollIntoView({ block: "nearest" });
}
list.addEventListener("focusin", (event) => {
  current = shown.indexOf(byRow.get(event.target.closest(".item")));
});

/* One item enlarged */
function open() {
  enlarged = current;
  const row = shown[current].row;
  pictures = Object.fromEntries(all("img", row).map((image) => [image.dataset.label, image]));
  one("#view-name").textContent = shown[current].name;
  one("#view-why").textContent = one(".why", row).textContent;
  one("#view-state").textContent = row.dataset.state;
  one("#view-state").className = `state s-${row.dataset.state}`;
  one("#view-command").textContent = one(".copy", row).dataset.command;
  one("#view-copy").dataset.command = one(".copy", row).dataset.command;
  const files = one(".files", row);
  one("#view-files").replaceChildren(...(files ? [files.cloneNode(true)] : []));
  one("#previous").disabled = current === 0;
  one("#next").disabled = current === shown.length - 1;
  offer();
  show(pictures[after] ? after : ["result", "mask", "photo"].find((label) => pictures[label]));
  if (!view.open) view.showModal();
}
function offer() {
  const choices = ["result", "mask"].filter((label) => pictures[label]).map((label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label === "mask" ? "mask over photo" : label;
    button.dataset.show = label;
    button.addEventListener("click", () => show(label));
    return button;
  });
  one("#choices").replaceChildren(...choices);
}
function put(place, label) {
  const image = one(`#${place}`), from = pictures[label];
  from ? image.src = from.src : image.removeAttribute("src");
  image.alt = from ? from.alt : "";
  one(`#${place}-label`).textContent = from ? from.alt : "";
  one(`#${place}-label`).hidden = !from;
}
function show(label) {
  if (label && label !== "photo") after = label;
  put("under", label);
  put("over", label === "photo" ? "" : "photo");
  const ground = pictures[label] || pictures.photo;
  one("#compare").hidden = !ground;
  if (ground) {
    const ratio = ground.getAttribute("width") / ground.getAttribute("height");
    one("#compare").style.setProperty("--ratio", ratio);
    one("#compare").style.setProperty("--own", `${ground.getAttribute("width")}px`);
  }
  const both = Boolean(pictures.photo && label && label !== "photo");
  one("#slider").hidden = one("#edge").hidden = !both;
  for (const button of all("#choices button")) {
    button.setAttribute("aria-pressed", button.dataset.show === label);
  }
}
function split(percent) {
  one("#split").value = percent;
  one("#compare").style.setProperty("--split", `${percent}%`);
}
one("#split").addEventListener("input", (event) => split(event.target.value));
one("#compare").addEventListener("pointermove", (event) => {
  if (!event.buttons) return;
  const box = event.currentTarget.getBoundingClientRect();
  split(Math.min(Math.max(((event.clientX - box.left) / box.width) * 100, 0), 100));
});
one("#previous").addEventListener("click", () => go(-1));
one("#next").addEventListener("click", () => go(1));
one("#close").addEventListener("click", () => view.close());
view.addEventListener("click", (event) => { if (event.target === view) view.close(); });
view.addEventListener("close", () => {
  current = enlarged; /* the browser has put the focus back to where it was before */
  go(0);
});

/* Copying */
async function copy(button) {
  const text = button.dataset.command;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const title = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = title === "Copied" ? "Copy retry command" : title; }, 1200);
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches(".copy")) copy(button);
  if (button.matches(".pictures")) {
    current = shown.indexOf(byRow.get(button.closest(".item")));
    open();
  }
});

/* Keys */
const moves = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("#search, select")) {
    if (event.key === "Escape" && event.target === search) search.blur();
    return;
  }
  const act = action(event);
  if (!act) return;
  event.preventDefault();
  act();
});
function action(event) {
  const { key, target } = event, ranged = target.matches("input[type=range]");
  if (key in moves && !(ranged && key.startsWith("Arrow"))) return () => go(moves[key]);
  if (view.open) return viewAction(key, ranged, target);
  if (key === "/") return () => search.focus();
  if (key === "c" && shown[current]) return () => copy(one(".copy", shown[current].row));
  if (key === "Enter" && target.matches(".item")) return open;
  return null;
}
function viewAction(key, ranged, target) {
  if (key === "ArrowRight" && !ranged) return () => go(1);
  if (key === "ArrowLeft" && !ranged) return () => go(-1);
  if (key === " " && !target.matches("button")) return () => split(one("#split").value > 50 ? 0 : 100);
  if (key === "m") return () => show(one("[data-show=mask][aria-pressed=false]") ? "mask" : "result");
  if (key === "c") return () => copy(one("#view-copy"));
  return null;
}
choose();
