// Fields that others depend on: the form is asked for again with what is typed so far. The server
// decides what to show; htmx swaps it in and keeps the focus, because fields keep their ids. What the
// answer cannot know is carried over here: chosen files, of which only the name travels with the
// question, what was folded open, whom a search has found, and the focus of what has no id. An answer to less
// than what is typed by now is dropped and asked for again.
//
// A list takes the letters of a word one by one, and a search looks a moment later: the form waits until the
// word is over or the control is left, for the word would be lost with the control.

const WORD_MS = 1000; // as long as browsers take letters for one word
const FOCUSED = 'a[href], button, input:not([type=hidden]), select, textarea, summary';

const asked = new WeakMap();   // form -> what it held when it was asked for
const waiting = new WeakMap(); // form -> timer, while a word is typed
let word = { control: null, at: 0 };

function isInWord() {
  const control = document.activeElement;
  return control?.ariaBusy === 'true' || (word.control === control && Date.now() - word.at < WORD_MS);
}

// The form that an event of htmx is about when it is asked for again, else undefined.
function refreshed(event) {
  const { triggeringEvent, elt } = event.detail.requestConfig ?? event.detail;
  return triggeringEvent?.type === 'refresh' ? elt : undefined;
}

function typedIn(form) {
  return JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
}

function filesOf(form) {
  return [...form.querySelectorAll('input[type=file]')].filter((input) => input.files.length > 0);
}

// Folds are known by their id, else by what their summary says.
function nameOfFold(fold) {
  return fold.id || fold.querySelector(':scope > summary')?.firstChild?.textContent.trim() || '';
}

function carryOver(from, to) {
  for (const input of filesOf(from)) {
    const same = to.querySelector(`input[type=file][name="${CSS.escape(input.name)}"]`);
    if (same) {
      same.files = input.files;
    }
  }
  for (const search of from.querySelectorAll('[data-find]')) {
    const [found, empty] = [from, to].map((form) =>
      form.querySelector(`[name="${CSS.escape(search.name)}"]`)?.closest('[data-picker]').querySelector('.picker__find ~ .picker__found'));
    if (empty && found.querySelector('input') && !empty.querySelector('input')) {
      empty.replaceWith(found);
    }
  }
  const folds = new Map([...from.querySelectorAll('details')].map((fold) => [nameOfFold(fold), fold.open]));
  for (const fold of to.querySelectorAll('details')) {
    fold.open = folds.get(nameOfFold(fold)) ?? fold.open;
  }
}

// What has the focus, by the nearest thing with an id around it and its place therein.
function focusIn(form) {
  const control = document.activeElement;
  const around = control !== form && form.contains(control) && control.parentElement.closest('[id]');
  const { top, bottom } = control.getBoundingClientRect();
  const seen = top >= 0 && bottom <= innerHeight && !control.matches('[type=radio], [type=checkbox]');
  return around && { id: around.id, place: [...around.querySelectorAll(FOCUSED)].indexOf(control), seen };
}

// What was in sight stays there: the form around it may be longer now, and something sticks to each edge.
function focusAgain(focus) {
  if (focus && document.activeElement === document.body) {
    document.getElementById(focus.id)?.querySelectorAll(FOCUSED)[focus.place]?.focus();
  }
  if (focus?.seen) {
    document.activeElement.scrollIntoView({ block: 'nearest' });
  }
}

function ask(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (isInWord()) {
    waiting.set(form, setTimeout(() => ask(form), WORD_MS / 4));
  } else if (form.isConnected) {
    window.htmx.trigger(form, 'refresh');
  }
}

function asks(event) {
  const form = refreshed(event);
  if (form) {
    asked.set(form, typedIn(form));
    for (const button of form.querySelectorAll('button[name]:not([name=update])')) {
      event.detail.formData.delete(button.name); // htmx sends the one pressed last: that was answered
    }
    for (const input of filesOf(form)) {
      event.detail.formData.set(input.name, input.files[0].name); // a row of nothing else is not empty
    }
  }
}

function answers(event) {
  const form = refreshed(event);
  if (!form || !event.detail.shouldSwap) {
    return;
  }
  if (asked.get(form) !== typedIn(form) || isInWord()) {
    event.detail.shouldSwap = false;
    setTimeout(() => ask(form)); // when htmx is done with this answer
    return;
  }
  const focus = focusIn(form);
  document.addEventListener('htmx:afterSwap', () => {
    const now = document.getElementById(form.id);
    if (now && now !== form) {
      carryOver(form, now);
      focusAgain(focus);
    }
  }, { once: true });
}

export function startRefresh() {
  document.addEventListener('keydown', (event) => {
    if (event.key.length === 1 && event.target.matches('select, [data-find]')) {
      word = { control: event.target, at: Date.now() };
    }
  });
  document.addEventListener('focusout', (event) => {
    const form = event.target.form;
    if (form && waiting.has(form)) {
      setTimeout(() => ask(form)); // the focus has arrived where it goes
    }
  });
  document.addEventListener('change', (event) => {
    const form = event.target.form;
    if (event.target.dataset.refreshes && form && form.dataset.refresh && window.htmx) {
      ask(form);
    }
  });
  document.addEventListener('htmx:configRequest', asks);
  document.addEventListener('htmx:beforeSwap', answers);
}
