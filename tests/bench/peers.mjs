// What is compared. Loads nothing by itself: how long a package takes to load is measured too.
//
// A peer: `load()` imports the package; `make(loaded)` answers a function from raw bytes and Node's headers to whether the
// delivery is accepted; `scheme` is how its deliveries are signed; `bundle` the smallest import that verifies.

import { key, secret, whsec } from "./secrets.mjs";

const TOLERANCE_SECONDS = 300;

const ours = () => import("headshot-verify");
const crypto = () => import("node:crypto");

/** The row that is 1.00 for a scheme: what somebody careful writes with node:crypto. */
export const byHand = (scheme) => (scheme === "headshotpro" ? "node:crypto by hand" : `node:crypto by hand, ${scheme}`);

/** Verifies with our main entry, or another, and does something with what was verified. */
function verifier(provider, secrets, load, read = () => {}) {
  return {
    load,
    make: ({ Verifier }) => {
      const verifier = new Verifier(provider, secrets);
      return (bytes, headers) => {
        try {
          read(verifier.verify(bytes, headers));
          return true;
        } catch {
          return false;
        }
      };
    },
  };
}

function hand(scheme, make) {
  return { name: byHand(scheme), scheme, load: crypto, make };
}

const declared = { provider: "acme", signatureHeader: "x-acme-signature", timestampHeader: "x-acme-timestamp", signed: "v0:{timestamp}:{body}", prefix: "v0=" };

