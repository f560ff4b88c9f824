// The map of where next, on that page alone: our own shapes, and pictures of the ground only where
// the server names who gives them. Everything it says stands in the list as well; without this
// script, or when it fails, the list is the page.
import { circleMarker, control, geoJSON, map, tileLayer } from "/desk/leaflet.js";

const STYLES = ["/desk/leaflet.css", "/desk/map.css"];
/** So many of the first units are drawn in the colour that calls. */
const FIRST = 5;
/** How near a single unit is shown. */
const NEAREST = 15;

/** Text that Leaflet writes out as HTML. */
function plain(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element.innerHTML;
}

/** Waits for a style sheet: a map drawn before has no size. */
function styled(href) {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.addEventListener("load", done);
    link.addEventListener("error", failed);
    document.head.append(link);
  });
}

/** What a unit's shape tells: its name, its points, and the way to its row of the list. */
function told({ name, points, row }) {
  const box = document.createElement("p");
  const link = document.createElement("a");
  link.href = row;
  link.textContent = name;
  box.append(link, document.createElement("br"), points);
  return box;
}

/** Makes a shape one that the keyboard reaches and opens, and that has a name. */
function reachable(layer, { name, points, rank }) {
  layer.on("add", () => {
    const shape = layer.getElement?.();
    if (!shape) return;
    shape.classList.add("unit");
    if (rank <= FIRST) shape.dataset.rank = "first";
    shape.setAttribute("tabindex", "0");
    shape.setAttribute("role", "button");
    shape.setAttribute("aria-label", `${name}. ${points}`);
    shape.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      layer.openPopup();
    });
  });
}

async function draw(place) {
  const asked = await fetch(place.dataset.map, { headers: { accept: "application/geo+json" } });
  if (!asked.ok) throw new Error(`the map answered ${asked.status}`);
  const units = await asked.json();
  if (!units.features.length) return;
  await Promise.all(STYLES.map(styled));
  place.hidden = false;
  const drawn = map(place, { zoomControl: false });
  drawn.attributionControl.setPrefix("Leaflet");
  const { closer, farther, close } = place.dataset;
  control.zoom({ zoomInTitle: closer, zoomOutTitle: farther }).addTo(drawn);
  drawn.on("popupopen", ({ popup }) => {
    const button = popup.getElement()?.querySelector(".leaflet-popup-close-button");
    button?.setAttribute("aria-label", close);
  });
  const { tiles, attribution } = place.dataset;
  if (tiles) tileLayer(tiles, { attribution: plain(attribution ?? "") }).addTo(drawn);
  const shapes = geoJSON(units, {
    pointToLayer: (_, where) => circleMarker(where, { radius: 9 }),
    onEachFeature: ({ properties }, layer) => {
      layer.bindPopup(told(properties));
      reachable(layer, properties);
    },
  });
  // The view first: what is added to a map without one has no element yet.
  drawn.fitBounds(shapes.getBounds(), { maxZoom: NEAREST, padding: [24, 24] });
  shapes.addTo(drawn);
}

for (const place of document.querySelectorAll("[data-map]")) {
  draw(place).catch((error) => {
    place.hidden = true;
    console.warn(error);
  });
}
