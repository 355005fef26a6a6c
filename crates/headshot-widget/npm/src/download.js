// Saves a photo. A link alone would show it: browsers save only what is of the page's own origin, or in its memory.

const ENDINGS = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" };

export async function savePhoto(document, url, number) {
  const window = document.defaultView;
  try {
    const response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!response.ok) throw new Error(response.status);
    const photo = await response.blob();
    const address = window.URL.createObjectURL(photo);
    const link = document.createElement("a");
    Object.assign(link, { href: address, download: `headshot-${number}.${ENDINGS[photo.type] ?? "jpg"}` });
    link.click();
    window.setTimeout(() => window.URL.revokeObjectURL(address), 60_000);
  } catch {
    window.open(url, "_blank", "noopener,noreferrer");
  }
}
