import { fileURLToPath } from "node:url";

// The project lies within another one, whose packages it uses.
const root = fileURLToPath(new URL("../..", import.meta.url));

export default { turbopack: { root }, outputFileTracingRoot: root };
