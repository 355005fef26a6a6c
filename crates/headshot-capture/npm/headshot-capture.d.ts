import type { HeadshotMessages } from "./headshot-embed.js";

/** How many photos are where. */
export interface HeadshotUploadsDetail {
  readonly session: string;
  /** The headshot server keeps them. */
  readonly arrived: number;
  /** Waiting for their turn, or under way. */
  readonly pending: number;
  /** Neither sent nor taken; the element tells the person why. */
  readonly refused: number;
}

/** The photos were handed in. */
export interface HeadshotSubmittedDetail {
  readonly session: string;
  /** Whether they had been handed in before the element opened. */
  readonly restored: boolean;
}

/** What stands in the way, as one stable word. */
export type HeadshotCaptureErrorCode =
  /** The server does not answer; the element keeps asking. */
  | "server_unreachable"
  /** The server has a problem; the element keeps asking. */
  | "server_error"
  /** The client token is wrong or has expired: set a fresh one, and the element goes on. */
  | "token_refused"
  /** The server does not know the session. */
  | "session_unknown"
  /** The session and its data are gone. */
  | "session_deleted"
  /** The session's provider has a page of its own for the photos. */
  | "surface_mismatch"
  /** The page or the person forbids the camera; files still work. */
  | "camera_blocked"
  /** There is no camera; files still work. */
  | "camera_missing"
  /** The camera could not be started, or another program has it; files still work. */
  | "camera_busy"
  /** The page is not served by https, so browsers give it no camera; files still work. */
  | "insecure_context"
  /** The element's own code could not be loaded. */
  | "widget_unavailable";

/** Something stands in the way. The element tells the person by itself; this is for you. */
export interface HeadshotCaptureErrorDetail {
  readonly session: string;
  readonly code: HeadshotCaptureErrorCode;
  /** English, for a log. Names the exact header to send where one is missing. Holds no secret. */
  readonly message: string;
  /** Whether the element has stopped until something is changed or the person asks again. */
  readonly fatal: boolean;
}

/** What stood in the way does so no longer. */
export interface HeadshotCaptureRecoveredDetail {
  readonly session: string;
  readonly code: HeadshotCaptureErrorCode;
}

/** The events that the element dispatches. They bubble and cross shadow roots. */
export interface HeadshotCaptureEventMap {
  "headshot-uploads": CustomEvent<HeadshotUploadsDetail>;
  "headshot-submitted": CustomEvent<HeadshotSubmittedDetail>;
  "headshot-error": CustomEvent<HeadshotCaptureErrorDetail>;
  "headshot-recovered": CustomEvent<HeadshotCaptureRecoveredDetail>;
}

/**
 * `<headshot-capture>`: collects a person's photos by camera or from files and sends them to the headshot server.
 *
 * `<headshot-embed>` shows it by itself where a session needs it. Importing this module registers the element;
 * importing it where there is no DOM does nothing.
 */
export declare class HeadshotCapture extends HTMLElement {
  static readonly observedAttributes: string[];

  /** The base address of the headshot server, as the browser reaches it. Another one starts over. */
  server: string;
  /** The session's id. Another one starts over. */
  session: string;
  /** The client token of that session. A fresh one goes on with the same photos. */
  token: string;
  /** Sentences in the host's own words. The others follow the `lang` that applies to the element. */
  messages: HeadshotMessages | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    "headshot-capture": HeadshotCapture;
  }
}
