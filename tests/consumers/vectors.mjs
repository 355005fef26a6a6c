// The shared vectors, those that the Rust tests run too.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const vectorFolder = fileURLToPath(new URL("../../crates/headshot-verify/vectors", import.meta.url));

export const vectors = readdirSync(vectorFolder).filter((file) => file.endsWith(".json")).flatMap(readVectors);

function readVectors(file) {
  // Those of `explain` are of another kind.
  const read = JSON.parse(readFileSync(join(vectorFolder, file), "utf8")).filter((vector) => !("findings" in vector));
  return read.map((vector) => ({ ...vector, name: `${file}: ${vector.name}` }));
}
