"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const MARKS = {
    removed: "✕ ", down: "✗ ", degraded: "~ ", exposed: "! ", up: "",
    breaks: "✗ ", unknown: "? ", degrades: "~ ", survives: "✓ ",
  };
  const make = (tag, text, kind) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  // ---- Colours: those of the theme, read when it changes.
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let theme;
  const readTheme = () => {
    theme = {};
    for (const name of ["ground", "paper", "ink", "soft", "faint", "edge", "node", "bad", "bad-ink", "bad-wash", "warn", "warn-wash", "doubt", "doubt-wash", "good", "good-wash", "gone", "gone-ink", "focus"]) theme[name] = colour(`--${name}`);
  };
  // ground, border, text, width of the border, dashes, shape, radius of the corners
  const looks = () => ({
    removed: [theme.gone, theme.gone, theme["gone-ink"], 1.5, false, "box", 0],
    down: [theme["bad-wash"], theme.bad, theme.bad, 2.5, false, "box", 0],
    degraded: [theme["warn-wash"], theme.warn, theme.warn, 1.5, [5, 3], "ellipse", 0],
    exposed: [theme.node, theme.warn, theme.warn, 1.5, [1.5, 3], "ellipse", 0],
    up: [theme.node, theme.edge, theme.ink, 1, false, "box", 10],
    breaks: [theme.bad, theme.bad, theme["bad-ink"], 1.5, false, "box", 2],
    unknown: [theme["doubt-wash"], theme.doubt, theme.doubt, 1.5, [1.5, 3], "box", 2],
    degrades: [theme["warn-wash"], theme.warn, theme.warn, 1.5, [5, 3], "box", 2],
    survives: [theme["good-wash"], theme.good, theme.good, 1.5, false, "box", 2],
  });

  // ---- The picture.
  const nodes = data.nodes, edges = data.edges;
  const matching = new Set(nodes.map((node) => node.id));
  const touching = new Map(nodes.map((node) => [node.id, []]));
  for (const edge of edges) {
    touching.get(edge.from).push(edge);
    touching.get(edge.to).push(edge);
  }
  let network = null, nodeSet = null, edgeSet = null, selected = null;

  const dress = (node) => {
    const [ground, border, text, width, dashes, shape, radius] = looks()[node.mark];
    const faded = !matching.has(node.id);
    return {
      id: node.id, x: node.x, y: node.y, shape,
      label: `${MARKS[node.mark].replace(" ", "\u00a0")}${node.name}${node.about ? `\n${node.about}` : ""}`,
      color: { background: ground, border, highlight: { background: ground, border: theme.focus }, hover: { background: ground, border: theme.focus } },
      font: { color: text, size: 14, face: "system-ui, sans-serif", multi: false },
      borderWidth: width, borderWidthSelected: 3.5, opacity: faded ? 0.13 : 1,
      shapeProperties: { borderDashes: dashes, borderRadius: radius },
      margin: { top: 6, bottom: 6, left: 8, right: 8 }, widthConstraint: { minimum: 90, maximum: node.kind === "journey" ? 210 : 172 },
    };
  };
  const dressEdge = (edge) => {
    const near = selected !== null && (edge.from === selected || edge.to === selected);
    const shown = matching.has(edge.from) && matching.has(edge.to);
    const tone = near ? theme.focus : edge.proven ? proofTone(edge) : theme.edge;
    return {
      id: edge.id, from: edge.from, to: edge.to, width: near ? 2.5 : edge.proven ? 2.5 : 1,
      dashes: edge.soft ? [7, 5] : edge.any ? [2, 4] : false,
      color: { color: tone, highlight: theme.focus, hover: theme.focus, opacity: shown ? (near || edge.proven ? 1 : 0.75) : 0.06 },
      arrows: { to: { enabled: true, scaleFactor: 0.5 } },
      smooth: { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.45 },
    };
  };
  const marks = new Map(nodes.map((node) => [node.id, node.mark]));
  const proofTone = (edge) => (["down", "removed"].includes(marks.get(edge.to)) && !edge.soft ? theme.bad : ["up", "exposed"].includes(marks.get(edge.to)) ? theme.soft : theme.warn);
  const redraw = () => {
    if (!network) return;
    nodeSet.update(nodes.map(dress));
    edgeSet.update(edges.map(dressEdge));
  };
  const say = (node) => {
    byId("pointed").textContent = node ? [`${MARKS[node.mark]}${node.name}`, node.about].filter(Boolean).join(" · ") : "";
  };
  const select = (id, move) => {
    selected = id;
    if (!network) return;
    if (id === null) network.unselectAll(); else network.selectNodes([id], false);
    edgeSet.update(edges.map(dressEdge));
    say(id === null ? null : nodes[id]);
    if (id !== null && move) {
      const place = network.canvasToDOM(nodes[id]);
      const box = byId("network").getBoundingClientRect();
      if (place.x < 90 || place.y < 40 || place.x > box.width - 90 || place.y > box.height - 40) network.moveTo({ position: { x: nodes[id].x, y: nodes[id].y } });
    }
  };
  const fit = () => {
    const shown = nodes.filter((node) => matching.has(node.id)).map((node) => node.id);
    network.fit({ nodes: shown.length ? shown : nodes.map((node) => node.id), maxZoomLevel: 1.15 });
  };
  // Where all of it would be too small to read, it begins at the left, where the journeys are; on a telephone in the middle
  // of what falls.
  const closer = () => {
    if (network.getScale() >= 0.4) return;
    const fallen = nodes.filter((node) => ["down", "breaks", "removed"].includes(node.mark));
    const seen = fallen.length ? fallen : nodes;
    const middle = (axis) => seen.reduce((sum, node) => sum + node[axis], 0) / seen.length;
    const scale = 0.6, wide = byId("network").clientWidth;
    const left = Math.min(...nodes.map((node) => node.x)) - 110 + wide / 2 / scale;
    network.moveTo({ position: { x: wide < 700 ? middle("x") : left, y: middle("y") }, scale });
  };
  const start = () => {
    if (!nodes.length) { byId("picture").hidden = true; return; }
    const holder = byId("network");
    // As high as the drawing wants to be at this width, within a screen.
    const span = (axis) => Math.max(...nodes.map((node) => node[axis])) - Math.min(...nodes.map((node) => node[axis]));
    const wanted = ((span("y") + 150) / (span("x") + 330)) * holder.clientWidth;
    holder.parentNode.style.height = `${Math.round(Math.min(Math.max(wanted, 300), window.innerHeight * 0.82))}px`;
    nodeSet = new vis.DataSet(nodes.map(dress));
    edgeSet = new vis.DataSet(edges.map(dressEdge));
    network = new vis.Network(holder, { nodes: nodeSet, edges: edgeSet }, {
      physics: false, layout: { improvedLayout: false }, autoResize: true,
      interaction: { hover: true, tooltipDelay: 1e9, zoomView: false, dragNodes: false, selectConnectedEdges: false, keyboard: false },
      edges: { selectionWidth: 1 }, nodes: { chosen: true },
    });
    const canvas = holder.querySelector("canvas");
    canvas.setAttribute("aria-hidden", "true");
    network.once("afterDrawing", () => { fit(); closer(); document.documentElement.dataset.ready = "picture"; });
    network.on("click", (event) => {
      holder.focus({ preventScroll: true });
      if (event.nodes.length) { select(event.nodes[0]); open(event.nodes[0], holder); }
      else if (event.edges.length) { const edge = edges[event.edges[0]]; select(edge.from); open(edge.from, holder); }
      else { select(null); close(); }
    });
    network.on("hoverNode", (event) => { say(nodes[event.node]); holder.style.cursor = "pointer"; });
    network.on("blurNode", () => { say(selected === null ? null : nodes[selected]); holder.style.cursor = ""; });
    // The wheel scrolls the page until somebody takes to the picture.
    holder.addEventListener("focus", () => network.setOptions({ interaction: { zoomView: true } }));
    holder.addEventListener("blur", () => network.setOptions({ interaction: { zoomView: false } }));
    holder.addEventListener("keydown", keys);
    const zoom = (factor) => network.moveTo({ scale: Math.min(Math.max(network.getScale() * factor, 0.05), 4) });
    byId("zoom-in").addEventListener("click", () => zoom(1.35));
    byId("zoom-out").addEventListener("click", () => zoom(1 / 1.35));
    byId("zoom-fit").addEventListener("click", fit);
  };
  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const keys = (event) => {
    const way = ARROWS[event.key];
    if (way) { event.preventDefault(); select(next(way), true); }
    else if (event.key === "Enter" && selected !== null) { event.preventDefault(); open(selected, byId("network")); }
    else if (event.key === "+") byId("zoom-in").click();
    else if (event.key === "-") byId("zoom-out").click();
    else if (event.key === "0") fit();
    else if (event.key === "Escape" && byId("drawer").hidden) select(null);
  };
  // The nearest thing in a direction; sideways steps count threefold.
  const next = ([right, down]) => {
    const there = nodes.filter((node) => matching.has(node.id));
    if (selected === null) return there.length ? there[0].id : null;
    const from = nodes[selected];
    let best = selected, least = Infinity;
    for (const node of there) {
      const along = (node.x - from.x) * right + (node.y - from.y) * down;
      const aside = Math.abs((node.x - from.x) * down + (node.y - from.y) * right);
      if (along > 0 && along + 3 * aside < least) { least = along + 3 * aside; best = node.id; }
    }
    return best;
  };

  // ---- Details.
  let opener = null;
  const LABELS = [["kind", "Kind"], ["state", "State"], ["since", "Since"], ["type", "Type"], ["provider", "Provider"], ["region", "Region"], ["zone", "Zone"], ["account", "Account"], ["environment", "Environment"], ["id", "Id"]];
  const drawnAs = new Map(nodes.filter((node) => node.record !== undefined).map((node) => [node.record, node.id]));
  const list = (title, items) => {
    if (!items.length) return;
    byId("drawer-body").append(make("h3", title));
    const made = make("ul");
    for (const item of items) made.append(item);
    byId("drawer-body").append(made);
  };
  const line = (text, below, to) => {
    const item = make("li");
    if (to === undefined) item.append(make("span", text));
    else {
      const button = make("button", text);
      button.type = "button";
      button.addEventListener("click", () => { select(to, true); open(to, opener); });
      item.append(button);
    }
    if (below) item.append(make("p", below));
    return item;
  };
  const open = (id, from) => {
    const node = nodes[id];
    if (node.record !== undefined) return show(node.record, from);
    reveal(`${node.count.toLocaleString("en")} × ${node.kind}`, from);
    facts([["What", node.name], ["Where", node.about], ["State", byMark(node.mark)]]);
    needs(id);
    const members = node.members.map((record) => line(data.records[record].name, data.records[record].id));
    if (node.count > members.length) members.push(line(`and ${(node.count - members.length).toLocaleString("en")} more`));
    list("Members", members);
  };
  const byMark = (mark) => { const found = byId("filter-mark").querySelector(`option[value="${mark}"]`); return found ? found.textContent : mark; };
  const show = (number, from) => {
    const record = data.records[number];
    reveal(record.name, from);
    const node = drawnAs.get(number);
    const known = LABELS.filter(([key]) => record[key]).map(([key, label]) => [label, record[key]]);
    if (record.kind === "journey" && node !== undefined) known.splice(1, 0, ["Verdict", byMark(nodes[node].mark)]);
    facts(known);
    if (record.because && record.because.length) list("Because of", record.because.slice(1).map((name) => line(name)));
    list("Seen at", (record.evidence || []).map(([where, basis, note, who]) => line(where, [who, basis, note].filter(Boolean).join(" · "))));
    if (node !== undefined) needs(node);
  };
  const needs = (id) => {
    const here = touching.get(id);
    const worst = (edge, other) => (edge.proven ? 0 : marks.get(edge[other]) === "up" ? 2 : 1);
    for (const [title, end, other] of [["Needs", "from", "to"], ["Needed by", "to", "from"]]) {
      const found = here.filter((edge) => edge[end] === id).sort((a, b) => worst(a, other) - worst(b, other));
      const lines = found.slice(0, 40).map((edge) => line(`${MARKS[marks.get(edge[other])]}${nodes[edge[other]].name}`, edge.said, edge[other]));
      if (found.length > 40) lines.push(line(`and ${found.length - 40} more`));
      list(title, lines);
    }
  };
  const facts = (pairs) => {
    const made = make("dl");
    for (const [label, value] of pairs) made.append(make("dt", label), make("dd", value));
    byId("drawer-body").append(made);
  };
  const reveal = (name, from) => {
    if (from) opener = from;
    byId("drawer-name").textContent = name;
    byId("drawer-body").replaceChildren();
    byId("drawer").hidden = false;
    byId("drawer").scrollTop = 0;
    byId("drawer-name").focus({ preventScroll: true });
  };
  const close = () => {
    if (byId("drawer").hidden) return;
    byId("drawer").hidden = true;
    if (opener) opener.focus({ preventScroll: true });
    opener = null;
  };
  byId("drawer-close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !byId("drawer").hidden) { event.stopPropagation(); close(); } }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.open");
    if (!button) return;
    const number = Number(button.closest("tr").dataset.record);
    if (drawnAs.has(number)) select(drawnAs.get(number), true);
    show(number, button);
  });

  // ---- Search and filters, of the picture and the table of components at once.
  const table = byId("affected");
  const rows = table ? [...table.tBodies[0].rows].map((row) => ({ row, record: data.records[Number(row.dataset.record)] })) : [];
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const text = new Map();
  const textOf = (number) => {
    if (!text.has(number)) text.set(number, fold(`${data.records[number].name}\n${data.records[number].id}`));
    return text.get(number);
  };
  const wanted = () => ({ find: fold(byId("find").value.trim()), kind: byId("filter-kind").value, region: byId("filter-region").value, mark: byId("filter-mark").value });
  const asked = (want) => Boolean(want.find || want.kind || want.region || want.mark);
  const fits = (want, texts, kind, region, mark) => (!want.kind || kind === want.kind) && (!want.region || region === want.region) && (!want.mark || mark === want.mark) && (!want.find || texts().some((one) => one.includes(want.find)));
  const filter = () => {
    const want = wanted();
    matching.clear();
    for (const node of nodes) {
      const texts = () => (node.record !== undefined ? [textOf(node.record)] : [fold(`${node.name}\n${node.about}`), ...node.members.map(textOf)]);
      if (fits(want, texts, node.kind, node.region, node.mark)) matching.add(node.id);
    }
    let count = 0;
    for (const { row, record } of rows) {
      const mark = record.mark || "up";
      const yes = fits(want, () => [textOf(Number(row.dataset.record))], record.kind, record.region, mark);
      row.hidden = !yes;
      count += yes;
    }
    byId("found").textContent = asked(want) ? `${matching.size} drawn, ${count} listed` : "";
    redraw();
    if (network && matching.size) fit();
  };
  let waiting = 0;
  byId("find").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 90); });
  for (const id of ["filter-kind", "filter-region", "filter-mark"]) byId(id).addEventListener("change", filter);
  byId("clear").addEventListener("click", () => {
    byId("find").value = "";
    for (const id of ["filter-kind", "filter-region", "filter-mark"]) byId(id).value = "";
    filter();
    byId("find").focus();
  });

  // ---- Sorting.
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const keyOf = (cell) => { const key = cell.dataset.key; return key !== undefined ? Number(key) : cell.textContent.trim(); };
  for (const head of document.querySelectorAll("table.sortable thead th")) {
    head.querySelector("button").addEventListener("click", () => {
      const owner = head.closest("table"), column = head.cellIndex;
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyed = [...owner.tBodies[0].rows].map((row) => [keyOf(row.cells[column]), row]);
      keyed.sort(([a], [b]) => {
        // what says nothing comes last, whichever way
        if (a === "" || b === "" || a === -1 || b === -1) return (a === "" || a === -1) - (b === "" || b === -1);
        const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
        return down ? -order : order;
      });
      owner.tBodies[0].append(...keyed.map(([, row]) => row));
    });
  }

  // ---- Proofs open where a link leads to one; all are open on paper.
  const goTo = (id) => { const found = id && document.getElementById(id); if (found) { if (found.tagName === "DETAILS") found.open = true; found.scrollIntoView(); } };
  const unfold = () => { const found = location.hash && document.getElementById(location.hash.slice(1)); if (found && found.tagName === "DETAILS") goTo(found.id); };
  // Inside a notebook the page has no address of its own: a link to a place in it would load the notebook.
  if (location.protocol === "about:") document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#"]');
    if (link) { event.preventDefault(); goTo(link.getAttribute("href").slice(1)); }
  });
  window.addEventListener("hashchange", unfold);
  window.addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details")) one.open = true; });
  const paint = () => { readTheme(); redraw(); };
  for (const media of ["(prefers-color-scheme: dark)", "print"]) window.matchMedia(media).addEventListener("change", paint);

  readTheme();
  start();
  unfold();
  document.documentElement.dataset.ready ||= "page";
})();
