// `<headshot-embed>` in the JSX of React 18 and 19: `import type {} from "headshot-widget/react"`.
// React 19 takes the handlers too; before it, events are heard through a `ref`.

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { HeadshotEmbed, HeadshotEmbedHandlers, HeadshotEmbedProps } from "./headshot-embed.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "headshot-embed": DetailedHTMLProps<HTMLAttributes<HeadshotEmbed>, HeadshotEmbed> &
        HeadshotEmbedProps &
        HeadshotEmbedHandlers<"on">;
    }
  }
}

export * from "./headshot-embed.js";
