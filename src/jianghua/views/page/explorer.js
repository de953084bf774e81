"use strict";
// The sections of the page, and what is chosen in them. A section is made when it is opened, and
// made again when something in it is chosen.
(function () {
  const { data, say, el, bdi, percent, whole, field, select, table, figure } = Parts;
  const SECTIONS = { topics, years, formulations, keyness, search, map, about };
  const chosen = {
    section: "topics", topic: firstTopic(), order: "weight", words: "relevance", lambda: 0.6,
    themes: data.themes.slice(0, 6).map((theme) => theme.name),
    terms: data.formulations ? bestTerms(10) : [], filter: "", text: "", word: null,
  };
  let repaints = [];

  function firstTopic() {
    return Math.max(0, data.topics.findIndex((topic) => !topic.aside));
  }

  // --- names ------------------------------------------------------------------------------------

  function inLanguage(thing) {
    return Parts.language() === "en" && thing.english ? thing.english : thing.name;
  }

  function called(k) {
    const topic = data.topics[k];
    return topic.aside ? say("aside") : inLanguage(topic) || topic.label;
  }

  function themeOf(k) {
    return data.themes.find((theme) => theme.topics.includes(k));
  }

  function marksOf(k) {
    const topic = data.topics[k];
    return topic.marks.map((mark) => say("mark_" + mark.replace(" ", "_"), { nearest: topic.nearest, speech: topic.speech }));
  }

  // --- the frame --------------------------------------------------------------------------------

  function start() {
    document.body.prepend(el("a", { href: "#panel", class: "skip", id: "skip" }));
    document.getElementById("main").append(
      el("div", { id: "bar" }),
      el("div", { role: "tablist", id: "tabs" }),
      el("section", { id: "panel", role: "tabpanel", tabindex: "-1", "aria-labelledby": "tab-topics" }),
      el("p", { id: "told", role: "status", "aria-live": "polite" }));
    speak(data.language);
    let waiting = 0;
    window.addEventListener("resize", () => {
      clearTimeout(waiting);
      waiting = setTimeout(paint, 150);
    });
  }

  function speak(language) {
    Parts.speak(language);
    const title = say("title") + (data.title ? " · " + data.title : "");
    document.documentElement.lang = say("tag");
    document.title = title;
    document.querySelector("h1").replaceChildren(bdi(title));
    document.getElementById("skip").textContent = say("skip");
    writeBar();
    writeTabs();
    open(chosen.section);
  }

  function writeBar() {
    const counted = Object.fromEntries(Object.entries(data.counted).map(([key, n]) => [key, whole(n)]));
    const languages = [["zh", "中文", "zh-CN"], ["en", "English", "en"]].map(([key, name, tag]) =>
      el("button", { type: "button", lang: tag, "aria-pressed": String(key === Parts.language()), onclick: () => speak(key) }, name));
    document.getElementById("bar").replaceChildren(
      el("p", {}, say("counted", counted)),
      el("div", { role: "group", "aria-label": say("language"), id: "languages" }, ...languages));
  }

  function writeTabs() {
    const tabs = document.getElementById("tabs");
    tabs.setAttribute("aria-label", say("sections"));
    tabs.replaceChildren(...Object.keys(SECTIONS).map((key) =>
      el("button", { type: "button", role: "tab", id: "tab-" + key, "aria-controls": "panel", onclick: () => open(key), onkeydown: stepTab }, say("tab_" + key))));
  }

  function stepTab(event) {
    const keys = Object.keys(SECTIONS);
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    const ends = { Home: 0, End: keys.length - 1 };
    if (!(event.key in steps) && !(event.key in ends)) return;
    event.preventDefault();
    const next = event.key in ends ? ends[event.key] : keys.indexOf(chosen.section) + steps[event.key];
    open(keys[(next + keys.length) % keys.length]);
    document.getElementById("tab-" + chosen.section).focus();
  }

  function open(section) {
    chosen.section = section;
    for (const key of Object.keys(SECTIONS)) {
      const tab = document.getElementById("tab-" + key);
      tab.setAttribute("aria-selected", String(key === section));
      tab.setAttribute("tabindex", key === section ? "0" : "-1");
    }
    const panel = document.getElementById("panel");
    panel.setAttribute("aria-labelledby", "tab-" + section);
    repaints = [];
    panel.replaceChildren(...SECTIONS[section]());
    paint();
  }

  // Make a part of a section again; the charts of the old part are forgotten.
  function replace(id, parts) {
    document.getElementById(id).replaceChildren(...parts);
    paint();
  }

  function paint() {
    repaints = repaints.filter((one) => one.isConnected);
    for (const one of repaints) one.repaint();
  }

  function chart(...given) {
    const made = figure(...given);
    repaints.push(made);
    return made;
  }

  // --- topics -----------------------------------------------------------------------------------

  function topics() {
    const orders = [["weight", say("by_weight")], ["mark", say("by_mark")]];
    const reorder = (order) => {
      chosen.order = order;
      replace("list", topicRows());
    };
    return [
      el("h2", {}, say("topics")),
      el("p", { class: "note" }, say("topics_hint")),
      el("div", { class: "two" },
        el("div", { class: "side" }, select(say("order"), orders, chosen.order, reorder),
          el("ol", { id: "list", "aria-label": say("topics") }, ...topicRows())),
        el("div", { class: "detail", id: "detail", "aria-live": "polite" }, ...detail())),
    ];
  }

  function topicRows() {
    const numbers = data.topics.map((_, k) => k);
    if (chosen.order === "mark") numbers.sort((a, b) => Math.min(1, data.topics[b].marks.length) - Math.min(1, data.topics[a].marks.length) || a - b);
    return numbers.map(topicRow);
  }

  function topicRow(k) {
    const topic = data.topics[k];
    const mark = topic.marks.length ? el("span", { class: "mark", role: "img", "aria-label": marksOf(k).join("; "), title: marksOf(k).join("; ") }, "⚠") : null;
    const parts = [el("span", { class: "number" }, String(k)), el("span", { class: topic.aside ? "name aside" : "name" }, bdi(called(k))), mark,
      el("span", { class: "share" }, percent(topic.share)), topic.years.length ? Charts.spark(topic.years) : null];
    const attributes = { type: "button", "data-topic": k, "aria-pressed": String(k === chosen.topic), onclick: () => choose(k) };
    return el("li", {}, el("button", attributes, ...parts));
  }

  function choose(k) {
    chosen.topic = k;
    if (chosen.section !== "topics") return open("topics");
    for (const button of document.querySelectorAll("#list button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.topic) === k));
    }
    replace("detail", detail());
    if (window.innerWidth < 760) document.getElementById("detail").scrollIntoView();
  }

  function detail() {
    const k = chosen.topic, topic = data.topics[k];
    const marks = marksOf(k).map((mark) => el("p", { class: "warning" }, "⚠ " + mark));
    return [el("h3", {}, bdi(k + " " + called(k))), facts(k), ...marks,
      el("p", {}, say("of", { what: say("suggested"), caption: "" }), ...topic.suggested.flatMap((idea, i) => [i ? "、" : "", bdi(idea)])),
      el("h4", {}, say("words")), wordControls(), el("div", { id: "words" }, wordChart()), ...topicCourse(k), ...passages(k)];
  }

  function facts(k) {
    const topic = data.topics[k], theme = themeOf(k);
    const parts = [say("share_of_words", { share: percent(topic.share) }),
      ...["coherence", "exclusivity"].map((key) => topic[key] === null ? null : `${say(key)} ${topic[key].toFixed(2)}`),
      `${say("one_speech")} ${percent(topic.one_speech)}`];
    const others = theme ? theme.topics.filter((other) => other !== k) : [];
    if (others.length) parts.push(say("theme_with", { topics: others.join(", "), theme: inLanguage(theme) }));
    return el("p", {}, parts.filter((part) => part).join(" · "));
  }

  function wordControls() {
    const orders = ["relevance", "probability", "frex"].map((key) => [key, say(key)]);
    const slider = el("input", { type: "range", min: 0, max: 1, step: 0.05, value: chosen.lambda, disabled: chosen.words !== "relevance" });
    const shown = el("output", {}, chosen.lambda.toFixed(2));
    slider.addEventListener("input", () => {
      chosen.lambda = Number(slider.value);
      shown.textContent = chosen.lambda.toFixed(2);
      replace("words", [wordChart()]);
    });
    const order = select(say("rank_by"), orders, chosen.words, (by) => {
      chosen.words = by;
      slider.disabled = by !== "relevance";
      replace("words", [wordChart()]);
    });
    const weight = field(say("lambda"), slider);
    weight.append(shown);
    return el("div", { class: "controls" }, order, weight);
  }

  // entries of a topic's words: number, log p, log lift, FREX, occurrences in the topic, seed
  function score(entry) {
    if (chosen.words === "probability") return Math.exp(entry[1]);
    if (chosen.words === "frex") return entry[3];
    return chosen.lambda * entry[1] + (1 - chosen.lambda) * entry[2];
  }

  function wordChart() {
    const k = chosen.topic;
    const best = data.topics[k].words.map((entry) => [score(entry), entry]).sort((a, b) => b[0] - a[0]).slice(0, 20);
    const rows = best.map(([value, entry]) => [data.words[entry[0]], Number(value.toFixed(5)), entry[4], data.totals[entry[0]], entry[5]]);
    const items = rows.map(([word, , here, total, seed]) => ({ name: word, value: total, inner: here, text: `${whole(here)} / ${whole(total)}`, bold: seed }));
    const columns = [[say("word")], [say("score")], [say("here"), whole], [say("total"), whole], [say("seed")]];
    return chart("topic-" + k + "-words", say("words_of", { topic: k + " " + called(k) }), Charts.bars(items), columns, rows,
      say("here") + " / " + say("total"));
  }

  const yearColumns = () => [[say("year")], [say("share"), percent], [say("low"), percent], [say("high"), percent], [say("speeches")]];

  function topicCourse(k) {
    const theme = themeOf(k);
    const rows = theme ? theme.years : data.topics[k].years;
    if (!rows.length) return [el("p", {}, say("no_years"))];
    const name = theme ? inLanguage(theme) : k + " " + called(k);
    return [chart("topic-" + k + "-years", say("years_of", { name: name }), Charts.multiples([{ name: name, rows: rows }], percent), yearColumns(), rows, yearsNote(rows))];
  }

  function yearsNote(rows) {
    const most = Math.max(...rows.map((row) => row[4]));
    const single = rows.some((row) => row[4] === 1) ? " " + say("single_note") : "";
    return say("years_note", { most: most }) + single;
  }

  function passages(k) {
    const quotes = data.topics[k].quotes;
    if (!quotes.length) return [];
    const hint = data.texts ? say("some_passages") : say("no_passages");
    return [el("h4", {}, say("passages")), el("p", { class: "note" }, hint), ...quotes.map(quote)];
  }

  function quote(one) {
    const place = one.start === null ? "place" : "place_start";
    const where = say(place, { speech: one.speech, number: one.number, start: one.start === null ? "" : whole(one.start) });
    const head = el("p", { class: "where" }, bdi(`${one.year || "?"} ${one.title}`), " · ", bdi(where), " · ", say("share_here", { share: percent(one.share) }));
    if (!one.pieces.length) return head;
    const pieces = one.pieces.map(([text, own]) => (own ? el("mark", {}, text) : text));
    return el("blockquote", {}, head, el("p", { class: "passage" }, ...pieces));
  }

  // --- themes by year -----------------------------------------------------------------------------

  function years() {
    if (!data.themes.some((theme) => theme.years.length)) return [el("h2", {}, say("themes_by_year")), el("p", {}, say("no_years"))];
    const show = () => replace("courses", [yearsChart()]);
    return [el("h2", {}, say("themes_by_year")), themeBoxes(show), el("div", { id: "courses" }, yearsChart())];
  }

  function themeBoxes(show) {
    const boxes = data.themes.map((theme) => {
      const box = el("input", { type: "checkbox", checked: chosen.themes.includes(theme.name) });
      box.addEventListener("change", () => {
        chosen.themes = data.themes.map((one) => one.name).filter((name) => (name === theme.name ? box.checked : chosen.themes.includes(name)));
        show();
      });
      return el("label", {}, box, bdi(inLanguage(theme)));
    });
    const all = (names) => () => {
      chosen.themes = names;
      open("years");
    };
    return el("fieldset", {}, el("legend", {}, say("choose_themes")), ...boxes,
      el("button", { type: "button", onclick: all(data.themes.map((theme) => theme.name)) }, say("all")),
      el("button", { type: "button", onclick: all([]) }, say("none")));
  }

  function yearsChart() {
    const themes = data.themes.filter((theme) => chosen.themes.includes(theme.name) && theme.years.length);
    if (!themes.length) return el("p", {}, say("choose_themes"));
    const series = themes.map((theme) => ({ name: inLanguage(theme), rows: theme.years }));
    const rows = themes.flatMap((theme) => theme.years.map((row) => [inLanguage(theme), ...row]));
    return chart("theme-shares", say("themes_by_year"), Charts.multiples(series, percent), [[say("theme")], ...yearColumns()], rows, yearsNote(themes[0].years));
  }

  // --- formulations -------------------------------------------------------------------------------

  function bestTerms(n) {
    const total = (one) => one.years.reduce((sum, row) => sum + row[1], 0);
    const dated = data.formulations.terms.filter((one) => one.first !== null);
    const most = [...dated].sort((a, b) => total(b) - total(a)).slice(0, n);
    return most.sort((a, b) => a.first - b.first).map((one) => one.term);
  }

  function formulations() {
    if (!data.formulations) return [el("h2", {}, say("formulations")), el("p", {}, say("no_formulations"))];
    const filter = el("input", { type: "search", value: chosen.filter });
    filter.addEventListener("input", () => {
      chosen.filter = filter.value.trim();
      replace("terms", termBoxes());
    });
    return [el("h2", {}, say("formulations")),
      el("fieldset", {}, el("legend", {}, say("choose_terms")), field(say("filter"), filter), el("div", { id: "terms" }, ...termBoxes())),
      el("div", { id: "heat" }, ...heatCharts())];
  }

  function termBoxes() {
    const all = data.formulations.terms;
    const own = all.filter((one) => chosen.terms.includes(one.term));
    const others = all.filter((one) => !chosen.terms.includes(one.term) && one.term.includes(chosen.filter));
    const listed = [...own, ...others.slice(0, 40)];
    return [...listed.map(termBox), el("p", { class: "note" }, say("terms_shown", { shown: listed.length, all: all.length }))];
  }

  function termBox(one) {
    const box = el("input", { type: "checkbox", checked: chosen.terms.includes(one.term) });
    box.addEventListener("change", () => {
      chosen.terms = chosen.terms.filter((term) => term !== one.term).concat(box.checked ? [one.term] : []);
      replace("heat", heatCharts());
    });
    return el("label", {}, box, bdi(one.term));
  }

  function heatCharts() {
    const known = new Map(data.formulations.terms.map((one) => [one.term, one]));
    const terms = chosen.terms.map((term) => known.get(term));
    if (!terms.length) return [el("p", {}, say("choose_terms"))];
    const columns = [[say("term")], [say("first_year")], [say("year")], [say("count")], [say("rate")], [say("passage_share"), percent], [say("grade")]];
    const rows = terms.flatMap((one) => one.years.map((row) => [one.term, one.first, ...row]));
    const spoken = data.formulations.years.map(([year]) => year);
    const series = terms.map((one) => ({ name: one.term, rows: rateRows(one, spoken) }));
    return [
      chart("formulation-heat", say("formulations"), Charts.heat(terms, spoken), columns, rows, say("formulations_note")),
      chart("formulation-rates", say("rates"), Charts.multiples(series, (rate) => rate.toFixed(1)), columns, rows)];
  }

  // A year that has speeches but does not say the term is a zero, not a gap.
  function rateRows(one, spoken) {
    const said = new Map(one.years.map((row) => [row[0], row[2]]));
    return spoken.map((year) => [year, said.get(year) || 0]);
  }

  // --- two spans ------------------------------------------------------------------------------------

  function keyness() {
    if (!data.keyness) return [el("p", {}, say("no_keyness"))];
    const [a, b] = data.keyness.spans, rows = data.keyness.rows;
    const keys = ["word", "z", "log_odds", "count_a", "count_b", "speeches_a", "speeches_b", "single"];
    const title = say("keyness", { a: a, b: b });
    return [el("h2", {}, say("tab_keyness")),
      chart("keyness", title, Charts.backToBack(rows, [a, b]), keys.map((key) => [say(key)]), rows, say("keyness_note"))];
  }

  // --- search -----------------------------------------------------------------------------------------

  function search() {
    const input = el("input", { type: "search", value: chosen.text, placeholder: say("find_hint"), autocomplete: "off" });
    input.addEventListener("input", () => {
      chosen.text = input.value.replace(/\s/g, "");
      chosen.word = matches()[0];
      replace("found", found());
    });
    return [el("h2", {}, say("tab_search")), field(say("find"), input), el("div", { id: "found", "aria-live": "polite" }, ...found())];
  }

  function matches() {
    const held = data.words.flatMap((word, i) => (chosen.text && word.includes(chosen.text) && data.word_topics[i] ? [i] : []));
    const exact = (i) => (data.words[i] === chosen.text ? 0 : 1);
    return held.sort((a, b) => exact(a) - exact(b) || data.totals[b] - data.totals[a]).slice(0, 12);
  }

  function found() {
    if (!chosen.text) return [];
    const held = matches();
    if (!held.length) return [el("p", {}, say("nothing", { text: chosen.text }))];
    const pick = (i) => el("button", { type: "button", "aria-pressed": String(i === chosen.word), onclick: () => pickWord(i) }, bdi(data.words[i]));
    return [el("div", { role: "group", "aria-label": say("found"), class: "picks" }, ...held.map(pick)), ...wordCharts(chosen.word)];
  }

  function pickWord(i) {
    chosen.word = i;
    replace("found", found());
    document.querySelector('#found button[aria-pressed="true"]').focus();
  }

  function pairs(text) {
    const numbers = text ? text.split(" ").map(Number) : [];
    return numbers.flatMap((n, i) => (i % 2 ? [] : [[n, numbers[i + 1]]]));
  }

  function wordCharts(i) {
    const word = data.words[i];
    const shares = pairs(data.word_topics[i]).map(([k, n]) => [k, n / 1000]).sort((a, b) => b[1] - a[1]);
    const items = shares.map(([k, share]) => ({ name: k + " " + called(k), value: share, text: percent(share) }));
    const title = say("word_topics", { word: word, total: whole(data.totals[i]) });
    const rows = shares.map(([k, share]) => [k, called(k), share]);
    const go = shares.slice(0, 5).map(([k]) => el("button", { type: "button", onclick: () => choose(k) }, bdi(k + " " + called(k))));
    return [chart("word-topics", title, Charts.bars(items), [[say("topic")], [say("name")], [say("share"), percent]], rows),
      el("p", { class: "picks" }, ...go), ...wordYears(i, word)];
  }

  function wordYears(i, word) {
    if (!data.years.length) return [];
    const said = new Map(pairs(data.word_years[i]));
    const rates = data.years.map((year, place) => [year, (10000 * (said.get(place) || 0)) / data.year_words[place]]);
    const rows = data.years.map((year, place) => [year, said.get(place) || 0, Number(rates[place][1].toFixed(3))]);
    const title = say("word_years", { word: word });
    return [chart("word-years", title, Charts.multiples([{ name: word, rows: rates }], (rate) => rate.toFixed(1)), [[say("year")], [say("count")], [say("rate")]], rows)];
  }

  // --- map, about ----------------------------------------------------------------------------------------

  function map() {
    const frame = el("iframe", { sandbox: "allow-scripts", title: say("map"), srcdoc: data.maps[Parts.language()], height: 900 });
    return [el("h2", {}, say("map")), el("p", { class: "note" }, say("map_note")), el("div", { class: "wide" }, frame)];
  }

  function about() {
    const two = (number) => number.toFixed(2);
    const lines = [1, 2, 3, 4, 5].map((n) => el("li", {}, say("about_" + n)));
    const columns = [[say("number")], [say("name")], [say("share"), percent], [say("coherence"), two], [say("exclusivity"), two], [say("one_speech"), percent], [say("measures")], [say("words")]];
    const rows = data.topics.map((topic, k) => [k, called(k), topic.share, topic.coherence, topic.exclusivity, topic.one_speech, marksOf(k).join("; "), likeliest(topic)]);
    return [el("h2", {}, say("tab_about")), el("ul", {}, ...lines), el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("topics") }, table(say("topics"), columns, rows))];
  }

  function likeliest(topic) {
    const best = [...topic.words].sort((a, b) => b[1] - a[1]).slice(0, 10);
    return best.map((entry) => data.words[entry[0]]).join(" ");
  }

  start();
})();
