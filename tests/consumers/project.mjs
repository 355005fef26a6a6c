// Projects of their own that install a packed package from HEADSHOT_DIST, as its users would.
//
// They lie in this folder, so that bundlers and frameworks are found in its `node_modules`, and the package only in theirs.

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { vectors } from "./vectors.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const projects = join(here, ".projects");
const run = promisify(execFile);

let installed;

/** A new project with the package and the files of `folder` beside it; `t` removes it after the test. */
export async function project(t, folder) {
  installed ??= install();
  const root = emptyProject(folder, t);
  cpSync(join(await installed, "node_modules"), join(root, "node_modules"), { recursive: true });
  cpSync(join(here, folder), root, { recursive: true });
  for (const file of ["package.mjs", "verdicts.mjs"]) cpSync(join(here, file), join(root, file));
  cpSync(join(here, "../../crates/headshot-wasm/examples"), join(root, "examples"), { recursive: true });
  writeFileSync(join(root, "vectors.json"), JSON.stringify(vectors));
  return root;
}

/** Runs a program in a project; its output is in the error if it fails. */
export async function runIn(root, program, args, changed = {}) {
  const env = { ...environment(), ...changed };
  try {
    return (await run(program, args, { cwd: root, env, maxBuffer: 16 * 1024 * 1024 })).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")} failed:\n${error.stdout}${error.stderr}`);
  }
}

/** The environment for programs that a test starts. */
export function environment() {
  // A runner of tests within a runner of tests would speak the inner runner's language.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return { ...env, NEXT_TELEMETRY_DISABLED: "1", DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
}

/** A program that came with this folder's own packages. */
export function tool(name) {
  return join(here, "node_modules", ".bin", name);
}

/** A package that came with this folder. */
export function packageFolder(name) {
  return join(here, "node_modules", name);
}

/** The one packed file of a package. */
export function tarball(name = "headshot-verify") {
  const dist = process.env.HEADSHOT_DIST ?? join(here, "../../target/dist");
  const packed = readdirSync(dist).filter((entry) => new RegExp(`^${name}-\\d+\\.\\d+\\.\\d+.*\\.tgz$`).test(entry));
  if (packed.length !== 1) {
    throw new Error(`there has to be one ${name}-<version>.tgz in ${dist}: run \`cargo xtask dist\``);
  }
  return join(dist, packed[0]);
}

/** A new project with this package alone; `t` removes it after the test. */
export async function projectWith(t, name) {
  const root = emptyProject(name, t);
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-save", tarball(name)], { cwd: root });
  return root;
}

async function install() {
  const root = emptyProject("installed");
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-save", tarball()], { cwd: root });
  return root;
}

function emptyProject(name, t) {
  mkdirSync(projects, { recursive: true });
  const root = mkdtempSync(join(projects, `${name}-`));
  t?.after(() => existsSync(root) && rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  writeFileSync(join(root, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  return root;
}
