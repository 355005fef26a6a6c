import * as parts from "./package.mjs";
import { report, wrongRequests } from "./verdicts.mjs";

const vectors = await (await fetch("/vectors.json")).json();
const seen = report(parts, vectors);
seen.wrong.push(...(await wrongRequests(parts, vectors.deliveries)));
globalThis.verdicts = JSON.stringify(seen);
