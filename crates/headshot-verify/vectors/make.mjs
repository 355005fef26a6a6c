// Prints node.json: the events of every kind, signed with Node's crypto, and the event that has to be read.

import { createHmac } from "node:crypto";

const secret = "0123456789abcdef".repeat(4);
const now = 1767323045;
const time = "2026-01-02T03:04:05.000Z";

function timestamped(body) {
  const signature = createHmac("sha256", secret).update(`${now}.`).update(body).digest("hex");
  return [["x-headshotpro-signature", `sha256=${signature}`], ["x-headshotpro-timestamp", String(now)]];
}

function vector(name, payload, verdict) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const accepted = { scheme: "timestamped", signedAt: now, secretIndex: 0 };
  return { name, secrets: [secret], now, headers: timestamped(body), body, accepted, ...verdict };
}

const read = (name, payload, event) => vector(name, payload, { event });
const unreadable = (name, payload, eventRefused) => vector(name, payload, { eventRefused });

// What an event holds where the delivery says nothing.
const noModel = {
  uid: null, title: null, trigger: null, status: null, isDevelopment: null, createdAt: null, finishedAt: null,
  deletedAt: null, inviteExpiresAt: null, organization: null, other: {},
};
const noEvent = { id: null, createdAt: null, objectType: null, model: null, favoritePhoto: null, other: {} };

const object = {
  _id: "65a000000000000000000001", uid: "anon_1", title: "Ada L", trigger: "female", status: "active",
  isDevelopment: true, finishedAt: time, deletedAt: null, inviteExpiresAt: "2026-02-01T02:00:00.000Z",
  createdAt: time, organization: "org_1",
};
const { _id, ...fields } = object;
const model = { id: _id, ...fields, other: {} };

const envelope = { id: "evt_00000000-0000-4000-8000-000000000003", createdAt: time, objectType: "model" };
const photo = {
  id: "65a0000000000000000000aa",
  urls: { preview: "https://cdn.example.test/v", transparent: "https://cdn.example.test/t", pfp: "https://cdn.example.test/p" },
  expiresAt: "2026-02-02T03:04:05.000Z",
};
const readPhoto = { ...photo, preferredUrl: "https://cdn.example.test/v", other: {} };

const favorite = (more) => ({ event: "model.favorite_selected", object: { _id: "m" }, ...more });
const favoriteRead = (favoritePhoto, other = {}, modelOther = {}) => ({
  ...noEvent, type: "model.favorite_selected", model: { ...noModel, id: "m", other: modelOther }, favoritePhoto, other,
});

const kinds = ["model.created", "model.status.updated", "model.photos_ready", "model.favorite_selected", "model.deleted"];
const statuses = ["onboarding", "waiting", "pending", "generatingHeadshots", "active", "failed", "deleted"];

const preferences = [
  [{ thumbnail: "t", main: "m", original: "o", preview: "v" }, "m"],
  [{ thumbnail: "t", original: "o", preview: "v" }, "o"],
  [{ pfp: "p", transparent: "x" }, "p"],
  [{ transparent: "x", thumbnail: "t" }, "x"],
  [{ thumbnail: "t" }, "t"],
  [{ poster: "y", banner: "z" }, "z"],
  [{}, null],
];

