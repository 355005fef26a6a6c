// Bun.serve
import { Verifier, VerifyError } from "headshot-verify";

const verifier = new Verifier("headshotpro", Bun.env.HEADSHOTPRO_WEBHOOK_SECRET);

async function receive(request) {
  try {
    const { neutral } = await verifier.verifyRequest(request);
    // Genuine, also where it is no event that this version can read: ask the provider's API about the session.
    return Response.json({ received: neutral.kind, session: neutral.session });
  } catch (error) {
    // Anything else is none of the sender's.
    if (!(error instanceof VerifyError)) throw error;
    console.warn("refused a delivery:", error.code);
    return new Response(null, { status: 401 });
  }
}

const server = Bun.serve({ port: 0, fetch: receive });
console.log(`http://127.0.0.1:${server.port}`);
