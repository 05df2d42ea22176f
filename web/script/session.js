// Warns before the session ends, in a dialog that takes nothing away: the form beneath stays as it
// is, and what was typed has been saved. Any answer of the server starts the time anew.

const WARN_MS = 120000;

// After signing in again in another tab, this page goes on under the new session: true when it is the
// same worker who did.
export async function comeBack() {
  const worker = document.querySelector('meta[name=worker]');
  const answer = await fetch('/session', {
    credentials: 'same-origin', redirect: 'manual', headers: { 'HX-Request': 'true' },
  }).catch(() => null);
  const session = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!session || !worker || session.worker !== worker.content) {
    return false;
  }
  document.querySelector('meta[name=form-token]').content = session.form_token;
  for (const field of document.querySelectorAll('input[name=form_token]')) {
    field.value = session.form_token;
  }
  return true;
}

export function startSession() {
  const dialog = document.querySelector('dialog[data-session]');
  if (!dialog) {
    return;
  }
  const length = Number(dialog.dataset.session) * 1000;
  const left = dialog.querySelector('.session__left');
  const title = document.title;
  let end = Date.now() + length;

  function renew() {
    end = Date.now() + length;
    document.title = title;
    if (dialog.open) {
      dialog.close();
    }
  }

  async function stay() {
    const token = document.querySelector('meta[name=form-token]').content;
    const answer = await fetch(dialog.dataset.stay, {
      method: 'POST', credentials: 'same-origin', redirect: 'manual',
      body: new URLSearchParams({ form_token: token }),
    }).catch(() => null);
    if (answer?.ok || await comeBack()) {
      renew();
    } else {
      left.textContent = answer ? 'The session is over. Sign in again in another tab, then go on here.'
                                : 'No connection.';
    }
  }

  function tick() {
    const rest = end - Date.now();
    if (rest <= 0 && dialog.open) {
      // The form stays; the next save says what to do. Nothing is sent away from here.
      left.textContent = 'The session is over. Sign in again in another tab, then go on here.';
    } else if (rest <= WARN_MS) {
      const seconds = Math.max(0, Math.ceil(rest / 1000));
      left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
      document.title = `(!) ${title}`;
      if (!dialog.open) {
        dialog.showModal();
      }
    }
  }

  dialog.querySelector('[data-stay-button]').addEventListener('click', stay);
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    stay();
  });
  document.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.successful) { // who is signed out gets answers too
      renew();
    }
  });
  document.addEventListener('hearth:saved', renew);
  setInterval(tick, 1000);
}
