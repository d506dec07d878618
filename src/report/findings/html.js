"use strict";
// Chooses and sorts incidents. Without it all of them stand there, the worst first.
(() => {
  const form = document.getElementById("choose");
  const list = document.getElementById("list");
  const shown = document.getElementById("shown");
  const items = [...list.children].map((item, place) => ({
    item,
    place,
    text: item.textContent.toLowerCase(),
    severity: item.dataset.severity,
    detections: item.dataset.detections.split(" "),
    isNews: item.dataset.news === "true",
    first: Number(item.dataset.first),
    last: Number(item.dataset.last),
    findings: Number(item.dataset.findings),
  }));
  const orders = {
    worst: (one, other) => one.place - other.place,
    latest: (one, other) => other.last - one.last || one.place - other.place,
    earliest: (one, other) => one.first - other.first || one.place - other.place,
    most: (one, other) => other.findings - one.findings || one.place - other.place,
  };
  let order = "worst";
  const choose = () => {
    const choice = new FormData(form);
    const severities = choice.getAll("severity");
    const words = String(choice.get("text")).toLowerCase().split(/\s+/).filter(Boolean);
    const detection = choice.get("detection");
    const onlyNews = choice.get("news") === "on";
    let count = 0;
    for (const one of items) {
      const is = severities.includes(one.severity)
        && (!detection || one.detections.includes(detection))
        && (!onlyNews || one.isNews)
        && words.every((word) => one.text.includes(word));
      one.item.hidden = !is;
      count += is;
    }
    if (choice.get("order") !== order) {
      order = choice.get("order");
      list.append(...[...items].sort(orders[order]).map((one) => one.item));
    }
    shown.textContent = `${count} of ${items.length} shown`;
  };
  form.addEventListener("input", choose);
  form.addEventListener("reset", () => setTimeout(choose));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  choose();
})();
