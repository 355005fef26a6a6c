// A Cloudflare Worker
import { Verifier, VerifyError } from "headshot-verify";

export default {
  async fetch(request, env) {
    const verifier = new Verifier("headshotpro", env.HEADSHOTPRO_WEBHOOK_SECRET);
    try {
      const { neutral } = await verifier.verifyRequest(request);
      // Genuine, also where it is no event that this version can read: ask the provider's API about the session.
      return Response.json({ received: neutral.kind, session: neutral.session });
    } catch (error) {
      // Anything else is none of the sender's.
      if (!(error instanceof VerifyError)) throw error;
      console.warn("refused a delivery:", error.code);
      return new Response(null, { status: 401 });
    } finally {
      verifier.free();
    }
  },
};
