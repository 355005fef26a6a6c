// `<headshot-embed>` in Solid's JSX: `import type {} from "headshot-widget/solid"`.

import type { JSX } from "solid-js";
import type { HeadshotEmbed, HeadshotEmbedHandlers, HeadshotEmbedProps, HeadshotToken } from "./headshot-embed.js";

declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements {
      "headshot-embed": HTMLAttributes<HeadshotEmbed> &
        HeadshotEmbedProps &
        HeadshotEmbedHandlers<"on:"> & { "prop:token"?: HeadshotToken | null | undefined };
    }
  }
}

export * from "./headshot-embed.js";
