// Elements that come and go in a page, and what the browser counts after them; the tests of the package use it too.

export function comeAndGo(page, server, times) {
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

export async function counted(page) {
  const session = await page.createCDPSession();
  for (const _ of [1, 2, 3]) await session.send("HeapProfiler.collectGarbage");
  return page.metrics();
}
