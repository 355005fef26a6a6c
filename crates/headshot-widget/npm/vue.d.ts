// `<headshot-embed>` in Vue 3's templates: `import type {} from "headshot-widget/vue"`.

import type { DefineComponent } from "vue";
import type { HeadshotEmbedEventMap, HeadshotEmbedProps } from "./headshot-embed.js";

declare module "vue" {
  interface GlobalComponents {
    "headshot-embed": DefineComponent<
      HeadshotEmbedProps,
      {},
      {},
      {},
      {},
      {},
      {},
      { [Name in keyof HeadshotEmbedEventMap]: (event: HeadshotEmbedEventMap[Name]) => void }
    >;
  }
}

export * from "./headshot-embed.js";
