'use strict';
(() => {
  const codes = [...document.querySelectorAll('details.code')];
  const toggle = document.getElementById('code-toggle');
  const contents = document.querySelector('nav > details');
  const links = [...document.querySelectorAll('nav a')];

  document.documentElement.classList.add('scripted');

  // One button for all code; its label says what it does next.
  if (codes.length > 0) {
    toggle.hidden = false;
    const label = () => { toggle.textContent = codes.some(code => code.open) ? 'Hide code' : 'Show code'; };
    toggle.addEventListener('click', () => {
      const show = !codes.some(code => code.open);
      for (const code of codes) code.open = show;
    });
    for (const code of codes) code.addEventListener('toggle', label);
  }

  // The contents stand open where there is room beside the report; elsewhere a choice folds them.
  if (contents) {
    const wide = matchMedia('(min-width: 66rem)');
    const follow = () => { contents.open = wide.matches; };
    wide.addEventListener('change', follow);
    contents.addEventListener('click', event => { if (event.target.closest('a')) follow(); });
    follow();
  }

  // The contents mark the chapter at the top of the window.
  const headings = links.map(link => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    let current = headings.findLastIndex(heading => heading.getBoundingClientRect().top < innerHeight / 4);
    if (atEnd && scrollY > 0) current = headings.length - 1;
    links.forEach((link, i) => {
      if (i === current) link.setAttribute('aria-current', 'location');
      else link.removeAttribute('aria-current');
    });
  };
  if (links.length > 0) {
    addEventListener('scroll', mark, { passive: true });
    addEventListener('resize', mark);
    mark();
  }

  // What scrolls can be reached and scrolled with the keyboard.
  const reachable = new ResizeObserver(entries => {
    for (const { target } of entries) {
      const scrolls = target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight;
      if (scrolls) {
        target.tabIndex = 0;
        target.setAttribute('role', 'group');
        target.setAttribute('aria-label', target.dataset.name ?? 'Table');
      } else {
        target.removeAttribute('tabindex');
        target.removeAttribute('role');
        target.removeAttribute('aria-label');
      }
    }
  });
  for (const scroller of document.querySelectorAll('.scroll, .prose pre')) reachable.observe(scroller);

  // Charts and tables keep the shape they have on the screen: on paper they shrink until they fit.
  addEventListener('beforeprint', () => {
    const paper = 650;
    for (const wide of document.querySelectorAll('.js-plotly-plot, table')) {
      wide.style.setProperty('--print-zoom', Math.min(1, paper / wide.offsetWidth));
    }
  });
})();
