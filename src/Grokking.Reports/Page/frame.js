'use strict';
(() => {
  // What a content policy and a sandbox do not hold: WebRTC, and navigation of the frame itself, for which Chromium opens a connection
  // before it refuses. Only location can't be taken away: an output that names it waits for its reader (see Frame.cs).
  const held = (what, address) => parent.postMessage({ held: what, address: String(address ?? '').slice(0, 200) }, '*');
  for (const name of Object.getOwnPropertyNames(window)) {
    if (/RTC|^WebTransport|^XSLTProcessor$|^navigation$/.test(name)) Object.defineProperty(window, name, { value: undefined });
  }
  const instead = (owner, name, make) => {
    const own = Object.getOwnPropertyDescriptor(owner, name);
    if (!own) return;
    const key = own.set ? 'set' : 'value';
    Object.defineProperty(owner, name, { ...own, [key]: make(own[key]), configurable: false, ...(own.set ? {} : { writable: false }) });
  };
  instead(window, 'open', () => address => { held('window', address); return null; });

  // Elements that fetch, that lead elsewhere by themselves, or that hold a page with all of the above.
  const names = 'meta|link|base|iframe|frame|frameset|object|embed|applet|portal|fencedframe';
  const whole = new RegExp(`^(?:.*:)?(?:${names})$`, 'i');
  const tags = new RegExp(`<((?:[\\w-]+:)?(?:${names})(?![\\w-]))`, 'gi');
  const tame = html => String(html).replace(tags, (_, name) => { held(name); return `<x-${name.replace(':', '-')}`; });
  for (const [name, at] of [['createElement', 0], ['createElementNS', 1]]) {
    instead(Document.prototype, name, make => function (...args) {
      args[at] = String(args[at]);
      if (whole.test(args[at])) {
        held(args[at]);
        args[at] = 'span';
      }
      return make.apply(this, args);
    });
  }
  for (const [owner, name] of [[Element.prototype, 'innerHTML'], [Element.prototype, 'outerHTML'], [ShadowRoot.prototype, 'innerHTML']]) {
    instead(owner, name, set => function (html) { set.call(this, html === null ? '' : tame(html)); });
  }
  for (const [owner, name, at] of [
    [Element.prototype, 'insertAdjacentHTML', 1], [Range.prototype, 'createContextualFragment', 0], [DOMParser.prototype, 'parseFromString', 0],
    [Document, 'parseHTMLUnsafe', 0],
  ]) {
    instead(owner, name, call => function (...args) {
      if (args.length > at) args[at] = tame(args[at]);
      return call.apply(this, args);
    });
  }
  for (const name of ['write', 'writeln']) {
    instead(Document.prototype, name, write => function (...text) {
      // Once it is read, to write into a document is to open another one.
      if (document.readyState === 'loading') write.call(this, tame(text.join('')));
      else held('document.write');
    });
  }
  instead(Document.prototype, 'open', () => function () { return this; });
  instead(Document.prototype, 'execCommand', () => () => false);
  // Frames within a shadow would be out of sight.
  for (const [owner, name] of [[Element, 'attachShadow'], [Element, 'setHTMLUnsafe'], [ShadowRoot, 'setHTMLUnsafe']]) delete owner.prototype[name];

  const leads = node => {
    const link = node instanceof Element && node.closest('a, area');
    const address = link && (link.getAttribute('href') ?? link.getAttribute('xlink:href'));
    if (!address || address.startsWith('#')) return false;
    held('link', link.href?.baseVal ?? link.href);
    return true;
  };
  instead(HTMLElement.prototype, 'click', click => function () { if (!leads(this)) click.call(this); });
  instead(EventTarget.prototype, 'dispatchEvent', dispatch => function (event) { return event?.type === 'click' && leads(this) ? false : dispatch.call(this, event); });
  addEventListener('click', event => { if (leads(event.target)) event.preventDefault(); }, true);

  // The policies in them stay; a copy of one of them would be a new one.
  document.querySelectorAll('meta').forEach(meta => meta.remove());
  const shut = node => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const element of [node, ...node.querySelectorAll('*')].filter(element => whole.test(element.localName))) {
      held(element.localName, element.src || element.href || element.data);
      element.remove();
    }
  };
  new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(shut)))
    .observe(document, { childList: true, subtree: true });

  addEventListener('securitypolicyviolation', event => held(event.effectiveDirective, event.blockedURI));
  const tell = () => parent.postMessage({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, '*');
  addEventListener('DOMContentLoaded', () => {
    new ResizeObserver(tell).observe(document.documentElement);
    tell();
  });
})();
