import type {} from "headshot-widget/vue";
import type { GlobalComponents } from "vue";
type Props = InstanceType<GlobalComponents["headshot-embed"]>["$props"];
export const right: Props = { loading: "intent", server: "s", session: null, token: () => "t", "onHeadshot-favorite": ({ detail }) => detail.photo.url };
// @ts-expect-error a number is no token
export const wrong: Props = { token: 1 };
