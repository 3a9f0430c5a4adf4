import { Suspense, use } from 'react';
import { renderToReadableStream, renderToString } from 'react-dom/server';
import type { State } from 'quota-element';
import { QuotaProvider } from 'quota-element/react';
import { App } from './app';

export function page(state: State | null): string {
  return renderToString(
    <QuotaProvider state={state}>
      <App />
    </QuotaProvider>,
  );
}

function Late({ until }: { until: Promise<void> }) {
  use(until);
  return <App />;
}

/** Waits in the middle, so that two pages are rendered by turns. */
export async function streamed(state: State | null, until: Promise<void>): Promise<string> {
  const stream = await renderToReadableStream(
    <QuotaProvider state={state}>
      <App />
      <Suspense fallback={<p>…</p>}>
        <Late until={until} />
      </Suspense>
    </QuotaProvider>,
  );
  return new Response(stream).text();
}
