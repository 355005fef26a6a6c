import { demand, isText, text } from "../fields.js";
import { neutral } from "../neutral.js";

const COMPLETE = "SUBMISSION_COMPLETE";

/** What of an event this version knows. */
export const knows = (name) => ["topic", "submission_id", "studio_id", "contact_id"].includes(name);

export function event(fields) {
  demand(fields, "topic", "/topic", isText);
  if (fields.topic === COMPLETE) demand(fields, "submission_id", "/submission_id", isText);
  const { topic: type, submission_id: submission, studio_id: studio, contact_id: contact, ...other } = fields;
  return {
    type,
    submissionId: text(other, "submission_id", submission),
    studioId: text(other, "studio_id", studio),
    contactId: text(other, "contact_id", contact),
    other,
  };
}

/** It brings no photos: the submission in the API has them. */
export function meaning({ type, submissionId, contactId }) {
  const about = { session: submissionId, person: contactId };
  return type === COMPLETE ? neutral("photos_ready", { ...about, state: "ready" }) : neutral("other", about);
}
