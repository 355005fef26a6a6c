// The stand-in for a provider's hosted page: photos in, headshots out, one favorite.

import { explain, picture, startCamera, stopCamera } from "./camera.js";

const byId = (id) => document.getElementById(id);
const home = location.pathname.replace(/\/$/, "");

const STATUS = {
  onboarding: ["photos", "Waiting for your photos"],
  waiting: ["making", "Waiting in line"],
  pending: ["making", "Learning what you look like"],
  generatingHeadshots: ["making", "Drawing your headshots"],
  failed: ["making", "Something went wrong; it starts again by itself"],
  active: ["results", "Your headshots are ready"],
  deleted: ["gone", "This session has ended"],
};
const STEPS = ["photos", "making", "results"];
const SECTIONS = { photos: "photos", making: "making", results: "finished", gone: "gone" };

let limits = { minimum: 3, maximum: 20 };
let shown = { status: "onboarding", step: "photos", photos: "" };
let sending = false;
const shots = new Set();

// ---- photos ----

byId("start-camera").addEventListener("click", async () => {
  byId("start-camera").disabled = true;
  show("camera-error", "");
  byId("new-tab").hidden = true;
  try {
    const stream = await startCamera(byId("camera"));
    stream.getVideoTracks()[0]?.addEventListener("ended", cameraEnded);
    cameraIs(true);
    byId("take-photo").focus();
  } catch (error) {
    cameraIs(false);
    const { reason, text } = await explain(error);
    show("camera-error", text);
    byId("camera-error").dataset.reason = reason;
    byId("new-tab").querySelector("a").href = location.href;
    byId("new-tab").hidden = reason !== "policy" || window.top === window;
  } finally {
    byId("start-camera").disabled = false;
  }
});

byId("take-photo").addEventListener("click", async () => {
  const photo = await picture(byId("camera"));
  byId("flash").classList.remove("on");
  void byId("flash").offsetWidth; // Makes the browser notice that the class was gone, so that the flash starts anew.
  byId("flash").classList.add("on");
  add(photo);
});

byId("upload").addEventListener("change", async (event) => {
  const files = [...event.target.files];
  show("upload-error", "");
  const unreadable = [];
  for (const file of files) {
    try {
      const image = await createImageBitmap(file);
      add(await picture(image));
      image.close();
    } catch {
      unreadable.push(file.name);
    }
  }
  event.target.value = "";
  if (unreadable.length > 0) {
    show("upload-error", `No picture that this browser can read: ${unreadable.join(", ")}. Please choose JPEG, PNG or WebP files.`);
  }
});

byId("submit").addEventListener("click", async () => {
  const form = new FormData();
  for (const shot of shots) form.append("photo", shot.photo, "photo.jpg");
  sending = true;
  refreshControls();
  show("upload-error", "");
  try {
    const answer = await fetch(`${home}/photos`, { method: "POST", body: form });
    if (answer.ok) {
      display(await answer.json());
      stopCamera(byId("camera"));
      cameraIs(false);
    } else {
      show("upload-error", (await answer.json().catch(() => ({}))).error ?? "The photos could not be sent. Please try again.");
    }
  } catch {
    show("upload-error", "The photos could not be sent. Please check your connection and try again.");
  } finally {
    sending = false;
    refreshControls();
  }
});

function add(photo) {
  if (shots.size >= limits.maximum) return;
  const shot = { photo, url: URL.createObjectURL(photo) };
  shots.add(shot);
  const item = document.createElement("li");
  const image = document.createElement("img");
  image.src = shot.url;
  image.alt = `Photo ${shots.size}`;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "×";
  remove.setAttribute("aria-label", `Remove photo ${shots.size}`);
  remove.addEventListener("click", () => {
    discard(shot, item);
    (byId("shots").querySelector("button") ?? byId("upload")).focus();
  });
  item.append(image, remove);
  byId("shots").append(item);
  refreshControls();
}

function discard(shot, item) {
  URL.revokeObjectURL(shot.url);
  shots.delete(shot);
  item.remove();
  refreshControls();
}

function discardAll() {
  for (const shot of shots) URL.revokeObjectURL(shot.url);
  shots.clear();
  byId("shots").replaceChildren();
  refreshControls();
}

