// `<headshot-embed>` in Preact's JSX: `import type {} from "headshot-widget/preact"`.

import type { HTMLAttributes } from "preact";
import type { HeadshotEmbed, HeadshotEmbedHandlers, HeadshotEmbedProps } from "./headshot-embed.js";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "headshot-embed": HTMLAttributes<HeadshotEmbed> & HeadshotEmbedProps & HeadshotEmbedHandlers<"on">;
    }
  }
}

export * from "./headshot-embed.js";
