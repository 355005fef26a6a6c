// The control page: shows what happened at this provider, and does what the control API can do.

const byId = (id) => document.getElementById(id);
const root = "/sandbox";

const about = await ask("GET", "provider");
const shown = {};
const opened = new Set();

// ---- the frame ----

byId("provider").textContent = about.provider;
document.title = `Sandbox: ${about.provider}`;
byId("own-actions").append(...about.ownActions.filter(({ path }) => !path.includes("{id}")).map((action) => ownButton(action)));

byId("drop").addEventListener("change", (event) => act("PUT", "webhooks", { drop: event.target.checked }));
byId("which").addEventListener("change", refresh);
byId("cancel-orders").addEventListener("click", () => act("DELETE", "answers"));
byId("end-plan").addEventListener("click", () => act("DELETE", "faults"));

byId("order").addEventListener("submit", (event) => {
  event.preventDefault();
  const { status, times, path } = Object.fromEntries(new FormData(event.target));
  act("POST", "answers", { status: Number(status), times: Number(times), path });
});

byId("faults").addEventListener("submit", (event) => {
  event.preventDefault();
  act("PUT", "faults", { plan: byId("plan").value });
});

// ---- sessions ----

function showSessions({ sessions }) {
  byId("no-sessions").hidden = sessions.length > 0;
  byId("sessions").replaceChildren(...sessions.toReversed().map(sessionRow));
  const chosen = byId("which").value;
  byId("which").replaceChildren(new Option("all sessions", ""), ...sessions.map(({ id, email, name }) => new Option(email ?? name ?? id, id)));
  byId("which").value = chosen;
}

function sessionRow(session) {
  const row = document.createElement("tr");
  row.dataset.session = session.id;
  row.append(
    cell(text("span", session.email ?? session.name ?? "", ""), text("span", session.id, "id hint")),
    cell(text("span", session.status, `badge ${isBad(session.status) ? "bad" : session.photos.length > 0 ? "good" : ""}`)),
    cell(`${session.receivedPhotos} in, ${session.photos.length} out`, session.favorite ? text("span", `favorite ${session.favorite}`, "id hint") : ""),
    actions(session),
  );
  return row;
}

function actions(session) {
  const to = (name) => `sessions/${session.id}/${name}`;
  const own = about.ownActions.filter(({ path }) => path.includes("{id}"));
  const buttons = document.createElement("div");
  buttons.className = "buttons";
  if (session.page) buttons.append(link("Open its page", session.page));
  buttons.append(
    button("Hand in photos", () => act("POST", to("submit"))),
    button("Complete", () => act("POST", to("complete"))),
    button("Fail", () => act("POST", to("fail"))),
    choice("Set status…", about.statuses, (status) => act("POST", to("status"), { status })),
    button("Expire links", () => act("POST", to("expire-links"))),
    ...own.map((action) => ownButton(action, session.id)),
    button("Delete", () => act("DELETE", `sessions/${session.id}`)),
  );
  if (about.provider === "headshotpro" && session.photos.length > 0) {
    buttons.append(choice("Choose favorite…", session.photos, (photoId) => act("POST", to("favorite"), { photoId })));
  }
  return cell(buttons);
}

function ownButton({ label, path, asks }, id = "") {
  return button(label, () => {
    const answer = asks ? prompt(`${label}: ${asks}`) : undefined;
    if (answer !== null) act("POST", path.replace("{id}", id), asks ? { [asks]: answer } : undefined);
  });
}

// ---- deliveries ----

function showDeliveries({ deliveries }) {
  byId("no-deliveries").hidden = deliveries.length > 0;
  byId("deliveries").replaceChildren(...deliveries.toReversed().map(deliveryItem));
}

function deliveryItem(delivery) {
  const item = document.createElement("details");
  item.dataset.delivery = delivery.id;
  const state = delivery.state.replace("_", " ");
  const summary = text("summary", `${delivery.createdAt.slice(11, 19)} ${delivery.event}`, "");
  summary.append(text("span", state, `badge ${delivery.state === "delivered" ? "good" : delivery.state === "scheduled" ? "" : "bad"}`));
  summary.append(text("span", ` session ${delivery.session}`, "id hint"));
  item.append(summary);
  item.addEventListener("toggle", async () => {
    if (!item.open) return opened.delete(delivery.id);
    opened.add(delivery.id);
    if (item.children.length === 1) item.append(deliveryDetail(await ask("GET", `deliveries/${delivery.id}`)));
  });
  item.open = opened.has(delivery.id);
  return item;
}