const vectors = [
  ...kinds.map((type) =>
    read(`${type} with every field`, { ...envelope, event: type, object }, { ...noEvent, ...envelope, type, model })),
  ...kinds.map((type) =>
    read(`${type} in the short envelope`, { event: type, objectType: "model", object: { _id: "m" } },
      { ...noEvent, objectType: "model", type, model: { ...noModel, id: "m" } })),
  ...statuses.map((status) =>
    read(`status ${status}`, { event: "model.status.updated", object: { _id: "m", status } },
      { ...noEvent, type: "model.status.updated", model: { ...noModel, id: "m", status } })),
  read("a favourite at the top level", favorite({ favoritePhoto: photo }), favoriteRead(readPhoto)),
  read("a favourite within the object", favorite({ object: { _id: "m", favoritePhoto: photo } }), favoriteRead(readPhoto)),
  read("a favourite in both places: the top level counts",
    favorite({ favoritePhoto: photo, object: { _id: "m", favoritePhoto: { id: "other" } } }), favoriteRead(readPhoto)),
  read("a favourite that is null", favorite({ favoritePhoto: null }), favoriteRead(null)),
  read("a favourite that is no photo is kept", favorite({ favoritePhoto: "later" }),
    favoriteRead(null, { favoritePhoto: "later" })),
  read("a favourite without an id is kept", favorite({ favoritePhoto: { urls: {} } }),
    favoriteRead(null, { favoritePhoto: { urls: {} } })),
  ...preferences.map(([urls, preferredUrl]) =>
    read(`the best of the variants ${Object.keys(urls)}`, favorite({ favoritePhoto: { id: "p", urls } }),
      favoriteRead({ id: "p", urls, preferredUrl, expiresAt: null, other: {} }))),
  read("a variant without a link is kept", favorite({ favoritePhoto: { id: "p", urls: { main: null, pfp: 7, preview: "v" } } }),
    favoriteRead({ id: "p", urls: { preview: "v" }, preferredUrl: "v", expiresAt: null, other: { urls: { pfp: 7 } } })),
  read("an unknown kind without a model", { event: "team.renamed", object: { name: "x" }, n: 1 },
    { ...noEvent, type: "team.renamed", other: { object: { name: "x" }, n: 1 } }),
  read("an unknown kind with a model", { event: "model.archived", object: { _id: "m", status: "archived" } },
    { ...noEvent, type: "model.archived", model: { ...noModel, id: "m", status: "archived" } }),
  read("an unknown kind alone", { event: "ping" }, { ...noEvent, type: "ping" }),
  read("unknown fields at every level",
    { ...favorite({ favoritePhoto: { ...photo, width: 600.5 } }), object: { _id: "m", tags: ["a", null, -1] }, attempt: 2 },
    favoriteRead({ ...readPhoto, other: { width: 600.5 } }, { attempt: 2 }, { tags: ["a", null, -1] })),
  read("fields of unexpected types are kept", { event: "model.deleted", id: 7, object: { _id: "m", title: ["x"], isDevelopment: "yes" } },
    { ...noEvent, type: "model.deleted", model: { ...noModel, id: "m", other: { title: ["x"], isDevelopment: "yes" } }, other: { id: 7 } }),
  read("a field named like a prototype", '{"event":"ping","__proto__":{"type":"model.created"},"constructor":1}',
    JSON.parse(JSON.stringify({ ...noEvent, type: "ping" }).replace('"other":{}', '"other":{"__proto__":{"type":"model.created"},"constructor":1}'))),
  read("numbers of every size", '{"event":"ping","n":[0,-0.5,1e3,9007199254740991,-9007199254740991,1.7976931348623157e308]}',
    { ...noEvent, type: "ping", other: { n: [0, -0.5, 1000, 9007199254740991, -9007199254740991, 1.7976931348623157e308] } }),

  unreadable("no kind", { object: { _id: "m" } }, "event_field_missing"),
  unreadable("a kind that is no text", { event: 1, object: { _id: "m" } }, "event_field_malformed"),
  unreadable("a known kind without an object", { event: "model.created" }, "event_field_missing"),
  unreadable("a known kind whose object is a text", { event: "model.created", object: "m" }, "event_field_malformed"),
  unreadable("a model without an id", { event: "model.created", object: {} }, "event_field_missing"),
  unreadable("a model whose id is a number", { event: "model.created", object: { _id: 1 } }, "event_field_malformed"),
  unreadable("a field given twice", '{"event":"model.created","event":"model.deleted","object":{"_id":"m"}}', "event_field_repeated"),
  unreadable("a field given twice, once with an escape", '{"event":"model.created","\\u0065vent":"model.deleted","object":{"_id":"m"}}', "event_field_repeated"),
  unreadable("a field given twice within an unknown one", '{"event":"ping","x":[{"a":1,"a":2}]}', "event_field_repeated"),
  unreadable("nested 10,000 deep", `{"event":"ping","x":${"[".repeat(10000)}${"]".repeat(10000)}}`, "event_too_deep"),
  unreadable("half a surrogate pair", '{"event":"ping","x":"\\ud83d"}', "event_not_json"),
  unreadable("a number with a leading zero", '{"event":"ping","x":01}', "event_not_json"),
  unreadable("something after the object", '{"event":"ping"}{}', "event_not_json"),
  unreadable("a text", '"model.created"', "event_not_object"),
];

const lines = vectors.map((made) => JSON.stringify(made)).join(",\n");
console.log(`[\n${lines}\n]`);
