// Empty projects that install a packed package from HEADSHOT_DIST, as its users would.

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
export const vectorFolder = join(here, "../../crates/headshot-verify/vectors");
const run = promisify(execFile);

export const vectors = readVectors();

/** A new project with the package `name` and the files of `folder` beside it; `t` removes it after the test. */
export async function project(t, name, folder) {
  const root = mkdtempSync(join(tmpdir(), `headshot-${folder}-`));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-save", tarball(name)], { cwd: root });
  cpSync(join(here, folder), root, { recursive: true });
  cpSync(join(here, "verdicts.mjs"), join(root, "verdicts.mjs"));
  writeFileSync(join(root, "vectors.json"), JSON.stringify(vectors));
  return root;
}

/** Runs a program in a project; its output is in the error if it fails. */
export async function runIn(root, program, args) {
  // A runner of tests within a runner of tests would speak the inner runner's language.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  try {
    return (await run(program, args, { cwd: root, env, maxBuffer: 16 * 1024 * 1024 })).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")} failed:\n${error.stdout}${error.stderr}`);
  }
}

/** A program that came with this folder's own packages. */
export function tool(name) {
  return join(here, "node_modules", ".bin", name);
}

function tarball(name) {
  const dist = process.env.HEADSHOT_DIST ?? join(here, "../../target/dist");
  const pattern = new RegExp(`^${name}-\\d+\\.\\d+\\.\\d+.*\\.tgz$`);
  const [file, ...more] = readdirSync(dist).filter((entry) => pattern.test(entry));
  if (!file || more.length > 0) {
    throw new Error(`there has to be one ${name}-<version>.tgz in ${dist}: run \`cargo xtask dist\``);
  }
  return join(dist, file);
}

function readVectors() {
  const files = readdirSync(vectorFolder).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const read = JSON.parse(readFileSync(join(vectorFolder, file), "utf8"));
    return read.map((vector) => ({ ...vector, name: `${file}: ${vector.name}` }));
  });
}
