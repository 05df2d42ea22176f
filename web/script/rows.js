// Lists of rows: adds and removes one without a round trip. Without this script the same buttons
// send the form and the server answers with it, one row more or less.

const ROW_TO_COPY = /__row__/g;
const ID_TO_COPY = /-__row__/g; // ids have no plus: a form that is asked for again finds them as the server writes them
const started = new WeakSet();

// A key that no other row has. The plus says that it is new; its lasting id comes when it is saved.
function newKey() {
  return `+${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
}

function addRow(list, start) {
  const template = list.querySelector(':scope > template');
  const holder = document.createElement('template');
  const key = newKey();
  holder.innerHTML = template.innerHTML.replace(ID_TO_COPY, `-${key.slice(1)}`).replace(ROW_TO_COPY, key);
  const row = holder.content.firstElementChild;
  list.querySelector(':scope > .rows__list').append(row);
  start(row);
  row.querySelector('input:not([type=hidden]), select, textarea')?.focus();
  list.dispatchEvent(new Event('change', { bubbles: true }));
}

function removeRow(list, row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  // A row that is stored must be said to go; a new one simply is not sent.
  if (!row.dataset.row.startsWith('+')) {
    const gone = document.createElement('input');
    gone.type = 'hidden';
    gone.name = `${list.dataset.rows}[${row.dataset.row}]._delete`;
    gone.value = 'yes';
    list.append(gone);
  }
  row.remove();
  (next?.querySelector('input, select, textarea') ?? list.querySelector(':scope > .rows__add'))?.focus();
  list.dispatchEvent(new Event('change', { bubbles: true }));
}

// `start` is called with each row that is added.
export function startRows(part, start) {
  for (const list of part.querySelectorAll('[data-rows]')) {
    if (started.has(list)) {
      continue;
    }
    started.add(list);
    list.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button || button.closest('[data-rows]') !== list) {
        return;
      }
      if (button.name === 'add_row') {
        event.preventDefault();
        addRow(list, start);
      } else if (button.name === 'remove_row') {
        event.preventDefault();
        removeRow(list, button.closest('[data-row]'));
      }
    });
  }
}
