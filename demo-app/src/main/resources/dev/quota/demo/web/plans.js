/* What each plan holds, from the policies in force, so that this page cannot be wrong. */

import { byId, element, keep, language, loadTexts, text } from './texts.js';

const PEOPLE = { free: 'alice', pro: 'bob', enterprise: 'carol' };

function amount({ units, window }) {
  if (units === 0) {
    return text('notIncluded');
  }
  const number = units === null ? text('unlimited') : new Intl.NumberFormat(language()).format(units);
  return `${number} ${text(`per.${window}`)}`;
}

function header(plan) {
  const cell = element('th', '', plan.label);
  cell.scope = 'col';
  return cell;
}

function row(plans, index) {
  const made = element('tr');
  const { label, unit } = plans[0].quotas[index];
  const name = element('th', '', label);
  name.scope = 'row';
  if (unit !== label) {
    name.append(element('small', '', unit));
  }
  made.append(name);
  for (const plan of plans) {
    const cell = element('td');
    cell.append(...plan.quotas[index].amounts.map((each) => element('p', '', amount(each))));
    made.append(cell);
  }
  return made;
}

function people(plans) {
  const made = element('tr', 'people');
  made.append(element('td'));
  for (const { name } of plans) {
    const cell = element('td');
    const person = PEOPLE[name];
    if (person) {
      const link = element('a', 'button', text('continueAs', { name: person }));
      link.href = '/';
      link.addEventListener('click', () => keep('demo-user', person));
      cell.append(link);
    }
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

async function show() {
  const place = byId('plans');
  try {
    const response = await fetch('/api/plans');
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    const { plans } = await response.json();
    place.replaceChildren(plans.length > 0 ? table(plans) : element('p', '', text('noPlans')));
  } catch (problem) {
    place.replaceChildren(element('p', '', text('plansFailed')));
  }
}

await loadTexts();
show();
