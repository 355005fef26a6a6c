// Reads deliveries as JSON, and prints whether the official library accepts each.
import { readFileSync } from "node:fs";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const isAccepted = ({ secret, headers, body }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return false;
  }
};

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(isAccepted)));
