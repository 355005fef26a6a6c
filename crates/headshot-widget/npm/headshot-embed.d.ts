import type { HeadshotMessageKey } from "./headshot-messages.js";

export type { HeadshotMessageKey };

/** Where a session stands, in words that all providers share. A newer server may know more words. */
export type HeadshotState =
  | "awaiting_user"
  | "in_review"
  | "processing"
  | "ready"
  | "failed"
  | "deleted"
  | (string & {});

/** What stands in the way, as one stable word. */
export type HeadshotErrorCode =
  /** The server does not answer; the widget keeps asking. */
  | "server_unreachable"
  /** A policy of the page forbids requests to the server; `message` names the header to send. */
  | "server_forbidden"
  /** The server answers, but not with the session; the widget keeps asking. */
  | "server_error"
  /** The client token is wrong or has expired: set a fresh one. */
  | "token_refused"
  /** The server does not know the session. */
  | "session_unknown"
  /** The session and its data are gone. */
  | "session_deleted"
  /** The session's link is none that may be shown. */
  | "link_refused"
  /** The capture is not wanted: the session's provider has a page of its own for the photos. */
  | "surface_mismatch"
  /** A policy of the page forbids the frame; `message` names the header to send. A new tab works. */
  | "frame_forbidden"
  /** Nothing has come into the frame. The person can wait, or take a new tab. */
  | "frame_unanswered"
  /** A policy of the page forbids the photos; `message` names the header to send. */
  | "photos_forbidden"
  /** The person, the page or a frame around it forbids the camera; uploading still works. */
  | "camera_blocked"
  /** The device has no camera; uploading works. */
  | "camera_missing"
  /** The capture could not start the camera, or another program has it; files work. */
  | "camera_busy"
  /** The page is not served by https, so browsers give it no camera; uploading still works. */
  | "insecure_context"
  /** The browser inside another app has no camera for pages; another browser or device has. */
  | "in_app_browser"
  /** The widget's own code could not be loaded; the person can try again. */
  | "widget_unavailable"
  /** A policy of the page stops the widget's code; `message` names the header to send. The studio works. */
  | "widget_forbidden"
  /** The widget's code has failed in the middle of something; the studio works. */
  | "widget_failed";

/** A finished photo, served from the headshot server's own copy. */
export interface HeadshotPhoto {
  readonly id: string;
  /** Works without a token until `expiresAt`. To keep a photo, let your backend read the session. */
  readonly url: string;
  /** RFC 3339, in UTC. */
  readonly expiresAt: string;
}

/** The session moved. States may go backwards: a provider can give a person a second go. */
export interface HeadshotStatusDetail {
  readonly session: string;
  readonly state: HeadshotState;
  /** The provider's own word, for example `generatingHeadshots`. */
  readonly providerStatus: string;
  /** Whether it stood there already when the element opened. */
  readonly restored: boolean;
}

/** The finished photos changed. */
export interface HeadshotPhotosDetail {
  readonly session: string;
  readonly photos: readonly HeadshotPhoto[];
  /** Whether they were there already when the element opened. */
  readonly restored: boolean;
}

/** The person chose a photo, or another one. */
export interface HeadshotFavoriteDetail {
  readonly session: string;
  readonly photo: HeadshotPhoto;
  /** Whether it was chosen already when the element opened. */
  readonly restored: boolean;
}

/** Something stands in the way. The widget tells the person by itself; this is for you. */
export interface HeadshotErrorDetail {
  readonly session: string;
  readonly code: HeadshotErrorCode;
  /** English, for a log. Names the exact header to send where one is missing. Holds no secret. */
  readonly message: string;
  /** Whether the widget has stopped until something is changed or the person asks again. */
  readonly fatal: boolean;
}

/** What stood in the way does so no longer. */
export interface HeadshotRecoveredDetail {
  readonly session: string;
  /** What it was. */
  readonly code: HeadshotErrorCode;
}

