"use strict";
// Charts as SVG: everything that matters is an attribute, so that a saved file looks the same.
const Charts = (function () {
  const { draw, percent, say } = Parts;
  const LINE = "#1f5a94", BAND = "#a9c6e3", GREY = "#595959", PALE = "#dcdcdc", RED = "#b3261e";
  const FONT = '"Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
  const HEAT = { 沸: "#8b1a1a", 烫: "#cc3b1f", 热: "#e8743b", 暖: "#f2a96b", 温: "#f7d3a8", 冷: "#fbeee0" };

  function sheet(width, height, label, ...parts) {
    const attributes = {
      viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label,
      "font-family": FONT, "font-size": 12, fill: "#1a1a1a",
    };
    return draw("svg", attributes, ...parts);
  }

  function text(x, y, content, more) {
    return draw("text", { x: x, y: y, ...more }, String(content));
  }

  function titled(mark, content) {
    mark.append(draw("title", {}, content));
    return mark;
  }

  // As much of a text as fits; a sign from Han on is as wide as the type is high, others half.
  function shorten(content, pixels) {
    let room = pixels;
    const signs = Array.from(content);
    const end = signs.findIndex((sign) => (room -= sign > "\u2e80" ? 12.2 : 7) < 0);
    return end < 0 ? content : signs.slice(0, Math.max(1, end - 1)).join("") + "…";
  }

  function ticks(first, last, most) {
    const step = [1, 2, 5, 10, 20, 50, 100, 1000].find((s) => (last - first) / s <= most);
    const years = [];
    for (let year = Math.ceil(first / step) * step; year <= last; year += step) years.push(year);
    return years;
  }

  // Stretches of years that follow each other: no line crosses years without speeches.
  function runs(rows) {
    const found = [];
    for (const row of rows) {
      const last = found[found.length - 1];
      if (last && row[0] - last[last.length - 1][0] <= 1) last.push(row);
      else found.push([row]);
    }
    return found;
  }

  // rows: year, share, low, high, speeches. A panel in a box, with its band, and speeches beneath.
  function panel(rows, box, range, format) {
    const [first, last, top] = range;
    const x = (year) => box.x + 40 + ((box.width - 52) * (year - first)) / Math.max(last - first, 1);
    const y = (share) => box.y + 6 + (box.height - 46) * (1 - share / top);
    const parts = [];
    for (const share of [0, top / 2, top]) {
      parts.push(draw("line", { x1: box.x + 36, x2: box.x + box.width - 6, y1: y(share), y2: y(share), stroke: "#ddd" }));
      parts.push(text(box.x + 33, y(share) + 4, format(share), { "text-anchor": "end", "font-size": 10, fill: GREY }));
    }
    for (const year of ticks(first, last, box.width / 55)) {
      parts.push(text(x(year), box.y + box.height - 26, year, { "text-anchor": "middle", "font-size": 10, fill: GREY }));
    }
    for (const run of runs(rows)) parts.push(...course(run, x, y));
    for (const row of rows) parts.push(dot(row, x, y, format));
    return parts.concat(feet(rows, x, box));
  }

  function course(run, x, y) {
    const places = (at) => run.map((row) => `${x(row[0]).toFixed(1)},${y(row[at]).toFixed(1)}`);
    const line = draw("polyline", { points: places(1).join(" "), fill: "none", stroke: LINE, "stroke-width": 1.5 });
    if (run[0].length < 4) return [line];
    if (run.length === 1) {
      const [year, , low, high] = run[0];
      return [draw("line", { x1: x(year), x2: x(year), y1: y(low), y2: y(high), stroke: BAND, "stroke-width": 5 })];
    }
    const band = places(2).concat(places(3).reverse()).join(" ");
    return [draw("polygon", { points: band, fill: BAND }), line];
  }

  function dot(row, x, y, format) {
    const [year, share, low, high, speeches] = row;
    const band = low === undefined ? "" : ` (${format(low)}–${format(high)}), n = ${speeches}`;
    return titled(draw("circle", { cx: x(year), cy: y(share), r: 2.3, fill: LINE }), `${year}: ${format(share)}${band}`);
  }

  function feet(rows, x, box) {
    const most = Math.max(...rows.map((row) => row[4] || 0));
    const base = box.y + box.height - 6;
    return rows.filter((row) => row[4]).map((row) => {
      const tall = Math.max(1, (13 * row[4]) / most);
      return draw("rect", { x: x(row[0]) - 1.5, y: base - tall, width: 3, height: tall, fill: "#8a8a8a" });
    });
  }

  function spanOf(series) {
    const rows = series.flatMap((one) => one.rows);
    const years = rows.map((row) => row[0]);
    return [Math.min(...years), Math.max(...years)];
  }

  function topOf(rows) {
    return 1.05 * Math.max(...rows.map((row) => (row[3] === undefined ? row[1] : row[3]))) || 1;
  }

  // Small multiples: one panel for each of series {name, rows}, all over the same years.
  function multiples(series, format) {
    return (width, label) => {
      const across = Math.max(1, Math.min(series.length, Math.floor(width / 300)));
      const wide = width / across, tall = series.length > 1 ? 170 : 220;
      const [first, last] = spanOf(series);
      const parts = series.flatMap((one, i) => {
        const box = { x: (i % across) * wide, y: Math.floor(i / across) * tall + 20, width: wide, height: tall - 22 };
        const name = series.length > 1 ? [text(box.x + 36, box.y - 6, shorten(one.name, wide - 50), { "font-weight": "bold" })] : [];
        return [...name, ...panel(one.rows, box, [first, last, topOf(one.rows)], format)];
      });
      return sheet(width, Math.ceil(series.length / across) * tall + 4, label, ...parts);
    };
  }

  // Bars one below the other: {name, value, inner, text}; inner is the darker part of a bar.
  function bars(items) {
    return (width, label) => {
      const names = Math.min(170, width * 0.36), room = width - names - 96;
      const top = Math.max(...items.map((item) => item.value)) || 1;
      const parts = items.flatMap((item, i) => {
        const y = 20 * i + 4;
        const inner = item.inner === undefined ? item.value : item.inner;
        return [
          text(names - 6, y + 12, shorten(item.name, names - 8), { "text-anchor": "end", "font-weight": item.bold ? "bold" : "normal" }),
          draw("rect", { x: names, y: y, width: (room * item.value) / top, height: 15, fill: PALE }),
          titled(draw("rect", { x: names, y: y, width: (room * inner) / top, height: 15, fill: LINE }), `${item.name}: ${item.text}`),
          text(names + (room * item.value) / top + 5, y + 12, item.text, { "font-size": 10, fill: GREY }),
        ];
      });
      return sheet(width, 20 * items.length + 8, label, ...parts);
    };
  }

  // Words of two spans back to back: rows word, z, …, single.
  function backToBack(rows, spans) {
    return (width, label) => {
      const left = rows.filter((row) => row[1] < 0).slice(-20).reverse();
      const right = rows.filter((row) => row[1] > 0).slice(0, 20);
      const top = Math.max(...[...left, ...right].map((row) => Math.abs(row[1]))) || 1;
      const middle = width / 2, margin = Math.min(130, width * 0.22), room = middle - margin;
      const side = (list, way, colour) => list.flatMap((row, i) => {
        const y = 30 + 20 * i, long = (Math.max(room, 20) * Math.abs(row[1])) / top;
        const end = middle + way * long;
        return [
          titled(draw("rect", { x: Math.min(middle, end), y: y, width: long, height: 15, fill: colour }), `${row[0]}: z = ${row[1]}`),
          text(end + way * 5, y + 12, shorten(row[0], margin - 14) + (row[7] ? " ◦" : ""), { "text-anchor": way < 0 ? "end" : "start" }),
        ];
      });
      return sheet(width, 40 + 20 * Math.max(left.length, right.length), label,
        text(middle - 8, 18, "← " + spans[0], { "text-anchor": "end", "font-weight": "bold" }),
        text(middle + 8, 18, spans[1] + " →", { "font-weight": "bold" }),
        ...side(left, -1, RED), ...side(right, 1, LINE));
    };
  }

  // Terms by year: {term, first, years: [year, count, rate, share, grade]}; white where unsaid, grey
  // where no speech is.
  function heat(terms, years) {
    return (width, label) => {
      const names = Math.min(130, width * 0.33);
      const first = years[0], cell = (width - names - 6) / (years[years.length - 1] - first + 1);
      const x = (year) => names + (year - first) * cell;
      const parts = terms.flatMap((one, i) => {
        const y = 22 * i + 4;
        const said = new Map(one.years.map((row) => [row[0], row]));
        const cells = years.map((year) => heatCell(x(year), y, cell, year, said.get(year), one.term));
        const coined = one.first && one.first >= first ? [draw("line", { x1: x(one.first), x2: x(one.first), y1: y - 2, y2: y + 20, stroke: "#1a1a1a", "stroke-width": 1.5 })] : [];
        return [text(names - 5, y + 13, shorten(one.term, names - 6), { "text-anchor": "end" }), ...cells, ...coined];
      });
      const axis = ticks(first, years[years.length - 1], (width - names) / 45).map((year) =>
        text(x(year) + cell / 2, 22 * terms.length + 16, year, { "text-anchor": "middle", "font-size": 10, fill: GREY }));
      return sheet(width, 22 * terms.length + 52, label, ...parts, ...axis, ...legend(names, 22 * terms.length + 28));
    };
  }

  function heatCell(x, y, wide, year, row, term) {
    const fill = row ? HEAT[row[4]] : "#f4f4f4";
    const told = row ? `${term} ${year}: ${row[4]}, ${percent(row[3])}, ${row[2].toFixed(1)} ${say("rate")}` : `${term} ${year}: 0`;
    return titled(draw("rect", { x: x, y: y, width: Math.max(wide - 0.5, 0.5), height: 18, fill: fill }), told);
  }

  function legend(x, y) {
    return Object.entries(HEAT).flatMap(([grade, colour], i) => [
      draw("rect", { x: x + 40 * i, y: y, width: 14, height: 14, fill: colour, stroke: "#8a8a8a" }),
      text(x + 40 * i + 18, y + 12, grade),
    ]);
  }

  // A course without axes, as tall as a line of text.
  function spark(rows) {
    const first = rows[0][0], last = rows[rows.length - 1][0];
    const top = Math.max(...rows.map((row) => row[1])) || 1;
    const place = (row) => `${((88 * (row[0] - first)) / Math.max(last - first, 1) + 1).toFixed(1)},${(17 - (15 * row[1]) / top).toFixed(1)}`;
    const lines = runs(rows).map((run) =>
      run.length > 1
        ? draw("polyline", { points: run.map(place).join(" "), fill: "none", stroke: LINE, "stroke-width": 1.3 })
        : draw("circle", { cx: place(run[0]).split(",")[0], cy: place(run[0]).split(",")[1], r: 1.2, fill: LINE }));
    return draw("svg", { viewBox: "0 0 90 18", width: 90, height: 18, "aria-hidden": "true" }, ...lines);
  }

  return { multiples, bars, backToBack, heat, spark };
})();
