// The shared vectors, those that the Rust tests run too.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const vectorFolder = vectorsOf("headshot-verify");
export const explainFolder = vectorsOf("headshot-explain");

const all = [vectorFolder, explainFolder].flatMap((folder) => {
  return readdirSync(folder).filter((file) => file.endsWith(".json")).flatMap((file) => readVectors(folder, file));
});

/** Deliveries with their verdicts, and deliveries whose refusal is to be explained. */
export const vectors = {
  deliveries: all.filter((vector) => !("findings" in vector)),
  explained: all.filter((vector) => "findings" in vector),
};

/** What `verdicts.mjs` reports when all is as it should be. */
export const ALL_RIGHT = { deliveries: vectors.deliveries.length, explained: vectors.explained.length, wrong: [] };

function vectorsOf(crate) {
  return fileURLToPath(new URL(`../../crates/${crate}/vectors`, import.meta.url));
}

function readVectors(folder, file) {
  const read = JSON.parse(readFileSync(join(folder, file), "utf8"));
  return read.map((vector) => ({ ...vector, name: `${file}: ${vector.name}` }));
}
