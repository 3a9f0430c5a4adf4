import { useState, type FormEvent } from 'react';
import { quotaFetch } from 'quota-element';
import { useQuota, useQuotaText } from 'quota-element/react';

export function Chat() {
  const [question, setQuestion] = useState('');
  const [answer, setAnswer] = useState('');
  const chat = useQuota('chat');
  const words = useQuotaText('chat');

  async function send(event: FormEvent) {
    event.preventDefault();
    const response = await quotaFetch('/chat', { method: 'POST', body: question });
    if (response.ok) {
      setAnswer(await response.text());
    }
  }

  return (
    <form onSubmit={send}>
      <input value={question} onChange={(event) => setQuestion(event.target.value)} aria-label="Question" />
      <button disabled={chat?.allowed === false}>Send</button>
      {words && (
        <p lang={words.lang} dir={words.dir}>
          {chat?.allowed === false ? words.detail : words.text}
        </p>
      )}
      <p>{answer}</p>
    </form>
  );
}