function cameraIs(live) {
  byId("camera").hidden = !live;
  byId("before-camera").hidden = live;
  byId("camera").parentElement.classList.toggle("live", live);
  refreshControls();
}

function cameraEnded() {
  stopCamera(byId("camera"));
  cameraIs(false);
  show("camera-error", "The camera was switched off or unplugged.");
}

function refreshControls() {
  const missing = limits.minimum - shots.size;
  const full = shots.size >= limits.maximum;
  byId("take-photo").disabled = byId("camera").hidden || full || sending;
  byId("upload").disabled = full || sending;
  byId("submit").disabled = missing > 0 || sending;
  byId("submit").textContent = sending ? "Sending…" : "Make my headshots";
  byId("needed").textContent = `${limits.minimum} photos`;
  const taken = shots.size === 0 ? "No photos yet" : shots.size === 1 ? "1 photo" : `${shots.size} photos`;
  byId("count").textContent = missing > 0 ? `${taken}, ${missing} more needed` : full ? `${taken}, that is all this page takes` : `${taken}, ready to go`;
}

// ---- results ----

function displayResults(photos, favorite) {
  const ids = photos.map((photo) => photo.id).join();
  if (ids !== shown.photos) {
    shown.photos = ids;
    byId("results").replaceChildren(...photos.map(result));
  }
  for (const button of byId("results").children) {
    button.setAttribute("aria-pressed", String(button.dataset.photoId === favorite));
  }
}

function result({ id, url }, index) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "result";
  button.dataset.photoId = id;
  button.setAttribute("aria-pressed", "false");
  const image = document.createElement("img");
  image.src = url;
  image.alt = `Headshot ${index + 1}`;
  image.width = image.height = 512;
  button.append(image);
  button.addEventListener("click", () => choose(id));
  return button;
}

async function choose(id) {
  try {
    const answer = await fetch(`${home}/favorite`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ photoId: id }),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    display(await answer.json());
    byId("choice").textContent = "Saved as your favorite.";
  } catch {
    byId("choice").textContent = "Your choice could not be saved. Please try again.";
  }
}

// ---- status ----

/** Shows what the server says about the session. */
function display(state) {
  const [step, text] = STATUS[state.status] ?? ["making", `Working (${state.status})`];
  limits = { minimum: state.minimumPhotos ?? limits.minimum, maximum: state.maximumPhotos ?? limits.maximum };
  if (state.status !== shown.status) {
    byId("status").dataset.status = state.status;
    byId("status").textContent = text;
  }
  if (step !== shown.step) change(step);
  shown.status = state.status;
  const progress = byId("progress");
  if (state.progress == null) progress.removeAttribute("value");
  else progress.value = state.progress;
  displayResults(state.photos ?? [], state.favorite);
  refreshControls();
}

function change(step) {
  const left = byId(SECTIONS[shown.step]);
  const focusGoes = left.contains(document.activeElement);
  for (const [name, id] of Object.entries(SECTIONS)) byId(id).hidden = name !== step;
  for (const item of document.querySelectorAll(".steps li")) {
    const distance = STEPS.indexOf(item.dataset.for) - STEPS.indexOf(step);
    item.toggleAttribute("aria-current", distance === 0);
    if (distance === 0) item.setAttribute("aria-current", "step");
    item.classList.toggle("done", distance < 0);
  }
  if (step !== "photos") {
    discardAll();
    stopCamera(byId("camera"));
    cameraIs(false);
  }
  byId("choice").textContent = "";
  // Whoever was at a control that is gone now goes on at the title of what took its place.
  if (focusGoes) byId(SECTIONS[step]).querySelector("h1").focus();
  shown.step = step;
}

async function follow() {
  let pause = 700;
  try {
    const answer = await fetch(`${home}/state`, { cache: "no-store" });
    if (answer.ok) display(await answer.json());
    else if (answer.status === 404) return display({ status: "deleted" });
  } catch {
    pause = 3000; // The sandbox is gone, perhaps only to be started again.
  }
  setTimeout(follow, pause);
}

function show(id, text) {
  byId(id).textContent = text;
  byId(id).hidden = text === "";
}

follow();
