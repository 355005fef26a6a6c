import * as whole from "headshot-verify";
import * as only from "headshot-verify/verify";

import { report } from "./verdicts.mjs";

const vectors = await (await fetch("/vectors.json")).json();
globalThis.verdicts = JSON.stringify(report({ whole, only }, vectors));
