// A map with dots, fetched and started when somebody asks for it. Everything on it stands in words too.
import L from "leaflet";

const CELL = 56; // pixels: dots that are nearer become one
const AT_MOST = 20; // names in a popup

// Leaflet stops a piece that is not needed any more by giving it a data: image, which our policy
// refuses; taking its address away does the same.
L.TileLayer.include({
  _abortLoading() {
    for (const key of Object.keys(this._tiles)) {
      const tile = this._tiles[key];
      if (tile.coords.z === this._tileZoom || tile.el.complete) continue;
      tile.el.onload = tile.el.onerror = null;
      tile.el.removeAttribute("src");
      tile.el.remove();
      delete this._tiles[key];
      this.fire("tileabort", { tile: tile.el, coords: tile.coords });
    }
  },
  _removeTile(key) {
    const tile = this._tiles[key];
    if (tile) tile.el.removeAttribute("src");
    return L.GridLayer.prototype._removeTile.call(this, key);
  },
});

const escaped = (text) => {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
};

const pin = (number) => {
  const size = number > 1 ? 44 : 28;
  return L.divIcon({ className: "p-pin", html: number > 1 ? String(number) : "", iconSize: [size, size] });
};

function links(points) {
  const list = document.createElement("ul");
  for (const point of points.slice(0, AT_MOST)) {
    const link = document.createElement("a");
    link.href = point.url;
    link.textContent = point.title;
    list.appendChild(document.createElement("li")).appendChild(link);
  }
  return list;
}

// The points in view, taken together where they are near: drawn anew when somebody zooms or moves.
function cluster(map, layer, points, together) {
  const show = () => {
    layer.clearLayers();
    const view = map.getBounds().pad(0.3);
    const cells = new Map();
    for (const point of points) {
      if (!view.contains(point.at)) continue;
      const place = map.project(point.at).divideBy(CELL).floor();
      const key = `${place.x}/${place.y}`;
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(point);
    }
    for (const some of cells.values()) {
      const bounds = L.latLngBounds(some.map((point) => point.at));
      const title = some.length > 1 ? together.replace("{n}", String(some.length)) : some[0].title;
      const marker = L.marker(bounds.getCenter(), { icon: pin(some.length), title });
      const apart = !bounds.getNorthEast().equals(bounds.getSouthWest());
      if (some.length > 1 && apart && map.getZoom() < map.getMaxZoom()) {
        marker.on("click", () => map.fitBounds(bounds, { padding: [50, 50] }));
      } else {
        marker.bindPopup(links(some), { autoPan: false });
      }
      marker.addTo(layer);
    }
  };
  map.on("zoomend moveend", () => {
    if (!map.isPopupShown) show();
  });
  map.on("popupopen popupclose", (event) => { map.isPopupShown = event.type === "popupopen"; });
  show();
}

const parsed = (text) => {
  const numbers = (text || "").split(",").map(Number);
  return numbers.length === 2 && numbers.every(Number.isFinite) && text.trim() ? numbers : null;
};

// A dot that somebody puts: a click, the button for who has no mouse, or a choice in the list.
function pick(map, box, stage, words) {
  const radio = document.getElementById("point-here");
  const marker = L.marker([0, 0], { icon: pin(1), draggable: true, keyboard: false, title: radio.labels[0].textContent });
  const put = (place) => {
    radio.value = `${place.lat.toFixed(5)}, ${place.lng.toFixed(5)}`;
    radio.checked = true;
    radio.closest("[data-put-here]").hidden = false;
    marker.setLatLng(place).addTo(map);
  };
  map.on("click", (event) => put(event.latlng));
  marker.on("dragend", () => put(marker.getLatLng()));
  for (const one of document.getElementsByName(words.pick)) {
    one.addEventListener("change", () => {
      const at = parsed(one.value);
      if (!at) return marker.remove();
      marker.setLatLng(at).addTo(map);
      map.setView(at, Math.max(map.getZoom(), 15));
    });
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "utrecht-button utrecht-button--secondary-action utrecht-button--small";
  button.textContent = words.put;
  button.addEventListener("click", () => put(map.getCenter()));
  box.appendChild(document.createElement("p")).appendChild(button);
  stage.classList.add("p-map__stage--picks");
  const at = parsed(words.at);
  if (at) marker.setLatLng(at).addTo(map);
}

async function asked(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(address);
  return answer.json();
}

async function start(box) {
  const words = box.dataset;
  const down = document.querySelector("[data-map-down]");
  const stage = document.createElement("div");
  stage.className = "p-map__stage";
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", words.title);
  const drawing = box.querySelector("svg");
  if (drawing) drawing.remove();
  box.appendChild(stage);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(stage, { zoomControl: false, maxZoom: 19, scrollWheelZoom: false, fadeAnimation: !still, zoomAnimation: !still });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: words.in, zoomOutTitle: words.out }).addTo(map);
  map.setView([52.2, 5.3], 7);
  const say = () => { down.hidden = false; };
  const areas = await asked(words.areas).catch(() => null);
  const lines = areas && areas.features.length
    ? L.geoJSON(areas, { interactive: false, style: { color: "#333", weight: 2, fillOpacity: 0.04 } }).addTo(map)
    : null;
  const at = parsed(words.at);
  if (at) map.setView(at, 15);
  else if (lines) map.fitBounds(lines.getBounds());
  if (words.tiles) {
    L.tileLayer(words.tiles, { maxZoom: 19, attribution: escaped(words.attribution) }).on("tileerror", say).addTo(map);
  }
  if (words.pick) pick(map, box, stage, words);
  else if (at) L.marker(at, { icon: pin(1), keyboard: false, title: words.title }).addTo(map);
  if (words.points || words.dots) {
    const points = words.dots ? JSON.parse(words.dots) : await asked(words.points).catch(say);
    if (points) {
      if (!lines && points.length) map.fitBounds(points.map((point) => point.at), { maxZoom: 15 });
      cluster(map, L.layerGroup().addTo(map), points, words.together);
    }
  }
  stage.focus();
}

start(document.querySelector("[data-map]"));
