// Keeps "in 2 h 10 min" current beside a due time: <span data-left="2026-11-25T13:40:00-06:00">.
// The words of the first picture are the server's; from then on they follow this clock.

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function amount(ms) {
  const whole = Math.abs(ms);
  if (whole >= 2 * DAY) {
    return `${Math.floor(whole / DAY)} days`;
  }
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}

export function wordsLeft(due, now) {
  return due > now ? `in ${amount(due - now)}` : `late by ${amount(now - due)}`;
}

function update() {
  const now = Date.now();
  for (const element of document.querySelectorAll('[data-left]')) {
    const due = Date.parse(element.dataset.left);
    // A date without a time is the server's to judge: only it knows the calendar.
    if (!Number.isNaN(due) && element.dataset.left.includes('T')) {
      element.textContent = wordsLeft(due, now);
    }
  }
}

export function startLeft() {
  setInterval(update, MINUTE / 2);
}
