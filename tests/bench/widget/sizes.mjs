// How much a page loads, bundled and minified as a page would have it, and compressed.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** What a page imports of each peer. Most load more from their own servers, which is not in their packages. */
const IMPORTS = {
  "@stripe/stripe-js": 'export * from "@stripe/stripe-js"',
  "lite-youtube-embed": 'import "lite-youtube-embed"',
  "@sumsub/websdk": 'export { default } from "@sumsub/websdk"',
  "onfido-sdk-ui": 'export * from "onfido-sdk-ui"',
  "@superset-ui/embedded-sdk": 'export * from "@superset-ui/embedded-sdk"',
  "@veriff/incontext-sdk": 'export * from "@veriff/incontext-sdk"',
  "iframe-resizer": 'export { iframeResizer } from "iframe-resizer"',
  "@typeform/embed": 'export * from "@typeform/embed"',
  "@calcom/embed-core": 'import "@calcom/embed-core"',
  persona: 'export * from "persona"',
  "hellosign-embedded": 'export { default } from "hellosign-embedded"',
  "@daily-co/daily-js": 'export { default } from "@daily-co/daily-js"',
};

/** Peers whose frame's address comes from the page, with how a page opens it. */
const OPENED = {
  "@veriff/incontext-sdk": `
    import { createVeriffFrame } from "@veriff/incontext-sdk";
    const headers = { authorization: "Bearer hct_1" };
    const session = await (await fetch("SERVER/v1/sessions/ses_1", { headers, cache: "no-store" })).json();
    createVeriffFrame({ url: session.surface.url, onEvent() {} });`,
  "@superset-ui/embedded-sdk": `
    import { embedDashboard } from "@superset-ui/embedded-sdk";
    const headers = { authorization: "Bearer hct_1" };
    const fetchGuestToken = async () => (await fetch("SERVER/v1/sessions/ses_1", { headers, cache: "no-store" })).text();
    embedDashboard({ id: "studio", supersetDomain: "STUDIO", mountPoint: document.querySelector("#place"), fetchGuestToken });`,
};

export async function peers(esbuild) {
  const bundles = Object.entries(OPENED).map(async ([name, code]) => {
    const text = await bundled(esbuild, code);
    return { name, script: ({ server, studio }) => text.replaceAll("SERVER", server).replaceAll("STUDIO", studio) };
  });
  return Promise.all(bundles);
}

/** Our files by what they are for, and the peers' bundles. */
export async function sizes(esbuild, embed) {
  const files = readdirSync(embed);
  const ours = {
    loader: "headshot-embed.js",
    glue: files.find((name) => /^headshot_widget-\w+\.js$/.test(name)),
    wasm: files.find((name) => /^headshot_widget-\w+\.wasm$/.test(name)),
    "without wasm": "headshot-standby.js",
  };
  const rows = Object.entries(ours).map(([name, file]) => ({ name, ...weight(readFileSync(join(embed, file))) }));
  for (const [name, code] of Object.entries(IMPORTS)) {
    const text = await bundled(esbuild, code).catch(() => undefined);
    rows.push(text === undefined ? { name, raw: null, gzip: null } : { name, ...weight(text) });
  }
  return rows;
}

function weight(content) {
  return { raw: Buffer.byteLength(content), gzip: gzipSync(content, { level: 9 }).length };
}

async function bundled(esbuild, contents) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true, minify: true, write: false, format: "esm", target: "es2022", platform: "browser", logLevel: "silent",
    loader: { ".css": "empty" },
  });
  return outputFiles[0].text;
}
