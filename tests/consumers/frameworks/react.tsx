import type {} from "headshot-widget/react";
export const right = <headshot-embed className="a" loading="intent" server="https://headshots.example" session={null} token={async () => "t"} onheadshot-favorite={({ detail }) => detail.photo.url} onheadshot-recovered={(e) => e.detail.code} />;
// @ts-expect-error the event has no such field
export const wrong = <headshot-embed onheadshot-favorite={({ detail }) => detail.chosen} />;
// @ts-expect-error a number is no token
export const noToken = <headshot-embed token={1} />;
