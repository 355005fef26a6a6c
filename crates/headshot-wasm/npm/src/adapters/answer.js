// What every adapter does with a delivery, whichever entry the verifier is from.

/** How the package's errors are branded; see `error.js`. */
const BRAND = Symbol.for("headshot-verify.error");

/** The longest body that is read; `MAX_BODY_BYTES` of the Rust crate. */
export const MAX_BODY_BYTES = 1048576;

const warn = (error) => console.warn(`${error.code}: ${error.message}`);

/**
 * Verifies, lets the handler act, and answers what it answers.
 *
 * A forged delivery is answered 401 and nothing more. One that is genuine and unreadable is answered 200 even if the
 * handler wanted to read its event. Any other error is not the sender's and goes on.
 */
export async function answer({ verify, handle, empty, onRefused = warn, onUnreadable = warn }) {
  let verified;
  try {
    verified = await verify();
  } catch (error) {
    if (error?.[BRAND] !== "VerifyError") throw error;
    onRefused(error);
    return empty(401);
  }
  try {
    return (await handle(verified)) ?? empty(200);
  } catch (error) {
    if (error?.[BRAND] !== "EventError") throw error;
    onUnreadable(error, verified);
    return empty(200);
  }
}
