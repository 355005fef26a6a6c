import { amazonEnd, rfc3339 } from "../dates.js";
import { demand, entries, flatTexts, integer, isInteger, isObject, isText, namedTexts, read, text } from "../fields.js";
import { neutral } from "../neutral.js";

const KINDS = { __proto__: null, job_queued: "state_changed", job_complete: "photos_ready", job_error: "session_failed" };

/** `pending` is a job that is still being put together. */
const STATES = {
  __proto__: null,
  pending: "awaiting_user",
  queued: "processing",
  processing: "processing",
  complete: "ready",
  error: "failed",
};

/** The fields of a job: how each is read, and its names at the provider, of which JSON's comes before that of prose. */
const JOB = {
  id: [integer, "id"],
  state: [text, "state"],
  name: [text, "name"],
  accountId: [integer, "accountId", "account_id"],
  profileId: [integer, "profileId", "profile_id"],
  jobType: [text, "type"],
  createdAt: [text, "createdAt", "created_at"],
  updatedAt: [text, "updatedAt", "updated_at"],
  submittedAt: [text, "submittedAt", "submitted_at"],
  completedAt: [text, "completedAt", "completed_at"],
  expiryDate: [text, "expiryDate", "expiry_date"],
  errors: [flatTexts, "errors"],
  photoUrls: [namedTexts, "photoDownloadUrls", "photo_download_urls"],
};

const NAMES = ["type", "payload", ...Object.values(JOB).flatMap(([, ...names]) => names)];

/** What of an event this version knows. */
export const knows = (name) => NAMES.includes(name);

export function event(fields, digits) {
  // A bare job also has a `type`, such as `regular`.
  const isEnvelope = (isText(fields.type) && !isJob(fields)) || isObject(fields.payload);
  if (!isEnvelope) {
    const job = jobOf(fields, digits);
    return { type: kind(null, job), envelopeType: null, job, other: {} };
  }
  demand(fields, "type", "/type", isText);
  const { type, payload, ...other } = fields;
  const job = read(other, "payload", payload, isJob(payload) ? jobOf(payload, digits?.payload) : null);
  return { type: kind(type, job), envelopeType: type, job, other };
}

const isJob = (value) => typeof value?.id === "number" && isText(value.state);

function jobOf(fields, digits = fields) {
  demand(fields, "id", "/id", isInteger, digits);
  demand(fields, "state", "/state", isText);
  const [job, other] = [{}, { ...fields }];
  for (const [name, [reader, ...names]] of Object.entries(JOB)) job[name] = taken(reader, other, fields, digits, names);
  return { ...job, photoUrls: job.photoUrls ?? {}, other };
}

/** A field by the first of its names that says something; the others are left. */
function taken(reader, other, fields, digits, names) {
  for (const name of names) {
    delete other[name];
    const made = reader(other, name, fields[name], digits[name]);
    if (made !== null) return made;
  }
  return null;
}

/** The state decides between the kinds that are about a job's state; a type that this version does not know stays. */
function kind(envelopeType, job) {
  const ofJob = job && `job_${job.state}`;
  const named = envelopeType ?? ofJob;
  return named in KINDS && ofJob in KINDS ? ofJob : named;
}

export function meaning({ type, job }) {
  return neutral(KINDS[type], { session: job?.id, state: STATES[job?.state], photos: job ? photos(job) : [] });
}

function photos({ photoUrls, expiryDate }) {
  const removedAt = rfc3339(expiryDate);
  // At its own end, or when the photo is removed, whichever comes first.
  const end = (url) => [amazonEnd(url), removedAt].filter(Boolean).sort()[0] ?? null;
  return entries(photoUrls).map(([id, url]) => ({ id, url, expiresAt: end(url), isFavorite: false }));
}
