// `<headshot-embed>` in Svelte 5: `import type {} from "headshot-widget/svelte"`.

import type { HTMLAttributes } from "svelte/elements";
import type { HeadshotEmbed, HeadshotEmbedHandlers, HeadshotEmbedProps } from "./headshot-embed.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "headshot-embed": HTMLAttributes<HeadshotEmbed> & HeadshotEmbedProps & HeadshotEmbedHandlers<"on">;
  }
}

export * from "./headshot-embed.js";
