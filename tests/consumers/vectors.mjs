// The shared vectors, those that the Rust tests run too.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const vectorFolder = fileURLToPath(new URL("../../crates/headshot-verify/vectors", import.meta.url));

const all = readdirSync(vectorFolder).filter((file) => file.endsWith(".json")).flatMap(readVectors);

/** Deliveries with their verdicts, and deliveries whose refusal is to be explained. */
export const vectors = {
  deliveries: all.filter((vector) => !("findings" in vector)),
  explained: all.filter((vector) => "findings" in vector),
};

/** What `verdicts.mjs` reports when all is as it should be. */
export const ALL_RIGHT = { deliveries: vectors.deliveries.length, explained: vectors.explained.length, wrong: [] };

function readVectors(file) {
  const read = JSON.parse(readFileSync(join(vectorFolder, file), "utf8"));
  return read.map((vector) => ({ ...vector, name: `${file}: ${vector.name}` }));
}
