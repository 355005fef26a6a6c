// The handler of the provider's documents in Express: express.mjs [file]
//
// Without a file it answers before anything is kept, as they advise. With one it answers when the delivery is in a SQLite
// database and on the disk, which is the least that makes the 200 true.

import { createHmac } from "node:crypto";
import express from "express";

const store = process.argv[2] ? await storeIn(process.argv[2]) : forgetful();
const app = express();

app.post("/v1/webhooks/headshotpro", express.json(), (req, res) => {
  const body = JSON.stringify(req.body);
  const signed = `${req.headers["x-headshotpro-timestamp"]}.${body}`;
  const expected = `sha256=${createHmac("sha256", process.env.WEBHOOK_SECRET).update(signed).digest("hex")}`;
  if (req.headers["x-headshotpro-signature"] !== expected) return res.status(401).send("Invalid signature");
  store(req.body.id, req.body.event, body);
  res.status(200).send("OK");
});

const server = app.listen(0, "127.0.0.1", () => console.log(`express listening on http://127.0.0.1:${server.address().port}`));

function forgetful() {
  const processedEvents = new Set();
  return (id) => processedEvents.add(id);
}

async function storeIn(file) {
  const { default: Database } = await import("better-sqlite3");
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("CREATE TABLE deliveries (id TEXT PRIMARY KEY, event TEXT, body TEXT, received_at INTEGER)");
  const insert = database.prepare("INSERT INTO deliveries VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  return (id, event, body) => insert.run(id, event, body, Date.now());
}
