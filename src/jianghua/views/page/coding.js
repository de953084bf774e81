"use strict";
// A coder's form: one question at a time. Answers live in the page, in the browser's storage where
// it lets us, and in the CSV file the coder saves; the key is nowhere here.
(function () {
  const trial = JSON.parse(document.getElementById("coding-data").textContent);
  const at = (id) => document.getElementById(id);
  const place = "jianghua " + trial.set + " " + trial.coder;
  let answers = {};
  let position = 0;
  let language = trial.language;
  let saved = true;

  function say(key, number) {
    at("said").textContent = key ? trial.wording[language][key].replace("{}", number) : "";
  }

  function remember() {
    try {
      localStorage.setItem(place, JSON.stringify({ answers: answers, position: position }));
    } catch (refused) {
      say("no_storage");
    }
  }

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(place) || "{}");
      take(Object.entries(kept.answers || {}));
      position = Math.min(Math.max(Number(kept.position) || 0, 0), trial.items.length - 1);
    } catch (refused) {
      say("no_storage");
    }
  }

  // Takes what names an item and one of its choices, and nothing else; returns how many.
  function take(pairs) {
    const known = new Map(trial.items.map((item) => [item.id, item.choices.length]));
    const good = pairs.filter(([id, n]) => known.has(id) && Number.isInteger(Number(n))
      && Number(n) >= 1 && Number(n) <= known.get(id));
    good.forEach(([id, n]) => { answers[id] = Number(n); });
    return good.length;
  }

  function show() {
    const item = trial.items[position];
    const words = trial.wording[language];
    document.documentElement.lang = words.tag;
    document.querySelectorAll("[data-say]").forEach((part) => {
      part.textContent = words[part.dataset.say];
    });
    document.title = at("heading").textContent = words.title + " · " + trial.coder;
    at("question").textContent = words[item.test];
    at("passage_note").textContent = item.passage ? words[item.in_words ? "words_note" : "text_note"] : "";
    at("passage").textContent = item.passage;
    showChoices(item);
    showProgress(words);
  }

  function showChoices(item) {
    const rows = item.choices.map((choice, i) => {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = "choice";
      radio.value = i + 1;
      radio.checked = answers[item.id] === i + 1;
      radio.addEventListener("change", () => choose(i + 1));
      label.append(radio, " " + (i + 1) + ". " + choice);
      return label;
    });
    at("choices").replaceChildren(...rows);
  }

  function showProgress(words) {
    const done = Object.keys(answers).length;
    at("bar").max = trial.items.length;
    at("bar").value = done;
    at("count").textContent = words.count.replace("{n}", position + 1)
      .replace("{of}", trial.items.length).replace("{done}", done);
    at("back").disabled = position === 0;
    at("next").disabled = position === trial.items.length - 1;
  }

  function choose(number) {
    const item = trial.items[position];
    if (number > item.choices.length) return;
    answers[item.id] = number;
    saved = false;
    remember();
    show();
    at("choices").querySelectorAll("input")[number - 1].focus();
    if (Object.keys(answers).length === trial.items.length) say("all_done");
  }

  function move(step) {
    position = Math.min(Math.max(position + step, 0), trial.items.length - 1);
    say("");
    remember();
    show();
  }

  function nextOpen() {
    const after = trial.items.map((_, i) => (position + 1 + i) % trial.items.length);
    const open = after.find((i) => !(trial.items[i].id in answers));
    if (open === undefined) { say("all_done"); return; }
    move(open - position);
  }

  function csvLine(cells) {
    return cells.map((cell) => '"' + String(cell).replaceAll('"', '""') + '"').join(",");
  }

  function save() {
    const lines = trial.items.map((item) =>
      csvLine([trial.set, trial.coder, item.id, item.test, answers[item.id] || ""]));
    const text = "\ufeff" + [csvLine(["set", "coder", "item", "test", "answer"]), ...lines, ""].join("\r\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = trial.coder + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    saved = true;
    say("saved", trial.items.length - Object.keys(answers).length);
  }

  // Only what save() writes: five plain cells a line.
  async function load(file) {
    const rows = (await file.text()).replace("\ufeff", "").split(/\r?\n/)
      .map((line) => line.split(",").map((cell) => cell.replace(/^"|"$/g, "")));
    const head = rows[0] || [];
    const column = (name) => head.indexOf(name);
    if (column("item") < 0 || column("answer") < 0) { say("not_ours"); return; }
    const ours = rows.slice(1).filter((row) => row[column("set")] === trial.set);
    const taken = take(ours.map((row) => [row[column("item")], row[column("answer")]]));
    remember();
    show();
    say(taken ? "loaded" : "not_ours", taken);
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inField = event.target.tagName === "INPUT" && event.target.type !== "radio";
    if (inField || event.target.tagName === "SELECT") return;
    if (/^[1-9]$/.test(event.key)) choose(Number(event.key));
    else if (event.key === "Enter" && event.target.tagName !== "BUTTON" && event.target.tagName !== "SUMMARY") nextOpen();
    else if (event.key === "PageDown") move(1);
    else if (event.key === "PageUp") move(-1);
    else return;
    event.preventDefault();
  }

  at("language").addEventListener("click", () => { language = language === "zh" ? "en" : "zh"; show(); });
  at("back").addEventListener("click", () => move(-1));
  at("next").addEventListener("click", () => move(1));
  at("open").addEventListener("click", nextOpen);
  at("save").addEventListener("click", save);
  at("load").addEventListener("change", (event) => {
    if (event.target.files[0]) load(event.target.files[0]).finally(() => { event.target.value = ""; });
  });
  document.addEventListener("keydown", key);
  window.addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });
  recall();
  show();
})();
