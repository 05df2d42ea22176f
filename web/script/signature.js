// Signing with a finger or a pen. The picture goes into a hidden field as a PNG, in the place of the
// file that is asked for where there is no script.
import SignaturePad from '../vendor/signature_pad.min.js';

const started = new WeakSet();

function startOne(signature) {
  const box = signature.querySelector('.signature__pad');
  const canvas = box.querySelector('canvas');
  const field = signature.querySelector('input[type=hidden]');
  box.hidden = false;
  field.disabled = false;
  signature.querySelector('.signature__picture').remove();
  const pad = new SignaturePad(canvas, { minWidth: 1, maxWidth: 3, penColor: '#000' });

  function store() {
    field.value = pad.isEmpty() ? '' : pad.toDataURL('image/png');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  // A turned phone gets a canvas of the new size; what is drawn stays.
  function fit() {
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    const strokes = pad.toData();
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext('2d').scale(ratio, ratio);
    pad.fromData(strokes);
  }

  fit();
  new ResizeObserver(() => {
    if (canvas.offsetWidth !== 0 && Math.abs(canvas.width - canvas.offsetWidth * window.devicePixelRatio) > 1) {
      fit();
    }
  }).observe(canvas);
  pad.addEventListener('endStroke', store);
  signature.querySelector('[data-clear]').addEventListener('click', () => {
    pad.clear();
    store();
  });
}

export function startSignatures(part) {
  for (const signature of part.querySelectorAll('[data-signature]')) {
    if (!started.has(signature)) {
      started.add(signature);
      startOne(signature);
    }
  }
}
