"use strict";
// What the page is made of: elements, wording, tables, and files to save. Text from data enters as
// text nodes only.
const Parts = (function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/;
  let language = data.language;
  let unique = 0;

  function say(key, parts) {
    const text = data.wording[language][key];
    return text.replace(/\{(\w+)\}/g, (whole, name) => String(parts[name]));
  }

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null));
    return node;
  }

  function el(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }

  function draw(tag, attributes, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  }

  // Letters of a word may run from right to left; its neighbours must not follow them.
  function bdi(text) {
    return el("bdi", {}, String(text));
  }

  function newId() {
    unique += 1;
    return "part-" + unique;
  }

  function percent(share) {
    return share === null ? "" : (100 * share).toFixed(1) + "%";
  }

  function whole(number) {
    return Math.round(number).toLocaleString("en-US");
  }

  function field(label, control) {
    control.id = control.id || newId();
    return el("div", { class: "field" }, el("label", { for: control.id }, label), control);
  }

  function select(label, options, chosen, changed) {
    const items = options.map(([value, text]) => el("option", { value: value, selected: value === chosen }, text));
    return field(label, el("select", { onchange: (event) => changed(event.target.value) }, ...items));
  }

  // A table: columns are [title, format]; cells of rows stay as they are for CSV.
  function table(caption, columns, rows) {
    const head = columns.map(([title]) => el("th", { scope: "col" }, title));
    const body = rows.map((row) => el("tr", {}, ...row.map((cell, i) => tableCell(cell, i, columns[i][1]))));
    return el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body));
  }

  function tableCell(cell, place, format) {
    const text = cell === null ? "" : format ? format(cell) : String(cell);
    const content = typeof cell === "number" ? text : bdi(text);
    const attributes = typeof cell === "number" ? { class: "number" } : {};
    return place === 0 ? el("th", { scope: "row", ...attributes }, content) : el("td", attributes, content);
  }

  function csvCell(cell) {
    if (cell === null) return "";
    if (typeof cell === "number") return String(cell);
    const inert = FORMULA.test(cell) ? "'" + cell : cell;
    return /[",\n\r]/.test(inert) ? '"' + inert.replace(/"/g, '""') + '"' : inert;
  }

  // The mark at the head lets spreadsheets see that this is UTF-8.
  function csv(columns, rows) {
    const lines = [columns.map(([title]) => csvCell(title)), ...rows.map((row) => row.map(csvCell))];
    return "\ufeff" + lines.map((line) => line.join(",") + "\n").join("");
  }

  function save(blob, name) {
    const link = el("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    document.getElementById("told").textContent = say("saved", { file: name });
  }

  function svgText(svg) {
    const copy = svg.cloneNode(true);
    const box = svg.viewBox.baseVal;
    fill(copy, { xmlns: SVG, width: box.width, height: box.height }, []);
    return new XMLSerializer().serializeToString(copy);
  }

  function saveSvg(svg, name) {
    save(new Blob([svgText(svg)], { type: "image/svg+xml" }), name + ".svg");
  }

  function savePng(svg, name) {
    const picture = new Image();
    picture.addEventListener("load", () => {
      const paper = el("canvas", { width: 2 * picture.width, height: 2 * picture.height });
      const brush = paper.getContext("2d");
      brush.fillStyle = "#fff";
      brush.fillRect(0, 0, paper.width, paper.height);
      brush.drawImage(picture, 0, 0, paper.width, paper.height);
      paper.toBlob((blob) => save(blob, name + ".png"));
    });
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svgText(svg));
  }

  function saveCsv(columns, rows, name) {
    save(new Blob([csv(columns, rows)], { type: "text/csv" }), name + ".csv");
  }

  function saver(key, caption, act) {
    return el("button", { type: "button", class: "save", "aria-label": say("of", { what: say(key), caption: caption }), onclick: act }, say(key));
  }

  // A chart with what it shows as a table, and both to be saved. ``paint`` draws for a width.
  function figure(name, caption, paint, columns, rows, note) {
    const place = el("div", { class: "chart" });
    const repaint = () => place.replaceChildren(paint(Math.max(300, Math.min(1180, place.clientWidth || 600)), caption));
    const chart = () => place.querySelector("svg");
    const told = el("details", {}, el("summary", {}, say("of", { what: say("table"), caption: caption })));
    // tables are long: made when somebody looks
    told.addEventListener("toggle", () => {
      if (told.open && told.children.length === 1) {
        told.append(el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption }, table(caption, columns, rows)));
      }
    });
    const buttons = el("p", { class: "savers" },
      saver("save_svg", caption, () => saveSvg(chart(), name)),
      saver("save_png", caption, () => savePng(chart(), name)),
      saver("save_csv", caption, () => saveCsv(columns, rows, name)));
    const whole = el("figure", {}, el("figcaption", {}, bdi(caption)), place, note ? el("p", { class: "note" }, note) : null, buttons, told);
    whole.repaint = repaint;
    return whole;
  }

  return {
    data, say, el, draw, bdi, newId, percent, whole, field, select, table, csv, figure,
    language: () => language,
    speak: (chosen) => { language = chosen; },
  };
})();
