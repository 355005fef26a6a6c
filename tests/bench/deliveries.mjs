// Genuine deliveries of each scheme, signed by node:crypto alone, in the headers that Node gives of a usual request.
//
// As a program: node deliveries.mjs <folder>   writes the bodies there, as `1.json`, `8.json` and `64.json`.

import { createHmac } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { key, secret, whsec } from "./secrets.mjs";

/** The sizes of the bodies in KiB. */
export const SIZES = [1, 8, 64];

/** An event like HeadshotPro's of exactly so many KiB; one name in it is beyond ASCII. */
export function body(kibibytes) {
  const photos = [];
  const bytes = (padding) => Buffer.from(JSON.stringify(event(photos, padding)));
  while (bytes("").length + 300 < kibibytes * 1024) photos.push(photo(photos.length));
  return bytes("x".repeat(kibibytes * 1024 - bytes("").length));
}

/** A body that differs from `genuine` in one bit. */
export function changed(genuine) {
  const other = Buffer.from(genuine);
  other[other.length >> 1] ^= 1;
  return other;
}

/** The headers of a delivery of that scheme, signed now. */
export function headers(scheme, bytes) {
  return { ...usual(bytes), ...SCHEMES[scheme](bytes) };
}

const SCHEMES = {
  headshotpro(bytes) {
    const timestamp = seconds();
    return { "x-headshotpro-timestamp": timestamp, "x-headshotpro-signature": `sha256=${hmac(secret, `${timestamp}.`, bytes, "hex")}` };
  },
  skylab(bytes) {
    const date = new Date().toUTCString();
    return { "x-skylab-timestamp": date, "x-skylab-signature": hmac(secret, `${date}:`, bytes, "base64") };
  },
  scale() {
    const now = Number(seconds());
    const claims = { iss: "headshots.example.com", iat: now, nbf: now, exp: now + 300 };
    const signed = [{ alg: "HS256", typ: "JWT" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return { "x-authenticity-token": `${signed}.${hmac(secret, signed, "", "base64url")}` };
  },
  standardwebhooks(bytes) {
    const [id, timestamp] = ["msg_p5jXN8AQM9LWM0D4loKWxJek", seconds()];
    const signature = `v1,${hmac(key, `${id}.${timestamp}.`, bytes, "base64")}`;
    return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
  },
  declared(bytes) {
    const timestamp = seconds();
    return { "x-acme-timestamp": timestamp, "x-acme-signature": `v0=${hmac(secret, `v0:${timestamp}:`, bytes, "hex")}` };
  },
  stripe(bytes) {
    const timestamp = seconds();
    return { "stripe-signature": `t=${timestamp},v1=${hmac(whsec, `${timestamp}.`, bytes, "hex")}` };
  },
  // Signs no time, as GitHub does.
  octokit(bytes) {
    return { "x-hub-signature-256": `sha256=${hmac(secret, "", bytes, "hex")}` };
  },
};

function usual(bytes) {
  return {
    host: "api.example.com",
    "user-agent": "axios/1.7.9",
    accept: "application/json, text/plain, */*",
    "accept-encoding": "gzip, br",
    "content-type": "application/json",
    "content-length": String(bytes.length),
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
  };
}

function hmac(secret, before, bytes, encoding) {
  return createHmac("sha256", secret).update(before).update(bytes).digest(encoding);
}

function seconds() {
  return String(Math.floor(Date.now() / 1000));
}

function event(photos, padding) {
  return {
    id: "evt_00000000-0000-4000-8000-000000000001",
    event: "model.favorite_selected",
    createdAt: "2026-01-02T03:04:05.000Z",
    objectType: "model",
    object: {
      _id: "65a000000000000000000001",
      uid: "anon_1",
      title: "Zoë Lovelace",
      trigger: "female",
      status: "active",
      isDevelopment: false,
      finishedAt: "2026-01-02T03:00:00.000Z",
      deletedAt: null,
      inviteExpiresAt: "2026-02-01T02:00:00.000Z",
      createdAt: "2026-01-02T02:00:00.000Z",
      organization: "org_1",
      padding,
    },
    favoritePhoto: photo("favorite"),
    photos,
  };
}

function photo(name) {
  const id = `65a0000000000000000000${String(name).padStart(4, "0")}`;
  const urls = { main: `https://cdn.headshotpro.com/photos/${id}.jpg?signature=0123456789abcdef` };
  return { id, status: "active", likedStatus: "none", urls, expiresAt: "2026-02-02T03:04:05.000Z" };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = process.argv[2];
  mkdirSync(folder, { recursive: true });
  for (const size of SIZES) writeFileSync(join(folder, `${size}.json`), body(size));
}
