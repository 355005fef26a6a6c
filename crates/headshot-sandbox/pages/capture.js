// The stand-in for a provider's capture studio: one photo in, one headshot out; and the page that asks who comes.

import { explain, picture, startCamera, stopCamera } from "./camera.js";

const byId = (id) => document.getElementById(id);
const home = location.pathname.replace(/\/$/, "");

if (byId("visitor")) welcome();
else capture();

// ---- the public page ----

function welcome() {
  byId("visitor").addEventListener("submit", async (event) => {
    event.preventDefault();
    byId("begin").disabled = true;
    show("visitor-error", "");
    try {
      const answer = await post(home, "application/json", JSON.stringify(Object.fromEntries(new FormData(event.target))));
      location.assign(answer.page);
    } catch (error) {
      show("visitor-error", error.message);
      byId("begin").disabled = false;
    }
  });
}

// ---- the page of a session ----

function capture() {
  const STATES = {
    open: ["capture", "Waiting for your photo"],
    PENDING: ["working", "Waiting to be accepted"],
    ACCEPTED: ["working", "Being enhanced"],
    REJECTED: ["capture", "Your photo was not accepted; please take another one"],
    complete: ["finished", "Your headshot is ready"],
    gone: ["gone", "This session has ended"],
  };
  let photo = null;
  let shown = "open";

  byId("start-camera").addEventListener("click", async () => {
    byId("start-camera").disabled = true;
    show("camera-error", "");
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
    } finally {
      byId("start-camera").disabled = false;
    }
  });

  byId("take-photo").addEventListener("click", async () => {
    if (photo) return hold(null);
    byId("flash").classList.remove("on");
    void byId("flash").offsetWidth; // Makes the browser notice that the class was gone, so that the flash starts anew.
    byId("flash").classList.add("on");
    hold(await picture(byId("camera")));
  });

  byId("upload").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    show("upload-error", "");
    try {
      hold(await picture(await createImageBitmap(file)));
    } catch {
      show("upload-error", "No picture that this browser can read. Please choose a JPEG or PNG file.");
    }
    event.target.value = "";
  });

  byId("submit").addEventListener("click", async () => {
    byId("submit").disabled = true;
    show("upload-error", "");
    try {
      display(await post(`${home}/photo`, "image/jpeg", photo));
      hold(null);
      stopCamera(byId("camera"));
      cameraIs(false);
    } catch (error) {
      show("upload-error", error.message);
      byId("submit").disabled = false;
    }
  });

  /** Shows the photo that would be handed in, or the camera again. */
  function hold(taken) {
    if (photo) URL.revokeObjectURL(byId("shot").src);
    photo = taken;
    byId("shot").hidden = !taken;
    if (taken) byId("shot").src = URL.createObjectURL(taken);
    byId("take-photo").textContent = taken ? "Take it again" : "Take photo";
    byId("take-photo").disabled = byId("camera").hidden && !taken;
    byId("submit").disabled = !taken;
  }

  function cameraIs(live) {
    byId("camera").hidden = !live;
    byId("before-camera").hidden = live;
    byId("camera").parentElement.classList.toggle("live", live);
    byId("take-photo").disabled = !live && !photo;
  }

  function cameraEnded() {
    stopCamera(byId("camera"));
    cameraIs(false);
    show("camera-error", "The camera was switched off or unplugged.");
  }

  function display(session) {
    const word = session.image ? "complete" : session.state ?? "open";
    const [section, text] = STATES[word] ?? ["working", `Working (${word})`];
    byId("status").dataset.status = word;
    byId("status").textContent = text;
    if (word === shown) return;
    shown = word;
    if (session.image) byId("result").src = session.image;
    byId("return").hidden = !session.redirectUrl;
    if (session.redirectUrl) byId("return").querySelector("a").href = session.redirectUrl;
    const focusGoes = document.activeElement !== document.body;
    for (const id of ["capture", "working", "finished", "gone"]) byId(id).hidden = id !== section;
    // Whoever was at a control that is gone now goes on at the title of what took its place.
    if (focusGoes) byId(section).querySelector("h1").focus();
  }

  async function follow() {
    let pause = 700;
    try {
      const answer = await fetch(`${home}/state`, { cache: "no-store" });
      if (answer.ok) display(await answer.json());
      else if (answer.status === 404) return display({ state: "gone" });
    } catch {
      pause = 3000; // The sandbox is gone, perhaps only to be started again.
    }
    setTimeout(follow, pause);
  }

  follow();
}

// ---- both ----

async function post(url, type, body) {
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers: { "content-type": type }, body });
  } catch {
    throw new Error("It could not be sent. Please check your connection and try again.");
  }
  const text = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(text.error?.message ?? "It could not be sent. Please try again.");
  return text;
}

function show(id, text) {
  byId(id).textContent = text;
  byId(id).hidden = text === "";
}
