// Parts of a form that fold away: when one is folded its heading says what it holds and how much of it is
// filled, and an address that leads into a folded one opens it. On a phone only the first part in which
// something is needed begins open, and in it the first such row: what comes next, and the rest in a line each.

const PHONE = matchMedia('(max-width: 40rem)');
const NEEDED = ':scope > summary .fold__needed';

function controlsOf(item) {
  return [...item.querySelectorAll('input, select, textarea')].filter((control) =>
    control.type !== 'hidden' && !control.disabled && !('find' in control.dataset) && !control.closest('.no-answer'));
}

function wordsOf(control) {
  if (control.type === 'checkbox' || control.type === 'radio') {
    const words = control.checked && control.value !== '' ? control.labels[0]?.firstChild?.textContent.trim() : '';
    const asked = control.closest('fieldset')?.querySelector('legend')?.firstChild?.textContent.trim();
    return words && ['yes', 'no'].includes(control.value) ? `${asked}: ${words}` : words;
  }
  return control.type === 'select-one' ? control.value && control.selectedOptions[0].text : control.value;
}

function saysOf(item) {
  return controlsOf(item).map(wordsOf).filter(Boolean);
}

function tell(fold) {
  const summary = fold.querySelector(':scope > summary');
  const filled = summary.querySelector('[data-filled]');
  const items = [...fold.querySelectorAll('.fields > div')].filter((item) => item.querySelector('input:not([type=hidden]), select, textarea, .rows, .grid-list'));
  const said = items.map(saysOf);
  if (filled) {
    filled.textContent = said.filter((words) => words.length > 0).length;
  }
  const says = summary.querySelector('.fold__says') ?? summary.appendChild(document.createElement('span'));
  says.className = 'fold__says';
  says.textContent = said.flat().join('; ').slice(0, 200);
}

function openAround(element) {
  for (let fold = element?.closest('details'); fold; fold = fold.parentElement.closest('details')) {
    fold.open = true;
  }
}

function hasFault(fold) {
  return fold.querySelector('.usa-error-message, .picker__found input') !== null;
}

// Of those that are open, the first in which something is needed stays so, and one in which something is wrong.
function keepFirst(folds) {
  const next = folds.find((fold) => fold.querySelector(NEEDED));
  for (const fold of next ? folds : []) {
    fold.open = fold.open && (fold === next || hasFault(fold));
  }
  return next;
}

function foldForPhone() {
  const form = document.getElementById('form');
  if (!PHONE.matches || !form) {
    return;
  }
  const next = keepFirst([...form.querySelectorAll('.workspace__main > .fold')]);
  if (next) {
    keepFirst([...next.querySelectorAll('.rows__fold')]);
  }
}

export function startFolds() {
  document.addEventListener('change', (event) => {
    const fold = event.target.closest?.('.fold');
    if (fold) {
      fold.dataset.changed = 'yes';
    }
  });
  document.addEventListener('toggle', (event) => {
    if (event.target.matches?.('.fold[data-changed]') && !event.target.open) {
      tell(event.target);
    }
  }, true); // it does not bubble
  const openTarget = () => openAround(location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null);
  addEventListener('hashchange', openTarget);
  foldForPhone();
  openTarget();
}