/** Whose verdicts are compared, at every size. */
const VERDICTS = [
  {
    name: "headshot-verify",
    ...verifier("headshotpro", secret, ours),
    bundle: 'export { Verifier } from "headshot-verify";',
  },
  { name: "headshot-verify, event read", ...verifier("headshotpro", secret, ours, (verified) => verified.event) },
  { name: "headshot-verify, unknown fields read too", ...verifier("headshotpro", secret, ours, (verified) => verified.event.other.photos) },
  {
    name: "headshot-verify/verify",
    ...verifier("headshotpro", secret, () => import("headshot-verify/verify")),
    bundle: 'export { Verifier } from "headshot-verify/verify";',
  },
  {
    ...hand("headshotpro", ({ createHmac, timingSafeEqual }) => (bytes, headers) => {
      const timestamp = headers["x-headshotpro-timestamp"];
      const signature = signatureIn(headers);
      const tag = createHmac("sha256", secret).update(`${timestamp}.`).update(bytes).digest();
      return signature?.length === tag.length && timingSafeEqual(signature, tag) && isFresh(timestamp);
    }),
    bundle: `import { createHmac, timingSafeEqual } from "node:crypto";
      export function verify(body, timestamp, signature, secret) {
        const tag = createHmac("sha256", secret).update(timestamp + ".").update(body).digest();
        const given = Buffer.from(signature.slice(7), "hex");
        return given.length === tag.length && timingSafeEqual(given, tag) && Math.abs(Date.now() / 1000 - timestamp) <= 300;
      }`,
  },
  {
    name: "node:crypto by hand, JSON.parse",
    load: crypto,
    make: (loaded) => {
      const verdict = VERDICTS.find(({ name }) => name === byHand("headshotpro")).make(loaded);
      return (bytes, headers) => verdict(bytes, headers) && JSON.parse(bytes.toString()).event !== undefined;
    },
  },
  {
    name: "@octokit/webhooks-methods",
    scheme: "octokit",
    load: () => import("@octokit/webhooks-methods"),
    make: ({ verify }) => (bytes, headers) => verify(secret, bytes.toString(), headers["x-hub-signature-256"]),
    bundle: 'export { verify } from "@octokit/webhooks-methods";',
  },
  {
    name: "stripe verifyHeader",
    scheme: "stripe",
    load: () => import("stripe"),
    make: ({ default: Stripe }) => {
      const { signature } = new Stripe("sk_test_unused").webhooks;
      return refusing((bytes, headers) => signature.verifyHeader(bytes, headers["stripe-signature"], whsec, TOLERANCE_SECONDS));
    },
    bundle: 'export { default } from "stripe";',
  },
  {
    name: "stripe constructEvent",
    scheme: "stripe",
    load: () => import("stripe"),
    make: ({ default: Stripe }) => {
      const { webhooks } = new Stripe("sk_test_unused");
      return refusing((bytes, headers) => webhooks.constructEvent(bytes, headers["stripe-signature"], whsec));
    },
  },
  {
    name: "standardwebhooks",
    scheme: "standardwebhooks",
    load: () => import("standardwebhooks"),
    make: standardWebhooks,
    bundle: 'export { Webhook } from "standardwebhooks";',
  },
  { name: "svix", scheme: "standardwebhooks", load: () => import("svix"), make: standardWebhooks, bundle: 'export { Webhook } from "svix";' },
  {
    name: "@noble/hashes",
    load: async () => ({ ...(await import("@noble/hashes/hmac.js")), ...(await import("@noble/hashes/sha2.js")) }),
    make: ({ hmac, sha256 }) => (bytes, headers) => {
      const timestamp = headers["x-headshotpro-timestamp"];
      const tag = hmac.create(sha256, key).update(Buffer.from(`${timestamp}.`)).update(bytes).digest();
      return isSame(signatureIn(headers), tag) && isFresh(timestamp);
    },
    bundle: 'export { hmac } from "@noble/hashes/hmac.js"; export { sha256 } from "@noble/hashes/sha2.js";',
  },
  {
    name: "hash-wasm, HMAC object kept",
    load: () => import("hash-wasm"),
    make: async ({ createHMAC, createSHA256 }) => {
      const hmac = await createHMAC(createSHA256(), key);
      return (bytes, headers) => {
        const timestamp = headers["x-headshotpro-timestamp"];
        const tag = hmac.init().update(`${timestamp}.`).update(bytes).digest("binary");
        return isSame(signatureIn(headers), tag) && isFresh(timestamp);
      };
    },
    bundle: 'export { createHMAC, createSHA256 } from "hash-wasm";',
  },
  {
    name: "WebCrypto, key kept",
    load: () => {},
    make: webCrypto,
    bundle: `export async function verify(body, timestamp, signature, key) {
        const given = Uint8Array.from(signature.slice(7).match(/../g), (pair) => parseInt(pair, 16));
        const message = await new Blob([timestamp + ".", body]).arrayBuffer();
        return await crypto.subtle.verify("HMAC", key, given, message) && Math.abs(Date.now() / 1000 - timestamp) <= 300;
      }`,
  },
  { name: "WebCrypto, key kept, 16 in flight", load: () => {}, make: webCrypto, inFlight: 16 },
];

/** Each provider of ours, beside the same by hand. */
const SCHEMES = [
  { name: "headshot-verify, skylab", scheme: "skylab", ...verifier("skylab", secret, ours) },
  hand("skylab", ({ createHmac, timingSafeEqual }) => (bytes, headers) => {
    const date = headers["x-skylab-timestamp"];
    const signature = Buffer.from(headers["x-skylab-signature"], "base64");
    const tag = createHmac("sha256", secret).update(`${date}:`).update(bytes).digest();
    return signature.length === tag.length && timingSafeEqual(signature, tag) && isWithin(Date.parse(date) / 1000);
  }),
  { name: "headshot-verify, standardwebhooks", scheme: "standardwebhooks", ...verifier("standardwebhooks", whsec, ours) },
  hand("standardwebhooks", ({ createHmac, timingSafeEqual }) => (bytes, headers) => {
    const timestamp = headers["webhook-timestamp"];
    const tag = createHmac("sha256", key).update(`${headers["webhook-id"]}.${timestamp}.`).update(bytes).digest();
    return isFresh(timestamp) && headers["webhook-signature"].split(" ").some((text) => {
      const signature = Buffer.from(text.startsWith("v1,") ? text.slice(3) : "", "base64");
      return signature.length === tag.length && timingSafeEqual(signature, tag);
    });
  }),
  { name: "headshot-verify, declared", scheme: "declared", ...verifier(declared, secret, ours) },
  hand("declared", ({ createHmac, timingSafeEqual }) => (bytes, headers) => {
    const [timestamp, signature] = [headers["x-acme-timestamp"], headers["x-acme-signature"]];
    const tag = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(bytes).digest();
    const given = Buffer.from(signature.startsWith("v0=") ? signature.slice(3) : "", "hex");
    return given.length === tag.length && timingSafeEqual(given, tag) && isFresh(timestamp);
  }),
];

