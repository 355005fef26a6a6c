import type {} from "headshot-widget/solid";
export const right = <headshot-embed class="a" loading="intent" server="https://headshots.example" session={null} prop:token={() => "t"} on:headshot-favorite={({ detail }) => detail.photo.url} />;
// @ts-expect-error a number is no token
export const noToken = <headshot-embed token={1} />;
