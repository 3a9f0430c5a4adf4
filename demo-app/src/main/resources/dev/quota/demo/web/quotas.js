/* Turns the library's JSON into elements. Every word about a quota is the library's own. */

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

/* Only what a link may be; the policy reader says the same. */
function safe(href) {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(href, location.href).protocol);
  } catch (problem) {
    return false;
  }
}

export function actionLinks(actions, className) {
  return (actions ?? []).filter((action) => safe(action.href)).map((action) => {
    const link = element('a', className, action.label);
    link.href = action.href;
    return link;
  });
}

/* The detail with its time kept current, for times less than a minute away. */
export function detailAt(message, serverNow) {
  const { detail, detailTemplate, when, locale } = message;
  const seconds = when ? Math.ceil((Date.parse(when) - serverNow) / 1000) : NaN;
  if (!detailTemplate?.includes('{when}') || !(seconds > 0 && seconds <= 60)) {
    return detail;
  }
  const relative = new Intl.RelativeTimeFormat(locale ?? 'en').format(seconds, 'second');
  return detailTemplate.replace('{when}', relative);
}

function meter(quota, primary) {
  const bar = element('div', 'meter');
  bar.setAttribute('role', 'meter');
  bar.setAttribute('aria-label', quota.label);
  bar.setAttribute('aria-valuemin', '0');
  const share = quota.remainingShare;
  const counted = Number.isFinite(quota.limit) && Number.isFinite(quota.remaining);
  bar.setAttribute('aria-valuemax', counted ? String(quota.limit) : '1');
  bar.setAttribute('aria-valuenow', String(counted ? quota.remaining : share));
  bar.setAttribute('aria-valuetext', primary?.text ?? quota.message.title);
  const fill = element('span', 'fill');
  fill.style.inlineSize = `${Math.max(0, Math.min(1, share)) * 100}%`;
  bar.append(fill);
  return bar;
}

/* A card for one quota: what is left, the meter, what to know, and the other limits. */
export function quotaCard(quota) {
  const { message } = quota;
  const primary = quota.limits.find((limit) => limit.name === quota.primary);
  const card = element('article', 'card quota');
  card.dataset.quota = quota.name;
  card.dataset.level = primary?.level ?? quota.level;
  card.dataset.severity = message.severity;
  card.append(element('h3', 'label', quota.label));
  const headline = primary?.text ?? message.title;
  card.append(element('p', 'headline', headline));
  if (quota.level !== 'unlimited' && Number.isFinite(quota.remainingShare)) {
    card.append(meter(quota, primary));
  }
  const words = element('div', 'words');
  if (message.title !== headline) {
    words.append(element('p', 'title', message.title));
  }
  if (message.detail) {
    words.append(element('p', 'detail', message.detail));
  }
  card.append(words);
  const others = quota.limits.filter((limit) => limit !== primary);
  if (others.length > 0) {
    const list = element('ul', 'limits');
    for (const limit of others) {
      const row = element('li', '');
      row.dataset.level = limit.level;
      row.append(element('span', 'limit-label', limit.label), element('span', '', limit.text));
      list.append(row);
    }
    card.append(list);
  }
  return card;
}
