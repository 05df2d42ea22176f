// Fields that others depend on: the form is asked for again with what is typed so far. The server
// decides what to show; htmx swaps it in and keeps the focus, because fields keep their ids. What the
// answer cannot know is carried over here: chosen files, of which only the name travels with the
// question, and what was folded open. An answer to less than what is typed by now is dropped and asked for again.

const asked = new WeakMap(); // form -> what it held when it was asked for

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
  const folds = new Map([...from.querySelectorAll('details')].map((fold) => [nameOfFold(fold), fold.open]));
  for (const fold of to.querySelectorAll('details')) {
    fold.open = folds.get(nameOfFold(fold)) ?? fold.open;
  }
}

function ask(form) {
  if (form.isConnected) {
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
  if (asked.get(form) !== typedIn(form)) {
    event.detail.shouldSwap = false;
    setTimeout(() => ask(form)); // when htmx is done with this answer
    return;
  }
  document.addEventListener('htmx:afterSwap', () => {
    const now = document.getElementById(form.id);
    if (now && now !== form) {
      carryOver(form, now);
    }
  }, { once: true });
}

export function startRefresh() {
  document.addEventListener('change', (event) => {
    const form = event.target.form;
    if (event.target.dataset.refreshes && form && form.dataset.refresh && window.htmx) {
      ask(form);
    }
  });
  document.addEventListener('htmx:configRequest', asks);
  document.addEventListener('htmx:beforeSwap', answers);
}
