import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import type { State } from 'quota-element';
import { QuotaProvider } from 'quota-element/react';
import { App } from './app';

const told = document.querySelector('#quota-state')?.textContent;
const state: State | null = told ? JSON.parse(told) : null;
const page = (
  <StrictMode>
    <QuotaProvider state={state}>
      <App />
    </QuotaProvider>
  </StrictMode>
);
const root = document.querySelector('#root')!;
if (state === null) {
  createRoot(root).render(page);
} else {
  hydrateRoot(root, page, {
    onRecoverableError: (error) => document.documentElement.setAttribute('data-error', String(error)),
  });
}
