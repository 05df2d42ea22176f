// Parts of a form that fold away: when one is folded its heading says how much of it is filled, and an address
// that leads into a folded one opens it.

function isFilled(item) {
  return [...item.querySelectorAll('input, select, textarea')].some((control) => {
    if (control.type === 'hidden' || control.disabled || 'find' in control.dataset) {
      return false;
    }
    return control.type === 'checkbox' || control.type === 'radio' ? control.checked && control.value !== ''
                                                                   : control.value !== '';
  });
}

function count(fold) {
  const filled = fold.querySelector(':scope > summary [data-filled]');
  const items = [...fold.querySelectorAll('.fields > div')].filter((item) => item.querySelector('input:not([type=hidden]), select, textarea, .rows, .grid-list'));
  if (filled) {
    filled.textContent = items.filter(isFilled).length;
  }
}

function openAround(element) {
  for (let fold = element?.closest('details'); fold; fold = fold.parentElement.closest('details')) {
    fold.open = true;
  }
}

export function startFolds() {
  document.addEventListener('toggle', (event) => {
    if (event.target.matches?.('.fold') && !event.target.open) {
      count(event.target);
    }
  }, true); // it does not bubble
  const openTarget = () => openAround(location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null);
  addEventListener('hashchange', openTarget);
  openTarget();
}
