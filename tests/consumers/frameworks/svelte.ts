import type {} from "headshot-widget/svelte";
import type { SvelteHTMLElements } from "svelte/elements";
export const right: SvelteHTMLElements["headshot-embed"] = { class: "a", loading: "intent", server: "s", session: null, token: async () => "t", "onheadshot-favorite": ({ detail }) => detail.photo.url };
// @ts-expect-error a number is no token
export const wrong: SvelteHTMLElements["headshot-embed"] = { token: 1 };
