"use strict";
// The page around LDAvis. LDAvis counts topics from 1 because 0 means "none" in it; everything
// shown here counts from 0 like the model.
const jianghuaPage = (function () {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const buttons = Array.from(document.querySelectorAll("nav button"));

  function called(topic) {
    const name = data.names[topic];
    return name ? topic + " " + name : String(topic);
  }

  // On the map there is room for short names only.
  function label(topic) {
    return Array.from(data.names[topic] || "").length > 8 ? String(topic) : called(topic);
  }

  function chartTitle(topic, count, share) {
    const parts = { topic: called(topic), count: count, share: share };
    return data.chart_title.replace(/\{(\w+)\}/g, (whole, key) => parts[key]);
  }

  function touch(a, b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  }

  // Where topics lie close together, their labels are set one below the other.
  function spreadLabels() {
    const texts = Array.from(document.querySelectorAll("#explorer .txt"));
    const placed = [];
    texts.sort((a, b) => a.getAttribute("y") - b.getAttribute("y"));
    for (const text of texts) {
      let inTheWay;
      while ((inTheWay = placed.find((box) => touch(box, text.getBBox())))) {
        const drop = inTheWay.y + inTheWay.height - text.getBBox().y;
        text.setAttribute("y", Number(text.getAttribute("y")) + drop + 0.5);
      }
      placed.push(text.getBBox());
    }
  }

  function choose(number) {
    const box = document.getElementById("explorer-topic");
    if (number > 0) {
      box.value = number;
      box.dispatchEvent(new Event("keyup"));
    } else {
      document.getElementById("explorer-topic-clear").click();
    }
  }

  function mark() {
    const chosen = document.getElementById("explorer-topic").value;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    }
  }

  // Three in four laptops show less than the chart's 1210 pixels once a side bar is open.
  function fit() {
    const scale = Math.min(1, document.documentElement.clientWidth / 1220);
    document.getElementById("explorer").style.zoom = Math.max(0.5, scale);
  }

  function start() {
    new LDAvis("#explorer", data.chart);
    d3.selectAll("#explorer .txt").raise(); // LDAvis paints the circles over their labels
    spreadLabels();
    for (const button of buttons) {
      button.addEventListener("click", () => choose(Number(button.value)));
    }
    // LDAvis stops a click on a circle from bubbling, hence capture, and acts first, hence later
    document.addEventListener("click", () => setTimeout(mark, 0), true);
    window.addEventListener("resize", fit);
    mark();
    fit();
  }

  return { label, chartTitle, start };
})();
jianghuaPage.start();
