/**
 * Quota in the page: elements and functions that show people what is left, and when more is there.
 *
 * Elements: `<quota-meter name="chat">`, `<quota-notice>`, `<quota-check name="tokens" cost="1200">`.
 * What a meter holds in the page is shown until the first state is known.
 *
 * Parts, for `quota-meter::part(bar)`; a bar and a notice also have their level as a part
 * (`::part(warning)`, `::part(exhausted)`), an action its `rel`:
 *   meter   label, text, track, bar, detail
 *   notice  notice, title, detail, actions, action, other, dismiss
 *   check   text
 *
 * Custom properties, with their defaults:
 *   --quota-ok         #3a78e0   bar and border; colours need 3:1 against the page
 *   --quota-warning    #b4690e
 *   --quota-exhausted  #dc4144
 *   --quota-track      12 % of the text's colour
 *   --quota-link       the text's colour
 *   --quota-height     0.5em     of the bar
 *   --quota-radius     0.25em
 * Text has the page's colour and font.
 *
 * Events bubble, cross shadow roots, and happen once for each change, on the first element that
 * shows the quota, else on the document: `quota-warning` (a threshold was crossed),
 * `quota-exhausted` (`cost` would be refused from now on), `quota-reset` (it is granted again, or a
 * new window began). The first state is no change. `quota-check` happens on its element.
 */

export interface Settings {
  /**
   * Where `state` and `check` are; by default beside this file, in a bundle `/quota`. Only answers
   * from its origin are applied.
   */
  base?: string;
  /** Asks, for instance with a bearer token; by default the page's `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** The language of the words, such as `de`; by default the server chooses. */
  locale?: string;
}

/**
 * Changes settings; those left out stay.
 *
 * @throws TypeError if a setting is unknown or of the wrong type
 */
export function configure(settings: Settings): void;

/**
 * Takes a state that came another way: inlined in the page, or in the problem that refused one of
 * the page's own requests. What is older than what is known changes nothing. If the server's clock
 * in it is more than an hour off the known one, the clock nearer to this device's is believed. Null
 * forgets everything, as when another person signs in.
 *
 * Never throws. There is no state in an object that has a member of another type than is said here,
 * a text of more than 4,000 characters, or a list of more than 4,000 entries.
 *
 * @returns whether there was a state in it
 */
export function apply(stateOrProblem: State | Problem | object | null | undefined): boolean;

/** Calls back after each change of the snapshot, and keeps it current until unsubscribed. */
export function subscribe(listener: () => void): () => void;

/** What is known: the same object until something changes; null while nothing is current. */
export function getSnapshot(): State | null;

/** Always null: a server renders for many people and knows nobody's state. */
export function getServerSnapshot(): null;

/** Asks for the state now. Resolves with the snapshot, which is as it was if that fails. */
export function refresh(): Promise<State | null>;

/**
 * A `fetch` that applies the state of a refusal, and refreshes after an answer that was charged.
 * Answers and errors are those of `fetch`. An answer counts only if its `url`, after all redirects,
 * has the origin of `base`; an opaque one and one made by a script have no `url`, and do not count.
 */
export function quotaFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;

/**
 * Asks whether a cost would be granted, and charges nothing.
 *
 * @returns the quota's state with `cost` as asked
 * @throws if the server does not answer, or knows no such quota
 */
export function check(
  name: string,
  cost: number,
  options?: { signal?: AbortSignal },
): Promise<QuotaState>;

/**
 * The detail of a state's message, with its wait as it is now. Where nobody told the person's zone,
 * its time is said in the zone of the browser.
 */
export function liveDetail(quota: QuotaState, now?: number): string;

/** When there is more of one of a quota's limits, with its wait as it is now; empty if it says nothing. */
export function liveReset(quota: QuotaState, limit: LimitState, now?: number): string;

/** The text of one of a quota's limits, with its wait as it is now. */
export function liveText(quota: QuotaState, limit: LimitState, now?: number): string;

/** The server's clock, in milliseconds since 1970, however wrong this device's is. */
export function serverNow(): number;

/** An ISO 8601 instant in UTC. */
export type Instant = string;

/** Words that may become more; treat those you do not know as you would their general case. */
type Open<Known extends string> = Known | (string & {});

export interface State {
  version: 1;
  now: Instant;
  refreshAfterSeconds: number;
  locale: string;
  subject: { kind: Open<'user' | 'address'> };
  plan?: { name: string; label: string } | null;
  zone: { id: string; source: Open<'subject' | 'policy' | 'default'> };
  quotas: QuotaState[];
}

export type Level = Open<
  'unknown' | 'exhausted' | 'degraded' | 'warning' | 'ok' | 'unlimited'
>;

export type Scope = Open<'user' | 'team' | 'org' | 'conversation' | 'global'>;

/** Numbers in the quota's unit; null where nobody knows, or where they would tell of others. */
export interface Numbers {
  limit?: number | null;
  /** What was granted on top of the policy for this window; part of `limit`. */
  granted?: number | null;
  /** What rolled over from the window before; part of `limit`. Absent if nothing ever does. */
  rolledOver?: number | null;
  used?: number | null;
  reserved?: number | null;
  /** How much more than the limit is used and reserved; what comes next pays it first. */
  overage?: number | null;
  /** Rounded down. */
  remaining?: number | null;
  /** 0 to 1. */
  remainingShare?: number | null;
  /** When a calendar window or a session ends; null for a session that has not begun. */
  resetAt?: Instant | null;
  /** When a rolling or sliding limit is full again, if nothing more is used. */
  fullAt?: Instant | null;
  /** When `cost` can be granted; null while it is. */
  nextAvailableAt?: Instant | null;
}

