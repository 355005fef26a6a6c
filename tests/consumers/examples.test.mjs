// The examples, each in its own runtime or framework: a genuine delivery is received, whether or not it can be read, and
// a forged one is not, whose sender learns nothing.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { cpSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { packageFolder, project, runIn, tool } from "./project.mjs";
import { served, workerd } from "./servers.mjs";
import { ALL_RIGHT, vectors } from "./vectors.mjs";

const SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const BODY = '{"event": "model.photos_ready", "object": {"_id": "m1"}}';
const UNREADABLE = '{"object": {"_id": "m1", "title": "\\ud83d"}}';
const PATH = "/webhooks/headshotpro";

process.env.HEADSHOTPRO_WEBHOOK_SECRET = SECRET;

function delivery(secret, body = BODY) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  const headers = { "x-headshotpro-signature": `sha256=${signature}`, "x-headshotpro-timestamp": timestamp };
  return { method: "POST", body, headers: { "content-type": "application/json", ...headers } };
}

async function receivesTheGenuineAlone(send) {
  const genuine = await send(delivery(SECRET));
  assert.deepEqual([genuine.status, await genuine.json()], [200, { received: "photos_ready", session: "m1" }]);
  const unreadable = await send(delivery(SECRET, UNREADABLE));
  assert.deepEqual([unreadable.status, await unreadable.json()], [200, { received: "other", session: "m1" }]);
  const forged = await send(delivery("another secret"));
  assert.deepEqual([forged.status, await forged.text()], [401, ""]);
}

const example = (root, name) => import(pathToFileURL(join(root, "examples", name)));

for (const version of ["express", "express-4"]) {
  test(version, async (t) => {
    const root = await project(t, "empty");
    if (version !== "express") cpSync(packageFolder(version), join(root, "node_modules/express"), { recursive: true });
    const { app } = await example(root, "express.mjs");
    const server = app.listen(0, "127.0.0.1");
    t.after(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const address = `http://127.0.0.1:${server.address().port}${PATH}`;
    await receivesTheGenuineAlone((init) => fetch(address, init));
    for (const type of [undefined, "application/json; charset", "text/plain", ""]) {
      await t.test(`with the type ${type}`, async () => {
        const { body, headers } = delivery(SECRET);
        const { "content-type": _, ...others } = headers;
        // `fetch` would say a type of its own.
        assert.equal(await status(address, type === undefined ? others : { ...others, "content-type": type }, body), 200);
      });
    }
  });
}

function status(address, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = request(address, { method: "POST", headers }, (response) => resolve(response.resume().statusCode));
    sent.once("error", reject).end(body);
  });
}

test("Hono", async (t) => {
  const { app } = await example(await project(t, "empty"), "hono.mjs");
  await receivesTheGenuineAlone((init) => app.request(PATH, init));
});

test("Cloudflare Worker", async (t) => {
  const root = await project(t, "empty");
  const bindings = { HEADSHOTPRO_WEBHOOK_SECRET: SECRET };
  const worker = await workerd(t, root, "examples/worker.mjs", { compatibilityDate: "2026-01-01", bindings });
  await receivesTheGenuineAlone((init) => worker.dispatchFetch(`http://worker.test${PATH}`, init));
});

for (const [name, args] of [["deno", ["run", "--allow-net", "--allow-env", "--allow-read"]], ["bun", []]]) {
  test(`${name}'s serve`, async (t) => {
    const address = await served(t, await project(t, "empty"), tool(name), [...args, `examples/${name}.mjs`]);
    await receivesTheGenuineAlone((init) => fetch(address + PATH, init));
  });
}

test("Next.js, and every vector in both of its runtimes", async (t) => {
  const root = await project(t, "next");
  // Where images are built there is no secret.
  await runIn(root, tool("next"), ["build"], { HEADSHOTPRO_WEBHOOK_SECRET: undefined });
  const address = await served(t, root, tool("next"), ["start", "--port", "0", "--hostname", "127.0.0.1"]);
  await receivesTheGenuineAlone((init) => fetch(`${address}/webhooks`, init));
  const adapted = (init) => fetch(`${address}/adapter`, init);
  assert.deepEqual(await (await adapted(delivery(SECRET))).json(), { session: "m1" });
  assert.equal((await adapted(delivery(SECRET, UNREADABLE))).status, 200);
  assert.equal((await adapted(delivery("another secret"))).status, 401);
  for (const runtime of ["node", "edge"]) {
    const response = await fetch(`${address}/${runtime}`, { method: "POST", body: JSON.stringify(vectors) });
    assert.deepEqual(await response.json(), ALL_RIGHT, runtime);
  }
});
