import { rfc3339 } from "../dates.js";
import { demand, entries, flag, isObject, isText, namedTexts, read, text } from "../fields.js";
import { neutral } from "../neutral.js";

const KINDS = {
  __proto__: null,
  "model.created": "session_created",
  "model.status.updated": "state_changed",
  "model.photos_ready": "photos_ready",
  "model.favorite_selected": "favorite_selected",
  "model.deleted": "session_deleted",
};

/** A failure is not final: the provider starts again by itself. */
const STATES = {
  __proto__: null,
  onboarding: "awaiting_user",
  waiting: "processing",
  pending: "processing",
  generatingHeadshots: "processing",
  failed: "processing",
  active: "ready",
  deleted: "deleted",
};

/** The names under which a link may stand, best first; the documents disagree. */
const VARIANTS = ["main", "original", "preview", "pfp", "transparent", "thumbnail"];

/** What of an event this version knows. */
const FIELDS = ["event", "id", "createdAt", "objectType", "object", "favoritePhoto"];

export const knows = (name) => FIELDS.includes(name);

export function event(fields) {
  demand(fields, "event", "/event", isText);
  const { event: type, id, createdAt, objectType, object, favoritePhoto, ...other } = fields;
  const isKnown = type in KINDS;
  if (isKnown) demand(fields, "object", "/object", isObject);
  if (isKnown) demand(object, "_id", "/object/_id", isText);
  const model = read(other, "object", object, isText(object?._id) ? modelOf(object) : null);
  // A model may hold the photo.
  const nested = model && photo(model.other, "favoritePhoto", object.favoritePhoto);
  return {
    type,
    id: text(other, "id", id),
    createdAt: text(other, "createdAt", createdAt),
    objectType: text(other, "objectType", objectType),
    model,
    favoritePhoto: photo(other, "favoritePhoto", favoritePhoto) ?? nested,
    other,
  };
}

function modelOf({
  _id: id,
  uid,
  title,
  trigger,
  status,
  isDevelopment,
  createdAt,
  finishedAt,
  deletedAt,
  inviteExpiresAt,
  organization,
  favoritePhoto,
  ...other
}) {
  return {
    id,
    uid: text(other, "uid", uid),
    title: text(other, "title", title),
    trigger: text(other, "trigger", trigger),
    status: text(other, "status", status),
    isDevelopment: flag(other, "isDevelopment", isDevelopment),
    createdAt: text(other, "createdAt", createdAt),
    finishedAt: text(other, "finishedAt", finishedAt),
    deletedAt: text(other, "deletedAt", deletedAt),
    inviteExpiresAt: text(other, "inviteExpiresAt", inviteExpiresAt),
    organization: text(other, "organization", organization),
    other,
  };
}

/** One without an id is none. */
const photo = (other, name, value) => read(other, name, value, isText(value?.id) ? photoOf(value) : null);

function photoOf({ id, urls: variants, expiresAt, ...other }) {
  const urls = namedTexts(other, "urls", variants) ?? {};
  const best = VARIANTS.find((variant) => Object.hasOwn(urls, variant)) ?? entries(urls)[0]?.[0];
  return { id, urls, preferredUrl: urls[best] ?? null, expiresAt: text(other, "expiresAt", expiresAt), other };
}

export function meaning({ type, id, model, favoritePhoto }) {
  const photos = [];
  if (typeof favoritePhoto?.preferredUrl === "string") {
    const { id, preferredUrl: url, expiresAt } = favoritePhoto;
    photos.push({ id, url, expiresAt: rfc3339(expiresAt), isFavorite: true });
  }
  // A deletion is final whatever the status says.
  const state = type === "model.deleted" ? "deleted" : STATES[model?.status];
  return neutral(KINDS[type], { session: model?.id, person: model?.uid, eventId: id, state, photos });
}
