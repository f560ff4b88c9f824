// Pieces of a page that our scripts draw where the app leaves them a place: /camera.js, /album.js,
// /door.js.
const SVG = "http://www.w3.org/2000/svg";

/** An element with these properties and children. */
export const piece = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

/** An icon, for who sees; the words beside it are for everybody. */
export const icon = (name) => {
  const drawn = document.createElementNS(SVG, "svg");
  const used = document.createElementNS(SVG, "use");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  used.setAttribute("href", `/icons.svg#${name}`);
  drawn.append(used);
  return drawn;
};

/** A button that does `act`; of a kind and with an icon where these are named. */
export const button = (words, act, kind, look) => {
  const made = piece("button", { className: "button", type: "button", onclick: act }, words);
  if (kind) made.dataset.kind = kind;
  if (look) made.prepend(icon(look));
  return made;
};

/** The place of this identifier, once the app has drawn it. */
export const placed = async (id) => {
  if (!document.getElementById(id)) await new Promise((drawn) => requestAnimationFrame(drawn));
  return document.getElementById(id);
};
