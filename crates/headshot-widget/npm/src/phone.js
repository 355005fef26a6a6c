// The way to the person's phone: a code to scan and a link to copy. The code's own code is loaded when it is first needed.

/** Draws `link` as a code, and answers whether there is one. On a canvas: pixels are no text that scripts could record. */
export async function drawCode(canvas, link) {
  try {
    const { encode } = await import("./headshot-qr.js");
    return paint(canvas, await encode(link));
  } catch {
    return false;
  }
}

/** Paints rows of modules, a byte each; a phone needs the bright margin around them. */
export function paint(canvas, modules) {
  const side = Math.sqrt(modules.length);
  const margin = 4;
  const scale = Math.max(1, Math.floor(480 / (side + 2 * margin)));
  const brush = canvas.getContext("2d");
  if (!side || !brush) return false;
  canvas.width = canvas.height = (side + 2 * margin) * scale;
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.fillStyle = "#000";
  modules.forEach((isDark, place) => {
    const [x, y] = [place % side, Math.floor(place / side)];
    if (isDark) brush.fillRect((x + margin) * scale, (y + margin) * scale, scale, scale);
  });
  return true;
}

/** Copies the link, and answers whether the browser did. */
export async function copyLink(link) {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    return false;
  }
}

/** Whether this is a phone itself, which cannot scan what it shows. */
export function isPhone(window) {
  return window.matchMedia("(hover: none) and (pointer: coarse)").matches;
}

/** Whether a browser inside another app shows the page. Only a hint: what the browser can do is asked first. */
export function isInsideApp({ navigator }) {
  return /; wv\)|FBA[NV]|Instagram|Line\/|MicroMessenger|Snapchat|LinkedInApp/.test(navigator.userAgent);
}
