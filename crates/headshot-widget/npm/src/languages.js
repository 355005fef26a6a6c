// What the person reads: English is inside, every other language a file that loads where it applies.

const FILES = {
  ar: () => import("./language-ar.js"),
  de: () => import("./language-de.js"),
  es: () => import("./language-es.js"),
  fr: () => import("./language-fr.js"),
  ja: () => import("./language-ja.js"),
};

/** The language that applies to an element: its own, or what is around it, also outside of shadow roots. */
export function languageOf(element) {
  for (let node = element; node; node = node.parentNode ?? node.host) if (node.lang) return node.lang;
  return "";
}

/**
 * The phrases for a language by their keys, with its `lang` and `dir`: those of its file, and over them those of the host.
 * What is in neither is said in English.
 */
export async function phrases(tag, messages) {
  const load = FILES[tag.toLowerCase().split("-")[0]];
  const file = await load?.().catch(console.warn);
  return { dir: "ltr", ...file?.default, ...messages, lang: ((file || messages) && tag) || "en" };
}

/** Calls `hear` when a language around any element changes, until what it returns is called. */
export function watchLanguages(document, hear) {
  const observer = new document.defaultView.MutationObserver(hear);
  observer.observe(document, { subtree: true, attributeFilter: ["lang"] });
  return () => observer.disconnect();
}
