'use strict';
(() => {
  // Frames tell their height, and what was held back from them.
  const frames = new Map();
  const notes = new Map();
  const say = (frame, sentence) => {
    const note = notes.get(frame) ?? document.createElement('p');
    if (!notes.has(frame)) {
      note.className = 'left-out';
      frame.after(note);
      notes.set(frame, note);
    }
    note.textContent = sentence;
  };
  addEventListener('message', ({ source, data }) => {
    const frame = frames.get(source);
    if (!frame || typeof data !== 'object' || !data) return;
    if (Number.isFinite(data.height)) frame.style.height = Math.min(Math.max(data.height, 0), 10000) + 'px';
    if (typeof data.held === 'string') {
      const address = typeof data.address === 'string' && /^(https?|wss?|file):/.test(data.address) ? ` (${data.address})` : '';
      if (!notes.has(frame)) say(frame, `This output asked for the network${address}, and this page asks nothing of it.`);
    }
  });
  // The second page that loads in a frame is not the cell's.
  const watch = frame => {
    frames.set(frame.contentWindow, frame);
    const look = () => {
      if (!(frame.dataset.loads > 1) || frame.hidden) return;
      frame.hidden = true;
      frame.removeAttribute('srcdoc');
      say(frame, 'This output tried to go to another page, and this page leads nowhere by itself.');
    };
    frame.addEventListener('load', look);
    look();
  };
  document.querySelectorAll('.framed > iframe').forEach(watch);
  for (const waiting of document.querySelectorAll('.framed > .waiting')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Run it';
    button.addEventListener('click', () => {
      const frame = waiting.nextElementSibling.content.firstElementChild.cloneNode(true);
      waiting.replaceWith(frame);
      watch(frame);
    });
    waiting.append(' ', button);
  }
})();
