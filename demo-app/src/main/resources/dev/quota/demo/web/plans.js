/* What each plan holds, from the policies in force, so that this page cannot be wrong. */

import { byId, element, keep, loadTexts, number, text } from './texts.js';

const BUDGETS = ['day', 'week', 'month'];
const PEOPLE = { free: 'alice', pro: 'bob', enterprise: 'carol' };

/* From here on the plans fit beside each other. */
const beside = matchMedia('(min-width: 720px)');

function amount({ units, window, sharedBy }) {
  if (units === 0) {
    return text('notIncluded');
  }
  const often = `${number(units)} ${text(`per.${window}`)}`;
  return sharedBy ? text('shared', { amount: often, by: text(`sharedBy.${sharedBy}`) }) : often;
}

/* What there is no limit on is only worth a word where it could be expected. */
function amounts(quota) {
  const limited = quota.amounts.filter(({ units }) => units !== null);
  if (limited.length === 0) {
    return [text('unlimited')];
  }
  const free = quota.amounts
    .filter(({ units, window, sharedBy }) => units === null && !sharedBy && BUDGETS.includes(window));
  return [...limited.map(amount), ...free.map(({ window }) => text(`noLimit.${window}`))];
}

function heading(name, plan) {
  const made = element(name, '', plan.label);
  if (plan.current) {
    made.setAttribute('aria-current', 'true');
    made.append(' ', element('span', 'mine-mark', text('yourPlan')));
  }
  return made;
}

function header(plan) {
  const cell = heading('th', plan);
  cell.scope = 'col';
  return cell;
}

function label(name, { label: words, unit }) {
  const made = element(name, '', words);
  if (unit.toLowerCase() !== words.toLowerCase()) {
    made.append(element('small', '', unit));
  }
  return made;
}

function row(plans, index) {
  const made = element('tr');
  const name = label('th', plans[0].quotas[index]);
  name.scope = 'row';
  made.append(name);
  for (const plan of plans) {
    const cell = element('td');
    cell.append(...amounts(plan.quotas[index]).map((words) => element('p', '', words)));
    made.append(cell);
  }
  return made;
}

function person({ name }) {
  const who = PEOPLE[name];
  if (!who) {
    return [];
  }
  const link = element('a', 'button', text('continueAs', { name: who }));
  link.href = '/';
  link.addEventListener('click', () => keep('demo-user', who));
  return [link];
}

function people(plans) {
  const made = element('tr', 'people');
  made.append(element('td'));
  for (const plan of plans) {
    const cell = element('td');
    cell.append(...person(plan));
    made.append(cell);
  }
  return made;
}

function table(plans) {
  const made = element('table', 'plans');
  const head = element('tr');
  head.append(element('td'), ...plans.map(header));
  made.append(element('thead'), element('tbody'));
  made.tHead.append(head);
  made.tBodies[0].append(...plans[0].quotas.map((quota, index) => row(plans, index)), people(plans));
  return made;
}

/* One plan below the other, where they do not fit beside each other. */
function card(plan) {
  const made = element('section', 'plan-card');
  const list = element('dl');
  for (const quota of plan.quotas) {
    list.append(label('dt', quota), ...amounts(quota).map((words) => element('dd', '', words)));
  }
  made.append(heading('h2', plan), list, ...person(plan));
  return made;
}

function put(place, plans) {
  if (plans.length === 0) {
    place.replaceChildren(element('p', '', text('noPlans')));
  } else {
    place.replaceChildren(...(beside.matches ? [table(plans)] : plans.map(card)));
  }
}

async function show() {
  const place = byId('plans');
  try {
    const response = await fetch('/api/plans');
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    const { plans } = await response.json();
    put(place, plans);
    beside.addEventListener('change', () => put(place, plans));
  } catch (problem) {
    place.replaceChildren(element('p', '', text('plansFailed')));
  }
}

await loadTexts();
show();
