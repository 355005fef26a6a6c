// What elements leave behind that came and went.

import { comeAndGo, counted } from "./leftovers.mjs";
import { launched } from "./load.mjs";

const KINDS = ["JSHeapUsedSize", "JSEventListeners", "Nodes", "Frames"];

/** By how much each kind has grown after twenty of them, and after two hundred more. */
export async function leftBehind(pages, chrome) {
  const browser = await launched(chrome);
  const [page] = await browser.pages();
  await page.goto(`${pages.host}/empty`);
  await page.waitForFunction(() => customElements.get("headshot-embed"));
  await comeAndGo(page, pages.server, 20);
  const before = await counted(page);
  await comeAndGo(page, pages.server, 200);
  const after = await counted(page);
  await browser.close();
  return KINDS.map((kind) => ({ kind, before: before[kind], after: after[kind] }));
}