function deliveryDetail(delivery) {
  const inside = document.createElement("div");
  inside.className = "inside";
  const resend = (flaw) => act("POST", `deliveries/${delivery.id}/resend`, flaw ? { flaw } : undefined);
  const buttons = document.createElement("div");
  buttons.className = "buttons";
  buttons.append(button("Send again", () => resend()), choice("Send again, but…", about.flaws, resend));
  inside.append(buttons, text("p", `${delivery.method} ${delivery.url ?? "to nobody"}`, "id"));
  for (const attempt of delivery.attempts) {
    const outcome = attempt.status ?? attempt.error;
    const headers = Object.entries(attempt.headers).map(([name, value]) => `${name}: ${value}`);
    inside.append(text("p", `${attempt.at} → ${outcome}${attempt.flaw ? ` (${attempt.flaw.replace("_", " ")})` : ""}`, ""), text("pre", headers.join("\n"), ""));
  }
  inside.append(text("pre", delivery.body, ""));
  return inside;
}

// ---- trouble ----

function showAnswers({ answers }) {
  const line = ({ status, times, path }) => text("li", `${status} for the next ${times} of ${path || "any path"}`, "");
  byId("answers").replaceChildren(...answers.map(line));
}

function showFaults({ plan, counts, dealt }) {
  byId("plan-now").textContent = plan === "seed=0" ? "No faults are dealt now." : `Now: ${plan}`;
  byId("counts").replaceChildren(...Object.entries(counts).map(([fault, count]) => text("li", `${fault} ${count}`, count > 0 ? "" : "hint")));
  const line = ({ at, fault, provider, subject }) => text("li", `${at.slice(11, 19)} ${fault} ${provider} ${subject}`, "id");
  byId("dealt").replaceChildren(...dealt.slice(-200).toReversed().map(line));
}

function showAbout({ apiBase, webhookUrl, callsOverRate }) {
  const facts = { API: apiBase, "webhooks to": webhookUrl ?? "nobody", "calls over the rate": callsOverRate };
  const pair = ([name, value]) => {
    const div = document.createElement("div");
    div.append(text("dt", name, ""), text("dd", String(value), "id"));
    return div;
  };
  byId("about").replaceChildren(...Object.entries(facts).map(pair));
}

// ---- keeping up ----

const PARTS = [
  [() => "provider", showAbout],
  [() => "sessions", showSessions],
  [() => `deliveries?session=${encodeURIComponent(byId("which").value)}`.replace(/\?session=$/, ""), showDeliveries],
  [() => "answers", showAnswers],
  [() => "faults", showFaults],
  [() => "webhooks", ({ drop }) => (byId("drop").checked = drop)],
];

async function refresh() {
  for (const [path, show] of PARTS) {
    const answer = await ask("GET", path());
    const now = JSON.stringify(answer);
    // What did not change is left alone; nor is a list taken from under somebody who chooses from it.
    if (shown[show.name] === now || document.activeElement?.closest("tbody select")) continue;
    shown[show.name] = now;
    show(answer);
  }
}

async function follow() {
  try {
    await refresh();
  } catch {
    say("The sandbox does not answer.", true);
  }
  setTimeout(follow, 1000);
}

async function act(method, path, body) {
  try {
    await ask(method, path, body);
    say("Done.");
    await refresh();
  } catch (error) {
    say(error.message, true);
  }
}

async function ask(method, path, body) {
  const answer = await fetch(`${root}/${path}`, { method, body: body && JSON.stringify(body), cache: "no-store" });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error ?? `status ${answer.status}`);
  return json;
}

function say(message, isBad = false) {
  byId("message").textContent = message;
  byId("message").classList.toggle("bad", isBad);
}

// ---- elements ----

function isBad(status) {
  return /fail|error|reject|deleted/i.test(status);
}

function text(tag, content, kind) {
  const element = document.createElement(tag);
  element.textContent = content;
  if (kind) element.className = kind;
  return element;
}

function cell(...content) {
  const element = document.createElement("td");
  element.append(...content);
  return element;
}

function button(label, action) {
  const element = text("button", label, "");
  element.type = "button";
  element.addEventListener("click", action);
  return element;
}

function link(label, href) {
  const element = text("a", label, "button");
  Object.assign(element, { href, target: "_blank", rel: "noopener" });
  return element;
}

function choice(label, options, action) {
  const element = document.createElement("select");
  element.setAttribute("aria-label", label.replace("…", ""));
  element.append(new Option(label, ""), ...options.map((option) => new Option(option.replaceAll("_", " "), option)));
  element.addEventListener("change", () => {
    const { value } = element;
    element.value = "";
    element.blur();
    if (value) action(value);
  });
  return element;
}

follow();
