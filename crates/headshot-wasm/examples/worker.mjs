// A Cloudflare Worker
import { Verifier, VerifyError } from "headshot-verify";

export default {
  async fetch(request, env) {
    const verifier = new Verifier("headshotpro", env.HEADSHOTPRO_WEBHOOK_SECRET);
    try {
      const { event } = await verifier.verifyRequest(request);
      return Response.json({ received: event.type });
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error;
      console.warn("refused a delivery:", error.code);
      return new Response(null, { status: 401 });
    } finally {
      verifier.free();
    }
  },
};
