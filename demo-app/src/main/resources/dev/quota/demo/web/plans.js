import { element } from './quotas.js';

const PEOPLE = { free: 'alice', pro: 'bob', enterprise: 'carol' };

function card(plan) {
  const card = element('article', 'card plan-card');
  card.append(element('h2', '', plan.label));
  const list = element('dl');
  for (const quota of plan.quotas) {
    list.append(element('dt', '', quota.label));
    for (const limit of quota.limits) {
      list.append(element('dd', '', limit));
    }
  }
  card.append(list);
  const person = PEOPLE[plan.name];
  if (person) {
    const link = element('a', 'button', `Continue as ${person}`);
    link.href = '/';
    link.addEventListener('click', () => {
      document.cookie = `demo-user=${person}; path=/; samesite=lax; max-age=31536000`;
    });
    card.append(link);
  }
  return card;
}

async function show() {
  const place = document.getElementById('plans');
  try {
    const response = await fetch('/api/plans', { headers: { Accept: 'application/json' } });
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    const { plans } = await response.json();
    place.replaceChildren(...plans.map(card));
    if (plans.length === 0) {
      place.replaceChildren(element('p', 'empty', 'The policy file in use names no plans.'));
    }
  } catch (problem) {
    place.replaceChildren(element('p', 'empty', 'The plans cannot be loaded at the moment.'));
  }
}

show();
