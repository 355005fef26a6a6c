// One application for each adapter; a delivery whose session is "broken" breaks the handler.

import { createRequire } from "node:module";

import express from "express";
import fastify from "fastify";
import { Verifier } from "headshot-verify";
import * as forExpress from "headshot-verify/express";
import * as forFastify from "headshot-verify/fastify";
import * as forHono from "headshot-verify/hono";
import * as forLambda from "headshot-verify/lambda";
import { Hono } from "hono";

const quiet = { onRefused() {}, onUnreadable() {} };
const verifier = new Verifier("headshotpro", process.env.SECRET);
const PATH = "/hook";

function session({ event }) {
  if (event.model.id === "broken") throw new Error("the handler broke");
  return { session: event.model.id };
}

/** Each gives the address of a server that listens. */
export const servers = {
  express: () => listening(expressApp(express)),
  "express, required": () => listening(expressApp(express, createRequire(import.meta.url)("headshot-verify/express"))),
  fastify: async () => {
    const app = fastify();
    // What the adapter does is for its own route alone.
    app.post("/json", async ({ body }) => body);
    await app.register(forFastify.webhook, { verifier, path: PATH, handle: (verified) => session(verified), ...quiet });
    return { address: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  },
};

function expressApp(express, { webhook } = forExpress) {
  const app = express();
  app.post(PATH, webhook(verifier, (verified, _, response) => response.json(session(verified)), quiet));
  app.use(express.json());
  app.post("/json", ({ body }, response) => response.json(body));
  app.post("/parsed", webhook(verifier, () => {}, quiet));
  app.use((_error, _request, response, _next) => response.status(500).end());
  return app;
}

function listening(app) {
  return new Promise((resolve) => {
    const server = app.listen(0, "127.0.0.1", () => {
      resolve({ address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() });
    });
  });
}

export function hono() {
  const app = new Hono();
  app.post(PATH, forHono.webhook(verifier, (verified, context) => context.json(session(verified)), quiet));
  return (init) => app.request(PATH, init);
}

export const lambda = forLambda.webhook(verifier, (verified) => ({ statusCode: 200, body: JSON.stringify(session(verified)) }), quiet);