export interface QuotaState extends Numbers {
  name: string;
  label: string;
  scope: Scope;
  shared: boolean;
  own?: number | null;
  unit: {
    name: string;
    label: string;
    style: Open<'count' | 'percent' | 'money'>;
    currency?: string;
    scale?: number;
  };
  /** For show; gate on `allowed`. */
  level: Level;
  accuracy: Open<'exact' | 'approximate' | 'unknown'>;
  cost: number;
  /** Whether `cost` would be granted now. */
  allowed: boolean;
  blockedBy: string[];
  largestFittingCost?: number | null;
  retryAfterSeconds?: number | null;
  /** The limit that the numbers are of. */
  primary: string;
  /** The limit that the message is about. */
  binding: string;
  thresholds: { usedShare: number; remaining?: number | null; crossed: boolean }[];
  degraded?: { to?: string | null; label?: string | null; until?: Instant | null } | null;
  projectedExhaustionAt?: Instant | null;
  message: Message;
  limits: LimitState[];
}

export interface LimitState extends Numbers {
  name: string;
  kind: Open<'pace' | 'budget'>;
  scope: Scope;
  shared: boolean;
  level: Level;
  label: string;
  /** How much is left, such as "8 of 50 messages left today". */
  text: string;
  /** When there is more of it, such as "Resets at midnight (in 9 hours)". */
  detail?: string | null;
  /** The detail with `{when}` in place of the time. */
  detailTemplate?: string | null;
  when?: Instant | null;
  /** Whether the plan gives anything of it. */
  inPlan?: boolean;
  /** Why the limit differs from that of the plan. Absent if it does not. */
  override?: {
    by: Open<'operator' | 'person'>;
    /** The limit of the plan; null if it is unlimited. */
    usual?: number | null;
    until?: Instant | null;
    /** For the person to read. */
    reason?: string | null;
  };
  window: {
    kind: Open<'rolling' | 'sliding' | 'session' | 'calendar' | 'concurrent' | 'conversation'>;
    /** What a limit of a conversation counts. */
    counts?: Open<'units' | 'calls'>;
    period?: string;
    unit?: Open<'day' | 'week' | 'month' | 'cycle'>;
    zone?: string;
    startsAt?: Instant | null;
    weekStart?: string;
    billingDay?: number;
    /** When a day begins, such as 04:00. Absent for midnight. */
    dayStart?: string;
    /** Up to which share of the capacity unused allowance rolls over, 0.01 to 1. */
    rolloverShare?: number;
  };
}

export interface Message {
  /** The same for one threshold in one window. */
  id: string;
  /** Such as `quota.exhausted.rolling`; match the longest prefix you know. */
  code: string;
  severity: Open<'info' | 'warning' | 'error'>;
  locale: string;
  dir: 'ltr' | 'rtl';
  title: string;
  detail: string;
  /** The detail with `{when}` in place of the time. */
  detailTemplate?: string | null;
  when?: Instant | null;
  /** What a person can do; of an upgrade also the plan, and what it gives: "Pro: 500 a day". */
  actions: {
    rel: string;
    label: string;
    href: string;
    plan?: string | null;
    gives?: string | null;
  }[];
}

/** The body of a refusal, RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  code?: string;
  'violated-policies'?: string[];
  retryAfterSeconds?: number | null;
  /** Whether the same request can succeed later. */
  retryable?: boolean;
  /** The same in the form in which the SDKs of model providers look for it. */
  error?: { message: string; type: string; code: string | null; param: null };
  state?: State;
}

export interface QuotaElement extends HTMLElement {
  name: string;
  /** The state shown, if any. */
  readonly quota: QuotaState | null;
}

/** Shows how much is left of the quota's primary limit, and when there is more. */
export interface QuotaMeterElement extends QuotaElement {}

/**
 * Says what there is to know about a quota; without a name, about the one that is most urgent.
 * Notices with the same parent are one: the most urgent is shown, with the others as lines in it.
 */
export interface QuotaNoticeElement extends QuotaElement {}

/** Says before a person presses send that a cost would not be granted; empty while it would. */
export interface QuotaCheckElement extends QuotaElement {
  cost: number;
  /** Whether the cost would be granted; null while that is not known. */
  readonly allowed: boolean | null;
}

export interface QuotaEvent extends CustomEvent<QuotaState> {}

/** Its detail is null when the answer is no longer known. */
export interface QuotaCheckEvent extends CustomEvent<QuotaState | null> {}

interface QuotaEvents {
  'quota-warning': QuotaEvent;
  'quota-exhausted': QuotaEvent;
  'quota-reset': QuotaEvent;
  'quota-check': QuotaCheckEvent;
}

/**
 * For React: `declare module 'react' { namespace JSX { interface IntrinsicElements extends
 * QuotaIntrinsicElements {} } }`
 */
export interface QuotaIntrinsicElements {
  'quota-meter': QuotaAttributes & { name: string };
  'quota-notice': QuotaAttributes & { name?: string };
  'quota-check': QuotaAttributes & { name: string; cost?: number | string };
}

interface QuotaAttributes {
  id?: string;
  class?: string;
  className?: string;
  slot?: string;
  hidden?: boolean;
  key?: string | number | bigint | null;
  ref?: unknown;
  children?: unknown;
}

declare global {
  interface HTMLElementTagNameMap {
    'quota-meter': QuotaMeterElement;
    'quota-notice': QuotaNoticeElement;
    'quota-check': QuotaCheckElement;
  }
  interface HTMLElementEventMap extends QuotaEvents {}
  interface DocumentEventMap extends QuotaEvents {}
  interface WindowEventMap extends QuotaEvents {}
}
