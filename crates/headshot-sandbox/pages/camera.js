// The camera: starting it, taking pictures, and saying in plain words why it does not work.

/** Largest side of a photo that is handed in, in pixels. */
const LARGEST_SIDE = 1280;

/**
 * Starts the camera in `video` and resolves when its picture is there.
 * @param {HTMLVideoElement} video
 */
export async function startCamera(video) {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) throw new DOMException("", "InsecureContext");
  if (forbiddenByPage()) throw new DOMException("", "ForbiddenByPage");
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } },
    audio: false,
  });
  video.srcObject = stream;
  await video.play();
  return stream;
}

/** Ends the camera in `video` and lets go of the device. */
export function stopCamera(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

/** Why the camera could not be started: one word for programs, one sentence for people. */
export async function explain(error) {
  const reason = await reasonOf(error);
  return { reason, text: TEXTS[reason] };
}

/** The picture that `source`, a video or an image, shows at this moment, as a JPEG. */
export function picture(source) {
  const width = source.videoWidth ?? source.width;
  const height = source.videoHeight ?? source.height;
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.9);
  });
}

const TEXTS = {
  insecure: "This browser lends the camera only to secure pages (https). You can choose photo files instead.",
  policy: "The page that shows this frame does not let it use the camera. You can choose photo files instead.",
  denied:
    "The camera is blocked for this page. Allow it in your browser's address bar and start again, or choose photo files instead.",
  none: "No camera was found. Connect one and start again, or choose photo files instead.",
  busy: "Another program is using the camera. Close it and start again, or choose photo files instead.",
  unknown: "The camera could not be started. Try again, or choose photo files instead.",
};

const REASONS = {
  InsecureContext: "insecure",
  ForbiddenByPage: "policy",
  NotFoundError: "none",
  DevicesNotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
};

async function reasonOf(error) {
  if (error?.name !== "NotAllowedError" && error?.name !== "SecurityError") return REASONS[error?.name] ?? "unknown";
  return (await mayBeThePage()) ? "policy" : "denied";
}

/** Whether the embedding page forbids the camera; browsers without the interface do not tell. */
function forbiddenByPage() {
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  return policy ? !policy.allowsFeature("camera") : false;
}

/** A refusal in a frame although the person was never asked: then it was the page around it. */
async function mayBeThePage() {
  if (window.top === window) return false;
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "prompt";
  } catch {
    return false;
  }
}
