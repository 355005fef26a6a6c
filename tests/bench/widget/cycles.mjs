// What elements leave behind that came and went.

import { launched } from "./load.mjs";

const KINDS = ["JSHeapUsedSize", "JSEventListeners", "Nodes", "Frames"];

/** By how much each kind has grown after twenty of them, and after two hundred more. */
export async function comeAndGo(pages, chrome) {
  const browser = await launched(chrome);
  const [page] = await browser.pages();
  await page.goto(`${pages.host}/empty`);
  await page.waitForFunction(() => customElements.get("headshot-embed"));
  await pass(page, pages.server, 20);
  const before = await measured(page);
  await pass(page, pages.server, 200);
  const after = await measured(page);
  await browser.close();
  return KINDS.map((kind) => ({ kind, before: before[kind], after: after[kind] }));
}

function pass(page, server, times) {
  return page.evaluate(async (server, times) => {
    for (let time = 0; time < times; time += 1) {
      const element = Object.assign(document.createElement("headshot-embed"), { server, session: "ses_1", token: "hct_1" });
      document.body.append(element);
      while (!element.shadowRoot.querySelector("[data-state=awaiting_user]")) await new Promise((next) => setTimeout(next, 5));
      element.remove();
    }
    await new Promise((next) => setTimeout(next, 100));
  }, server, times);
}

async function measured(page) {
  const session = await page.createCDPSession();
  for (const _ of [1, 2, 3]) await session.send("HeapProfiler.collectGarbage");
  return page.metrics();
}
