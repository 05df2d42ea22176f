// Saves a form with data-draft="URL" a moment after each change, and says so. A draft goes only to
// the server. When it cannot be reached the page says so, keeps trying, and asks before it is left.

import { comeBack } from './session.js';

const PAUSE_MS = 1500;       // after the last keystroke
const LONGEST_MS = 6000;     // while somebody types without a pause
const RETRY_MS = [2000, 5000, 10000, 30000];

const started = new WeakSet();

function clock(date) {
  return date.toLocaleTimeString('en-US', { hour12: false });
}

// A form as it would be sent, without files: those go up with the form itself.
function contentOf(form) {
  const content = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') {
      content.append(name, value);
    }
  }
  return content;
}

class Draft {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector('[data-saved]');
    // A form that came back with what was typed holds more than is saved.
    this.saved = 'unsaved' in form.dataset ? '' : contentOf(form).toString();
    this.typed = 'unsaved' in form.dataset;   // panels that arrive later are no one's typing
    this.timer = 0;
    this.changedAt = 0;   // when the first change that is not saved was made
    this.failures = 0;
    this.sending = false;
    this.leaving = false;
  }

  say(text, isTrouble) {
    if (this.state && this.state.textContent !== text) {
      this.state.textContent = text;
      this.state.classList.toggle('is-trouble', Boolean(isTrouble));
    }
  }

  isChanged() {
    return this.typed && contentOf(this.form).toString() !== this.saved;
  }

  changed() {
    this.typed = true;
    const now = Date.now();
    this.changedAt = this.changedAt || now;
    const rest = Math.max(0, this.changedAt + LONGEST_MS - now);
    this.plan(Math.min(PAUSE_MS, rest));
  }

  plan(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), ms);
  }

  async save() {
    if (this.sending || this.leaving || !this.form.isConnected || !this.isChanged()) {
      return;
    }
    this.sending = true;
    const content = contentOf(this.form);
    this.changedAt = 0;
    try {
      const answer = await fetch(this.form.dataset.draft, {
        method: 'POST', body: content, credentials: 'same-origin', redirect: 'manual',
        // Lets the last save finish when the page goes away; browsers allow it for short forms only.
        keepalive: content.toString().length < 60000,
        headers: { Accept: 'application/json', 'HX-Request': 'true' },
      });
      await this.answered(answer, content);
    } catch {
      this.failed('Not saved: no connection. Keep this page open, it tries again.');
    } finally {
      this.sending = false;
    }
    if (this.failures === 0 && this.isChanged()) {
      this.changed();
    }
  }

  async answered(answer, content) {
    if (answer.ok) {
      this.saved = content.toString();
      this.failures = 0;
      const reply = await answer.json().catch(() => ({}));
      const version = this.form.elements.namedItem('draft_version');
      if (version && reply.version !== undefined) {
        const wasSaved = !this.isChanged();
        version.value = reply.version;
        this.saved = wasSaved ? contentOf(this.form).toString() : this.saved;
      }
      document.dispatchEvent(new Event('hearth:saved'));
      this.say(`Saved ${reply.saved_at || clock(new Date())}`);
    } else if ((answer.status === 401 || answer.status === 403) && await comeBack()) {
      this.plan(0);
    } else if (answer.status === 401 || answer.status === 403 || answer.type === 'opaqueredirect') {
      this.failed('Not saved: please sign in again in another tab, then go on here.');
    } else if (answer.status === 409) {
      this.failed('Not saved: this was changed somewhere else. Submit to compare.');
    } else {
      this.failed('Not saved: Hearth is busy. It tries again.');
    }
  }

  failed(text) {
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    this.say(text, true);
    this.plan(wait);
  }
}

export function startAutosave(part) {
  const forms = [...part.querySelectorAll('form[data-draft]')];
  if (part.matches?.('form[data-draft]')) {
    forms.push(part);
  }
  for (const form of forms) {
    if (started.has(form) || !form.dataset.draft) {
      continue;
    }
    started.add(form);
    const draft = new Draft(form);
    if ('unsaved' in form.dataset) {
      draft.changed();
    }
    form.addEventListener('input', () => draft.changed());
    form.addEventListener('change', () => draft.changed());
    form.addEventListener('submit', () => {
      draft.leaving = true;
      clearTimeout(draft.timer);
    });
    window.addEventListener('online', () => draft.plan(0));
    window.addEventListener('offline', () => {
      draft.say('No connection. What you type is not saved until it is back.', true);
    });
    // Going to another tab or locking the phone: do not wait for the pause.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') {
        draft.save();
      }
    });
    window.addEventListener('pageshow', () => {
      draft.leaving = false;
    });
    window.addEventListener('beforeunload', (event) => {
      if (!draft.leaving && form.isConnected && draft.isChanged()) {
        draft.save();
        event.preventDefault();
      }
    });
  }
}