/** A token signs no body, so these have a table of their own. */
const TOKENS = [
  { name: "headshot-verify, scale", ...verifier("scale", secret, ours) },
  hand("scale", ({ createHmac, timingSafeEqual }) => (_bytes, headers) => {
    const [head, claims, signature, ...more] = headers["x-authenticity-token"].split(".");
    if (more.length || JSON.parse(Buffer.from(head, "base64url")).alg !== "HS256") return false;
    const tag = createHmac("sha256", secret).update(`${head}.${claims}`).digest();
    const given = Buffer.from(signature, "base64url");
    if (given.length !== tag.length || !timingSafeEqual(given, tag)) return false;
    const { nbf, exp } = JSON.parse(Buffer.from(claims, "base64url"));
    const now = Date.now() / 1000;
    return now >= nbf - 60 && now <= exp + 60;
  }),
  {
    name: "jose jwtVerify, CryptoKey kept",
    load: () => import("jose"),
    make: async ({ jwtVerify }) => {
      const imported = await globalThis.crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
      return (_bytes, headers) => jwtVerify(headers["x-authenticity-token"], imported, { algorithms: ["HS256"] }).then(() => true, () => false);
    },
    bundle: 'export { jwtVerify } from "jose";',
  },
].map((peer) => ({ ...peer, scheme: "scale" }));

const inSection = (section) => (peer) => ({ scheme: "headshotpro", section, ...peer });

/** All peers, in the order of the tables. */
export const peers = [...VERDICTS.map(inSection("verdict")), ...SCHEMES.map(inSection("scheme")), ...TOKENS.map(inSection("token"))];

function standardWebhooks({ Webhook }) {
  const webhook = new Webhook(whsec);
  return refusing((bytes, headers) => webhook.verify(bytes.toString(), headers));
}

async function webCrypto() {
  const { subtle } = globalThis.crypto;
  const imported = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  return async (bytes, headers) => {
    const timestamp = headers["x-headshotpro-timestamp"];
    const signature = signatureIn(headers);
    const message = Buffer.concat([Buffer.from(`${timestamp}.`), bytes]);
    return signature !== undefined && (await subtle.verify("HMAC", imported, signature, message)) && isFresh(timestamp);
  };
}

/** For what throws where it refuses. */
function refusing(verify) {
  return (bytes, headers) => {
    try {
      verify(bytes, headers);
      return true;
    } catch {
      return false;
    }
  };
}

function signatureIn(headers) {
  const text = headers["x-headshotpro-signature"];
  return text?.startsWith("sha256=") && text.length === 71 ? Buffer.from(text.slice(7), "hex") : undefined;
}

function isFresh(timestamp) {
  return /^\d{1,12}$/.test(timestamp) && isWithin(Number(timestamp));
}

function isWithin(seconds) {
  return Math.abs(Date.now() / 1000 - seconds) <= TOLERANCE_SECONDS;
}

/** In a time that does not depend on where they differ. */
function isSame(given, tag) {
  if (given?.length !== tag.length) return false;
  let difference = 0;
  for (let place = 0; place < tag.length; place++) difference |= given[place] ^ tag[place];
  return difference === 0;
}
