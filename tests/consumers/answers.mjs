// Installs the packed package, and lets `node/answers.mjs` answer for it on standard output.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { project } from "./project.mjs";

const root = await project({ after: (clean) => process.once("exit", clean) }, "node");
await import(pathToFileURL(join(root, "answers.mjs")));
