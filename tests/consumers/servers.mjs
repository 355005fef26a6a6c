// Runtimes that a test starts and talks to.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";

import { Miniflare } from "miniflare";
import * as esbuild from "esbuild";

import { environment } from "./project.mjs";

/** A program that prints an address of itself, and that address; `t` ends it after the test. */
export async function served(t, root, program, args) {
  const child = spawn(program, args, { cwd: root, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => ended(child));
  let printed = "";
  return new Promise((resolve, reject) => {
    const look = (chunk) => {
      printed += chunk;
      const address = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d+/.exec(printed);
      if (address) resolve(address[0].replace(/localhost|0\.0\.0\.0/, "127.0.0.1"));
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}:\n${printed}`)));
  });
}

function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json" };

/** A folder over HTTP, and its address; `t` closes it after the test. */
export async function folderServed(t, root) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    try {
      const file = readFileSync(join(root, path));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** The conditions of Cloudflare's own tool. */
const CLOUDFLARE = ["workerd", "worker", "browser"];

/** workerd with a worker, bundled as Cloudflare's own tool does it, with wasm as a module of its own. */
export async function workerd(t, root, entry, options, conditions = CLOUDFLARE) {
  const out = join(root, "out");
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { worker: entry },
    bundle: true,
    format: "esm",
    outdir: out,
    outExtension: { ".js": ".mjs" },
    conditions,
    external: ["node:*"],
    loader: { ".wasm": "copy" },
    metafile: true,
  });
  const files = Object.keys(metafile.outputs).map((file) => join(root, file));
  const modules = files.map((path) => ({
    type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
    path,
    contents: readFileSync(path),
  }));
  // The first module is the worker.
  modules.sort((one) => (one.type === "ESModule" ? -1 : 1));
  const worker = new Miniflare({ modulesRoot: out, modules, ...options });
  t.after(() => worker.dispose());
  return worker;
}

/** The code of an edge function, bundled as Vercel does it, and the wasm that it imports as compiled modules. */
export async function edgeBundle(root, entry) {
  const modules = {};
  const compiledWasm = {
    name: "compiled-wasm",
    setup(build) {
      build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => {
        return { path: join(resolveDir, path.replace("?module", "")), namespace: "compiled" };
      });
      build.onLoad({ filter: /.*/, namespace: "compiled" }, ({ path }) => {
        // Compiled without waiting: loads run side by side, and two of them must not take the same name.
        const name = `wasm_${Object.keys(modules).length}`;
        modules[name] = new WebAssembly.Module(readFileSync(path));
        return { contents: `export default globalThis.${name};` };
      });
    },
  };
  const built = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["edge-light", "worker", "browser"],
    plugins: [compiledWasm],
  });
  return { code: built.outputFiles[0].text, modules };
}
