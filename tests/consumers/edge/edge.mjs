import * as parts from "./package.mjs";
import { report } from "./verdicts.mjs";

addEventListener("fetch", (event) => {
  event.respondWith(event.request.json().then((vectors) => Response.json(report(parts, vectors))));
});
