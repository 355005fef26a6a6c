import * as parts from "./package.mjs";
import { report } from "./verdicts.mjs";

const vectors = await (await fetch("/vectors.json")).json();
globalThis.verdicts = JSON.stringify(report(parts, vectors));
