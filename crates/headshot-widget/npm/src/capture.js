// The capture of the person's photos, for providers without a page that does it: an element with code of its own, which
// loads only here.

/** Puts the capture into `stage`. Its token stands in no attribute, where scripts that record pages would see it. */
export function openCapture(stage, server, session, token, trouble, reloading) {
  const capture = stage.ownerDocument.createElement("headshot-capture");
  capture.setAttribute("part", "capture");
  const { messages } = stage.getRootNode().host ?? {};
  renewCapture(Object.assign(capture, { server, session, messages }), token);
  stage.append(capture);
  load(capture, session, trouble, reloading);
  return capture;
}

/** As long as the element is unknown, the browser shows what lies in it. It remembers that a module failed: only another
 *  page helps. */
function load(capture, session, trouble, reloading) {
  import("./headshot-capture.js").catch((error) => {
    const message = `the code of the capture could not be loaded: ${error}`;
    const detail = { session, code: "widget_unavailable", message, fatal: true };
    capture.dispatchEvent(new CustomEvent("headshot-error", { detail, bubbles: true, composed: true }));
    const reload = capture.ownerDocument.createElement("button");
    Object.assign(reload, { type: "button", className: "button", textContent: reloading });
    reload.addEventListener("click", () => reload.ownerDocument.location.reload());
    capture.append(`${trouble} `, reload);
  });
}

/** Goes on with another client token. */
export function renewCapture(capture, token) {
  capture.token = token;
}
