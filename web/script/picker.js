// A reference that is looked for: people are suggested while one types. Without this script the
// button beside the words sends the form, and the server answers with it and what it found.

const PAUSE_MS = 300;
const started = new WeakSet();

class Picker {
  constructor(picker) {
    this.input = picker.querySelector('[data-find]');
    this.found = picker.querySelector(':scope > .picker__find ~ .picker__found');
    this.timer = 0;
    this.asked = '';
    this.input.addEventListener('input', (event) => {
      event.stopPropagation(); // looking for somebody is no change of the form
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), PAUSE_MS);
    });
    picker.querySelector('button[name=find]')?.addEventListener('click', (event) => {
      event.preventDefault();
      this.look();
    });
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        this.look();
      }
    });
  }

  async look() {
    clearTimeout(this.timer); // asked once: a second answer would take away what was chosen meanwhile
    const words = this.input.value.trim();
    this.asked = words;
    if (words.length < 2) {
      return;
    }
    const body = new URLSearchParams();
    body.set('form_token', document.querySelector('meta[name=form-token]').content);
    body.set(this.input.name, words);
    this.input.ariaBusy = 'true'; // the form around it stays as it is
    const answer = await fetch('/people', {
      method: 'POST', body, credentials: 'same-origin', headers: { 'HX-Request': 'true' },
    }).catch(() => null);
    this.input.ariaBusy = null;
    if (!answer || this.asked !== words) {
      return;
    }
    const holder = document.createElement('template');
    holder.innerHTML = await answer.text();
    const found = holder.content.querySelector('.picker__found');
    const why = holder.content.querySelector('.callout__text');
    if (!found && why) { // too few words: what would be right
      this.found.textContent = why.textContent;
    }
    if (found) {
      this.keepChoice(found);
      this.found.replaceWith(found);
      this.found = found;
    }
  }

  // Who was chosen stays chosen when they are among those found again.
  keepChoice(found) {
    const chosen = this.found.querySelector('input:checked');
    for (const one of chosen ? found.querySelectorAll('input') : []) {
      one.checked = one.name === chosen.name && one.value === chosen.value;
    }
  }
}

export function startPickers(part) {
  for (const picker of part.querySelectorAll('[data-picker]')) {
    if (!started.has(picker)) {
      started.add(picker);
      new Picker(picker);
    }
  }
}