/** The events that the element dispatches. They bubble and cross shadow roots. */
export interface HeadshotEmbedEventMap {
  "headshot-status": CustomEvent<HeadshotStatusDetail>;
  "headshot-photos": CustomEvent<HeadshotPhotosDetail>;
  "headshot-favorite": CustomEvent<HeadshotFavoriteDetail>;
  "headshot-error": CustomEvent<HeadshotErrorDetail>;
  "headshot-recovered": CustomEvent<HeadshotRecoveredDetail>;
}

/** A client token, or what gives one: asked at first, and each time that one has expired. */
export type HeadshotToken = string | (() => string | Promise<string>);

/** What the element needs; nothing is asked before all three are there. */
export interface HeadshotEmbedProps {
  server?: string | null | undefined;
  session?: string | null | undefined;
  token?: HeadshotToken | null | undefined;
  loading?: "eager" | "intent" | null | undefined;
  surface?: HeadshotSurface | null | undefined;
  messages?: HeadshotMessages | null | undefined;
}

/** Where the provider's page opens; where it cannot be shown in a frame, it opens in a tab. */
export type HeadshotSurface =
  /** In a frame on the page. */
  | "inline"
  /** In a frame over the page, once the person wants it. */
  | "modal"
  /** In a tab of its own. */
  | "tab"
  /** In the place of this page; the person comes back through the history. */
  | "redirect"
  /** On the person's phone, by a code to scan or a link to copy. */
  | "phone";

/** Sentences in the host's own words, over those of the language; `dir` goes with a language that has no file. */
export type HeadshotMessages = { readonly [Key in HeadshotMessageKey]?: string } & { readonly dir?: "ltr" | "rtl" };

/** The element's events as a framework names their handlers: `Prefix` and the event's name. */
export type HeadshotEmbedHandlers<Prefix extends string> = {
  [Name in keyof HeadshotEmbedEventMap as `${Prefix}${Name}`]?: ((event: HeadshotEmbedEventMap[Name]) => void) | undefined;
};

/**
 * `<headshot-embed>`: a hosted headshot session in a web page.
 *
 * Importing this module registers the element; importing it where there is no DOM does nothing.
 *
 * @example
 * ```html
 * <script type="module" src="/embed/headshot-embed.js"></script>
 * <headshot-embed server="https://headshots.example" session="ses_…" token="hct_…"></headshot-embed>
 * ```
 */
export declare class HeadshotEmbed extends HTMLElement {
  static readonly observedAttributes: string[];

  /** The base address of the headshot server, as the browser reaches it. Another one starts over. */
  get server(): string;
  set server(value: string | null | undefined);
  /** The session's id, from `POST /v1/sessions`. Another one starts over. */
  get session(): string;
  set session(value: string | null | undefined);
  /**
   * The client token of that session, never the server's API key. A fresh one goes on with the same frame. Set as a
   * property, it stands nowhere in the document. A function is asked for one at first, and each time that one has expired.
   */
  get token(): string;
  set token(value: HeadshotToken | null | undefined);
  /** With `intent` nothing is loaded or asked before the person presses a button; without, all begins at once. */
  get loading(): "eager" | "intent";
  set loading(value: "eager" | "intent" | null | undefined);
  /** Where the provider's page opens. Another one takes a frame that is open along, as far as it can. */
  get surface(): HeadshotSurface;
  set surface(value: HeadshotSurface | null | undefined);
  /** Sentences in the host's own words. The others follow the `lang` that applies to the element, also when it changes. */
  get messages(): HeadshotMessages | undefined;
  set messages(value: HeadshotMessages | null | undefined);

  addEventListener<K extends keyof HeadshotEmbedEventMap>(
    type: K,
    listener: (this: HeadshotEmbed, event: HeadshotEmbedEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HeadshotEmbed, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HeadshotEmbedEventMap>(
    type: K,
    listener: (this: HeadshotEmbed, event: HeadshotEmbedEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HeadshotEmbed, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "headshot-embed": HeadshotEmbed;
  }
  interface HTMLElementEventMap extends HeadshotEmbedEventMap {}
}
