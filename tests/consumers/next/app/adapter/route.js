import { Verifier } from "headshot-verify";
import { webhook } from "headshot-verify/next";

const verifier = new Verifier("headshotpro", process.env.HEADSHOTPRO_WEBHOOK_SECRET);

export const POST = webhook(verifier, ({ event }) => Response.json({ session: event.model.id }));
