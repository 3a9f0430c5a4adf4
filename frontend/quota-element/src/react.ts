/**
 * Hooks that show people their quotas. In a browser they share what the elements know. On a server
 * they know only what the {@link QuotaProvider} around them has, so requests never share a state.
 */

import {
  createContext,
  createElement,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type FunctionComponent,
  type ReactNode,
} from 'react';
import {
  apply,
  check,
  getSnapshot,
  liveDetail,
  liveReset,
  liveText,
  subscribe,
  type QuotaIntrinsicElements,
  type QuotaState,
  type State,
} from 'quota-element';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends QuotaIntrinsicElements {}
  }
}

/** What the server rendered with, until the page has taken it over. */
interface Rendered {
  readonly state: State | null;
  taken: boolean;
}

const Context = createContext<Rendered>({ state: null, taken: true });

// A server runs no effects, and React 18 warns there of those of layout.
const useBrowserEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;

export interface QuotaProviderProps {
  /** What `GET /quota/state` answered for the person that this page is rendered for. */
  readonly state: State | null;
  readonly children?: ReactNode;
}

/**
 * Gives a state to the hooks inside, on the server and for the first render in the browser. Both
 * need the same state. Only pages that are rendered on a server need a provider.
 */
export const QuotaProvider: FunctionComponent<QuotaProviderProps> = ({ state, children }) => {
  const rendered = useMemo<Rendered>(() => ({ state, taken: false }), [state]);
  useBrowserEffect(() => {
    if (typeof document !== 'undefined') {
      if (rendered.state) {
        apply(rendered.state);
      }
      rendered.taken = true;
    }
  }, [rendered]);
  return createElement(Context.Provider, { value: rendered }, children);
};

const find = (state: State | null, name: string): QuotaState | null =>
  state?.quotas.find((quota) => quota.name === name) ?? null;

function useSelected<T>(select: (state: State | null) => T): T {
  const rendered = useContext(Context);
  return useSyncExternalStore(
    subscribe,
    () => select(getSnapshot() ?? (rendered.taken ? null : rendered.state)),
    () => select(rendered.state),
  );
}

/** Returns all that is known of a person's quotas, or null while nothing is known. */
export function useQuotas(): State | null {
  return useSelected((state) => state);
}

/**
 * Returns the state of one quota, or null while it is not known. A component renders again only
 * when this quota changes. All hooks and elements of a page ask the server together.
 */
export function useQuota(name: string): QuotaState | null {
  return useSelected((state) => find(state, name));
}

// ---- words that change with time

const ticking = new Set<() => void>();
let ticks: ReturnType<typeof setInterval> | undefined;

function subscribeToTicks(listener: () => void): () => void {
  ticking.add(listener);
  ticks ??= setInterval(() => {
    if (!document.hidden) {
      [...ticking].forEach((tell) => tell());
    }
  }, 1000);
  return () => {
    ticking.delete(listener);
    if (ticking.size === 0) {
      clearInterval(ticks);
      ticks = undefined;
    }
  };
}

/** What to say about a quota now. */
export interface QuotaText {
  /** What happened, such as "You have used all messages for today". */
  readonly title: string;
  /** Until when, and what to do: "in 6 seconds" becomes "in 5 seconds". */
  readonly detail: string;
  /** How much is left, such as "8 of 50 messages left today". */
  readonly text: string;
  /** When there is more, such as "Resets at midnight (in 9 hours)"; empty if there is nothing to say. */
  readonly reset: string;
  /** For the attribute `lang` of the element that shows it. */
  readonly lang: string;
  /** For the attribute `dir`. */
  readonly dir: 'ltr' | 'rtl';
}

/**
 * Returns the words for a quota, and renders again when their times change.
 *
 * @param limit whose text and reset to return; by default the quota's primary limit
 * @returns null while the quota is not known
 */
export function useQuotaText(name: string, limit?: string): QuotaText | null {
  const quota = useQuota(name);
  const shown = quota?.limits.find((it) => it.name === (limit ?? quota.primary));
  // One text, so that React sees whether something changed.
  const live = (isLive: boolean): string =>
    quota === null
      ? ''
      : JSON.stringify([
          isLive ? liveDetail(quota) : quota.message.detail,
          shown === undefined ? '' : isLive ? liveText(quota, shown) : shown.text,
          shown === undefined ? '' : isLive ? liveReset(quota, shown) : (shown.detail ?? ''),
        ]);
  const words = useSyncExternalStore(
    subscribeToTicks,
    () => live(true),
    // The same on both sides, whatever their clocks and zones are.
    () => live(false),
  );
  return useMemo(() => {
    if (quota === null || words === '') {
      return null;
    }
    const [detail = '', text = '', reset = ''] = JSON.parse(words) as string[];
    const { title, locale: lang, dir } = quota.message;
    return { title, detail, text, reset, lang, dir };
  }, [quota, words]);
}

// ---- asking before sending

/** Whether a cost would be granted. */
export interface QuotaCheck {
  /** Null while that is not known. Then let people send, because the server decides. */
  readonly allowed: boolean | null;
  /** The quota's state with this cost, if it is known. */
  readonly quota: QuotaState | null;
  /** What the server could not be asked for, if so. */
  readonly error: Error | null;
}

interface Answer extends QuotaCheck {
  readonly name: string;
}

const UNKNOWN: QuotaCheck = { allowed: null, quota: null, error: null };
const PAUSE = 300;
const LONGEST_WATCH_SECONDS = 60;

/**
 * Asks whether a cost would be granted, once for each pause of 300 ms, and again when the quota
 * changes. While a new cost is asked for, the last answer stays.
 *
 * @param cost in the quota's unit; null or 0 asks nothing
 */
export function useQuotaCheck(name: string, cost: number | null): QuotaCheck {
  const known = useQuota(name);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [again, setAgain] = useState(0);
  const askAgain = useCallback(() => setAgain((count) => count + 1), []);
  const asks = cost !== null && cost > 0;

  useEffect(() => {
    if (!asks) {
      setAnswer(null);
      return;
    }
    const mine = new AbortController();
    let watch: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const quota = await check(name, cost, { signal: mine.signal });
        if (mine.signal.aborted) {
          return;
        }
        setAnswer({ name, allowed: quota.allowed, quota, error: null });
        const wait = quota.retryAfterSeconds ?? 0;
        if (!quota.allowed && wait > 0 && wait <= LONGEST_WATCH_SECONDS) {
          watch = setTimeout(askAgain, (wait + Math.random()) * 1000);
        }
      } catch (error) {
        if (!mine.signal.aborted) {
          setAnswer({ ...UNKNOWN, name, error: error as Error });
        }
      }
    };
    const pause = setTimeout(ask, PAUSE);
    return () => {
      mine.abort();
      clearTimeout(pause);
      clearTimeout(watch);
    };
  }, [name, cost, asks, known, again, askAgain]);

  return useMemo(() => (asks && answer?.name === name ? answer : UNKNOWN), [asks, answer, name]);
}
