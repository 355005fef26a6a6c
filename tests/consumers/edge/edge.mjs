import * as whole from "headshot-verify";
import * as only from "headshot-verify/verify";

import { report } from "./verdicts.mjs";

addEventListener("fetch", (event) => {
  event.respondWith(event.request.json().then((vectors) => Response.json(report({ whole, only }, vectors))));
});
