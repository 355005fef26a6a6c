import { answer } from "./answer.js";

/** A handler for AWS Lambda: API Gateway (REST and HTTP), function URLs, load balancers, and CloudFront at its edge. */
export function webhook(verifier, handle, options) {
  return async (event) => {
    const { headers, body, isBase64, empty } = event.Records?.[0]?.cf ? ofCloudFront(event) : ofGateway(event);
    return answer({
      ...options,
      verify: () => verifier.verify(isBase64 ? Buffer.from(body, "base64") : body, headers),
      handle: (verified) => handle(verified, event),
      empty,
    });
  };
}

function ofGateway({ headers, multiValueHeaders, body, isBase64Encoded }) {
  // Where both are there, only the second one shows what came repeatedly.
  const given = multiValueHeaders ?? headers ?? {};
  return { headers: given, body: body ?? "", isBase64: isBase64Encoded, empty: (statusCode) => ({ statusCode }) };
}

function ofCloudFront({ Records: [{ cf }] }) {
  const pairs = Object.values(cf.request.headers).flat().map(({ key, value }) => [key, value]);
  const { data = "", encoding } = cf.request.body ?? {};
  return { headers: pairs, body: data, isBase64: encoding === "base64", empty: (status) => ({ status: String(status) }) };
}
