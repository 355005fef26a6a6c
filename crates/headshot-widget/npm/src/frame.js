// The provider's frame: which links may be shown in one, and how it is made. The element opens it before the wasm is
// there, the Leptos component through the wasm: both by what stands here.

/** The link of a session's answer and the origins that it may show; no `url` where there is nothing to be framed. */
export function linkOf({ state, surface }) {
  return state !== "deleted" && surface?.kind === "frame" ? surface : {};
}

/**
 * Why a link may not be shown: `""` for what is no https address (http counts on this machine), or its origin, which is
 * none of `origins`. `undefined` for a link that may.
 */
export function refusal(link, origins) {
  const url = parsed(link);
  if (!url || !isTrustworthy(url)) return "";
  return known(origins).includes(url.origin) ? undefined : url.origin;
}

/** Puts the provider's page into `stage`. Its link stands in no attribute, where scripts that record pages would see it. */
export function openFrame(stage, link, origins, title) {
  const frame = stage.ownerDocument.createElement("iframe");
  // The camera is delegated for what `allow` says when the frame sets out; origin by origin, so that it survives redirects.
  Object.assign(frame, { part: "frame", className: "frame", title, allow: `camera ${known(origins).join(" ")}` });
  stage.append(frame);
  // Replaces the empty page that it was made with, so that the way back through the history does not lead there.
  frame.contentWindow.location.replace(link);
  return frame;
}

/** Whether nothing has arrived in the frame yet: it still holds the empty page that it was made with. */
export function isBlank(frame) {
  try {
    return frame.contentDocument !== null;
  } catch {
    return false;
  }
}

/** The origins as the browser writes them; what is no origin is left out, so that nothing else gets into `allow`. */
export function known(origins) {
  return (origins ?? []).map((text) => parsed(text)?.origin).filter((origin) => origin && origin !== "null");
}

function parsed(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isTrustworthy({ protocol, hostname }) {
  return protocol === "https:" || (protocol === "http:" && /^(127\.0\.0\.1|\[::1\]|(.+\.)?localhost)$/.test(hostname));
}
