'use strict';
(() => {
  // A content policy does not hold WebRTC, nor a bare connection that a link element opens ahead of time.
  for (const name of Object.getOwnPropertyNames(window)) {
    if (/RTC|^WebTransport/.test(name)) Object.defineProperty(window, name, { value: undefined });
  }
  const held = (what, address) => parent.postMessage({ held: what, address: String(address).slice(0, 200) }, '*');
  const outside = 'iframe, frame, object, embed, link, base, meta[http-equiv]:not([content^="default-src"]):not([http-equiv^="x-dns"])';
  const shut = node => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const element of [...(node.matches(outside) ? [node] : []), ...node.querySelectorAll(outside)]) {
      held(element.localName, element.src || element.href || element.data || '');
      element.remove();
    }
  };
  new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(shut)))
    .observe(document, { childList: true, subtree: true });
  // Frames within a shadow would be out of its sight.
  delete Element.prototype.attachShadow;
  delete Element.prototype.setHTMLUnsafe;
  delete ShadowRoot.prototype.setHTMLUnsafe;
  Object.defineProperty(HTMLLinkElement.prototype, 'rel', { set(value) { held('link', value); } });
  delete HTMLLinkElement.prototype.relList;
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (this instanceof HTMLLinkElement || this instanceof HTMLIFrameElement) held(this.localName, value);
    else setAttribute.call(this, name, value);
  };

  addEventListener('securitypolicyviolation', event => held(event.effectiveDirective, event.blockedURI));
  const tell = () => parent.postMessage({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, '*');
  addEventListener('DOMContentLoaded', () => {
    new ResizeObserver(tell).observe(document.documentElement);
    tell();
  });
})();
