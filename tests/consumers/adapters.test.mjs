// Each adapter in its real framework: what is genuine is received, readable or not, and who forges learns nothing.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { cpSync } from "node:fs";
import { request as requestOf } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { packageFolder, project } from "./project.mjs";

const SECRET = "0123456789abcdef".repeat(4);
process.env.SECRET = SECRET;

const BODY = '{"event": "model.photos_ready", "object": {"_id": "m1"}}';
const BROKEN = BODY.replace("m1", "broken");
const UNREADABLE = '{"object": {"_id": "m1", "title": "\\ud83d"}}';

function delivery(body = BODY, secret = SECRET) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const tag = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex");
  return { body, headers: { "x-headshotpro-signature": `sha256=${tag}`, "x-headshotpro-timestamp": timestamp } };
}

/** Deliveries and their answers, whatever the framework: a status, and what it says. */
const CASES = [
  ["genuine", delivery(), 200, '{"session":"m1"}'],
  ["genuine and unreadable", delivery(UNREADABLE), 200, ""],
  ["forged", delivery(BODY, "another secret"), 401, ""],
  ["not signed", { body: BODY, headers: {} }, 401, ""],
  ["empty", { body: "", headers: {} }, 401, ""],
];

const TYPES = [undefined, "application/json", "application/json; charset", "text/plain", "nonsense", ""];

async function apps(t, express = "express") {
  const root = await project(t, "adapters");
  if (express !== "express") cpSync(packageFolder(express), join(root, "node_modules/express"), { recursive: true });
  return import(pathToFileURL(join(root, "apps.mjs")));
}

for (const version of ["express", "express-4"]) {
  for (const name of ["express", "express, required", "fastify"]) {
    if (version === "express-4" && name === "fastify") continue;
    test(`${name}, with ${version}`, async (t) => {
      const { servers } = await apps(t, version);
      const { address, close } = await servers[name]();
      t.after(close);
      for (const type of TYPES) {
        for (const [which, { body, headers }, status, text] of CASES) {
          const typed = type === undefined ? headers : { ...headers, "content-type": type };
          assert.deepEqual(await answerOf(`${address}/hook`, typed, body), [status, text], `${which}, of the type ${type}`);
        }
      }
      const { body, headers } = delivery(BROKEN);
      const broken = await answerOf(`${address}/hook`, headers, body);
      assert.equal(broken[0], 500, "another error is not the sender's");
      const huge = await answerOf(`${address}/hook`, delivery().headers, " ".repeat(1024 * 1024 + 1)).catch(() => [401]);
      assert.ok([401, 413].includes(huge[0]), `${huge}`);
      const json = await answerOf(`${address}/json`, { "content-type": "application/json" }, '{"a":1}');
      assert.deepEqual(json, [200, '{"a":1}'], "other routes go on as before");
    });
  }
}

test("Hono", async (t) => {
  const send = (await apps(t)).hono();
  for (const [which, { body, headers }, status, text] of CASES) {
    const response = await send({ method: "POST", body, headers });
    assert.deepEqual([response.status, await response.text()], [status, text], which);
  }
  assert.equal((await send({ method: "POST", ...delivery(BROKEN) })).status, 500);
});

/** The event of each service that calls a function. */
const EVENTS = {
  "API Gateway, REST": ({ body, headers }) => ({ headers, multiValueHeaders: lists(headers), body, isBase64Encoded: false }),
  "API Gateway, HTTP": ({ body, headers }) => ({ version: "2.0", headers, body: base64(body), isBase64Encoded: true }),
  "a load balancer": ({ body, headers }) => ({ requestContext: { elb: {} }, multiValueHeaders: lists(headers), body, isBase64Encoded: false }),
  "a function URL without a body": ({ body, headers }) => ({ headers, isBase64Encoded: false, ...(body && { body }) }),
};

const lists = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
const base64 = (text) => Buffer.from(text).toString("base64");

for (const [name, eventOf] of Object.entries(EVENTS)) {
  test(`Lambda behind ${name}`, async (t) => {
    const { lambda } = await apps(t);
    for (const [which, sent, status, text] of CASES) {
      const { statusCode, body = "" } = await lambda(eventOf(sent));
      assert.deepEqual([statusCode, body], [status, text], which);
    }
    await assert.rejects(lambda(eventOf(delivery(BROKEN))), /the handler broke/);
  });
}

test("Lambda at CloudFront's edge", async (t) => {
  const { lambda } = await apps(t);
  const eventOf = ({ body, headers }) => {
    const pairs = Object.entries(headers).map(([key, value]) => [key, [{ key, value }]]);
    const request = { headers: Object.fromEntries(pairs), body: { data: base64(body), encoding: "base64", inputTruncated: false } };
    return { Records: [{ cf: { request } }] };
  };
  assert.equal((await lambda(eventOf(delivery()))).body, '{"session":"m1"}');
  assert.deepEqual(await lambda(eventOf(delivery(UNREADABLE))), { status: "200" });
  assert.deepEqual(await lambda(eventOf(delivery(BODY, "another secret"))), { status: "401" });
});

test("a signature that came twice is refused behind a gateway that shows both", async (t) => {
  const { lambda } = await apps(t);
  const { body, headers } = delivery();
  const twice = { ...lists(headers), "x-headshotpro-signature": Array(2).fill(headers["x-headshotpro-signature"]) };
  assert.equal((await lambda({ headers, multiValueHeaders: twice, body, isBase64Encoded: false })).statusCode, 401);
});

test("a body that a parser took is refused in Express", async (t) => {
  const { address, close } = await (await apps(t)).servers.express();
  t.after(close);
  const { body, headers } = delivery();
  assert.deepEqual(await answerOf(`${address}/parsed`, { ...headers, "content-type": "application/json" }, body), [401, ""]);
});

/** The status and text of an answer; `fetch` would say a type of its own. */
function answerOf(address, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = requestOf(address, { method: "POST", headers, agent: false }, async (response) => {
      const chunks = await response.toArray();
      resolve([response.statusCode, Buffer.concat(chunks).toString()]);
    });
    sent.once("error", reject).end(body);
  });
}
