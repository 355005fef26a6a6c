import { MAX_BODY_BYTES, answer } from "./answer.js";

/** A plugin with one route, on which alone bodies stay as they came, whatever their type. */
export async function webhook(fastify, { verifier, path, handle, ...options }) {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
  fastify.post(path, { bodyLimit: MAX_BODY_BYTES, onRequest: forgetType }, (request, reply) =>
    answer({
      ...options,
      verify: () => verifier.verify(request.body ?? "", request.headers),
      handle: (verified) => handle(verified, request, reply),
      empty: (status) => reply.code(status).send(),
    }),
  );
}

/** Whatever type a body says to be of, a wrong one too, it is bytes. */
async function forgetType(request) {
  request.headers["content-type"] = "application/octet-stream";
}
