// The shared vectors, those that the Rust tests run too.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const vectorFolder = fileURLToPath(new URL("../../crates/headshot-verify/vectors", import.meta.url));

/** Their secrets are bytes that are no text, and JavaScript's secrets are strings. */
const NOT_TEXT = [
  "the receiver decoded the secret from hexadecimal",
  "the receiver decoded the secret from base64",
  "Standard Webhooks, the receiver decoded the secret",
];

const all = readdirSync(vectorFolder).filter((file) => file.endsWith(".json")).flatMap(readVectors);

/** Deliveries with their verdicts, and deliveries whose refusal is to be explained. */
export const vectors = {
  deliveries: all.filter((vector) => !("findings" in vector)),
  explained: all.filter((vector) => "findings" in vector && !NOT_TEXT.some((name) => vector.name.endsWith(`: ${name}`))),
};

/** What `verdicts.mjs` reports when all is as it should be. */
export const ALL_RIGHT = { deliveries: vectors.deliveries.length, explained: vectors.explained.length, wrong: [] };

function readVectors(file) {
  const read = JSON.parse(readFileSync(join(vectorFolder, file), "utf8"));
  return read.map((vector) => ({ ...vector, name: `${file}: ${vector.name}` }));
}
