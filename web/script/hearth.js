// Everything works without this file. It saves while one types, keeps the time left current, copies
// rows without a round trip, and warns before a session ends. No part writes to the browser's own
// storage: what a family said stays on the server.
import { startAutosave } from './autosave.js';
import { startFolds } from './folds.js';
import { startLeft } from './left.js';
import { startPickers } from './picker.js';
import { startRefresh } from './refresh.js';
import { startRows } from './rows.js';
import { startSession } from './session.js';
import { startSignatures } from './signature.js';

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

// "/" goes to the one search box, from anywhere that is not a field.
function startKeys() {
  document.addEventListener('keydown', (event) => {
    const search = document.getElementById('search');
    if (event.key === '/' && search && !isTyping(event.target) &&
        !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
}

function startPrint() {
  for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
}

// What arrives in a swap gets the same as what was there at the start.
function start(part) {
  // What the button asks for happens by itself.
  for (const button of part.querySelectorAll('button[name=update]')) {
    button.hidden = true;
  }
  startSignatures(part); // first: what a form holds when it is first looked at is not a change
  startAutosave(part);
  startRows(part, start);
  startPickers(part);
}

start(document);
startKeys();
startRefresh();
startPrint();
startFolds();
startLeft();
startSession();
document.addEventListener('htmx:load', (event) => start(event.detail.elt));
// A list of faults is where one continues after a refused submission.
document.getElementById('faults')?.focus();
