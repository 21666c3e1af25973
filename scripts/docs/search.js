const entries = JSON.parse(document.getElementById("index").textContent);
const input = document.getElementById("words");
const found = document.getElementById("found");
const count = document.getElementById("count");
const most = 40;

const lowered = entries.map(({ title, heading, text }) => ({
  name: `${title} ${heading}`.toLowerCase(),
  all: `${title} ${heading} ${text}`.toLowerCase(),
}));

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const hits =
    words.length === 0 ? [] : entries.map((entry, position) => ({ entry, position, rank: rankOf(lowered[position], words) }));
  const best = hits.filter(({ rank }) => rank > 0).sort((one, other) => other.rank - one.rank || one.position - other.position);
  count.textContent =
    words.length === 0
      ? ""
      : `${best.length} ${best.length === 1 ? "place" : "places"}${best.length > most ? `, the first ${most} shown` : ""}`;
  found.replaceChildren(...best.slice(0, most).map(({ entry }) => itemOf(entry, words[0])));
}

/** 0 unless every word stands there; words in a heading weigh more than words in the text. */
function rankOf({ name, all }, words) {
  if (!words.every((word) => all.includes(word))) return 0;
  return 1 + words.filter((word) => name.includes(word)).length * 10;
}

function itemOf({ url, title, heading, text }, word) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = heading === "" ? title : `${title}: ${heading}`;
  const around = document.createElement("p");
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 80);
  around.textContent = `${at > 0 ? "…" : ""}${text.slice(at, at + 220)}${at + 220 < text.length ? "…" : ""}`;
  const item = document.createElement("li");
  item.append(link, around);
  return item;
}

input.addEventListener("input", show);
input.form.addEventListener("submit", (event) => event.preventDefault());
input.value = new URLSearchParams(location.search).get("q") ?? "";
show();
