import { useState } from 'react';
import { quotaFetch } from 'quota-element';
import { useQuota, useQuotaCheck, useQuotas, useQuotaText } from 'quota-element/react';

let renders = 0;

function Chat() {
  const chat = useQuota('chat');
  const words = useQuotaText('chat');
  return (
    <section lang={words?.lang} dir={words?.dir}>
      <p id="chat">{chat === null ? 'unknown' : `${chat.remaining} left`}</p>
      <p id="text">{words?.text}</p>
      <p id="detail">{words?.detail}</p>
      <p id="reset">{words?.reset}</p>
      <button id="send" disabled={chat?.allowed === false} onClick={() => void quotaFetch('/chat')}>
        Send
      </button>
    </section>
  );
}

function Other() {
  const other = useQuota('ping');
  renders++;
  return (
    <p id="other" data-renders={typeof document === 'undefined' ? 0 : renders} suppressHydrationWarning>
      {other?.name ?? 'unknown'}
    </p>
  );
}

function Check() {
  const [cost, setCost] = useState(0);
  const check = useQuotaCheck('chat', cost);
  return (
    <>
      <input id="cost" type="number" value={cost} onChange={(e) => setCost(Number(e.target.value))} />
      <p id="check">{String(check.allowed)}</p>
      <p id="error">{check.error?.message}</p>
    </>
  );
}

export function App() {
  const state = useQuotas();
  return (
    <main>
      <p id="known">{state === null ? 'nothing' : state.quotas.length}</p>
      <quota-meter name="chat" />
      <Chat />
      <Other />
      <Check />
    </main>
  );
}
