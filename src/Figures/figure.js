// Draws figures: plotly.js's data, layout and config as JSON in a place, and frames where the figure is an animation.
window.grokkingFigures ??= (() => {
  const draw = async place => {
    if (place.dataset.drawn) return;
    place.dataset.drawn = true;
    const figure = JSON.parse(place.querySelector(':scope > script[type="application/json"]').textContent);
    place.querySelectorAll('p').forEach(note => note.remove());
    // Plots of older notebooks have their frames in the layout.
    const { frames = figure.frames, ...layout } = figure.layout ?? {};
    await Plotly.newPlot(place, figure.data ?? [], { autosize: true, ...layout }, { responsive: true, ...figure.config });
    if (frames?.length) await animate(place, frames);
    if (layout.meta?.tiles) await choose(place, layout.meta);
    const buttons = () => place.querySelectorAll('.updatemenu-button').forEach(button => {
      button.setAttribute('role', 'button');
      button.setAttribute('tabindex', '0');
      button.onkeydown = key => {
        if (key.key !== 'Enter' && key.key !== ' ') return;
        key.preventDefault();
        button.dispatchEvent(new MouseEvent('click'));
      };
    });
    place.on('plotly_afterplot', buttons);
    buttons();
    new ResizeObserver(() => requestAnimationFrame(() => {
      if (place.clientWidth && place.clientWidth !== place._fullLayout.width) Plotly.Plots.resize(place);
    })).observe(place);
  };

  // plotly.js draws its slider for the mouse alone.
  const animate = async (place, frames) => {
    await Plotly.addFrames(place, frames);
    let shown = frames.length - 1;
    const describe = () => {
      const slider = place.querySelector('.slider-container');
      const state = { role: 'slider', tabindex: 0, 'aria-label': 'moment of the training',
        'aria-valuemin': 0, 'aria-valuemax': frames.length - 1, 'aria-valuenow': shown, 'aria-valuetext': frames[shown].name };
      for (const [name, value] of Object.entries(state)) slider?.setAttribute(name, value);
    };
    place.on('plotly_animatingframe', ({ name }) => {
      shown = frames.findIndex(frame => frame.name === name);
      describe();
    });
    place.on('plotly_afterplot', describe);
    place.addEventListener('keydown', key => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[key.key];
      if (!step || !key.target.closest('.slider-container')) return;
      key.preventDefault();
      const next = Math.min(Math.max(shown + step, 0), frames.length - 1);
      Plotly.animate(place, [frames[next].name], { mode: 'immediate', frame: { duration: 0 }, transition: { duration: 0 } });
    });
    describe();
  };

  // A map of tiles, whose second and third trace are the curves of the tile that was clicked, or that the arrow keys led to.
  const choose = async (place, { columns, tiles, shown }) => {
    const said = document.createElement('div');
    said.setAttribute('aria-live', 'polite');
    said.className = 'grokking-said';
    place.append(said);
    const show = async tile => {
      const { title, steps, training, validation } = tiles[tile] ?? { title: 'no runs here', steps: [], training: [], validation: [] };
      const [column, row] = [tile % columns, Math.floor(tile / columns)];
      shown = tile;
      await Plotly.update(place, { x: [steps, steps], y: [training, validation] }, {
        'annotations[0].text': title,
        shapes: [{ type: 'rect', xref: 'x', yref: 'y', x0: column - 0.5, x1: column + 0.5, y0: row - 0.5, y1: row + 0.5, line: { color: place._fullLayout.font.color, width: 3 } }],
      }, [1, 2]);
      return title.replaceAll('<br>', '; ');
    };
    const describe = () => {
      const map = place.querySelector('.heatmaplayer');
      const state = { role: 'application', tabindex: 0, 'aria-label': 'map of tiles: arrow keys choose one' };
      for (const [name, value] of Object.entries(state)) map?.setAttribute(name, value);
    };
    place.on('plotly_click', async ({ points: [point] }) => {
      if (point.curveNumber !== 0) return;
      const tile = point.pointIndex[0] * columns + point.pointIndex[1];
      if (tiles[tile]) said.textContent = await show(tile);
    });
    place.on('plotly_afterplot', describe);
    place.addEventListener('keydown', async key => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key.key];
      if (!step || !key.target.closest('.heatmaplayer')) return;
      key.preventDefault();
      const [column, row] = [shown % columns + step[0], Math.floor(shown / columns) + step[1]];
      const tile = row * columns + column;
      if (column < 0 || column >= columns || tile < 0 || tile >= tiles.length) return;
      said.textContent = await show(tile);
      place.querySelector('.heatmaplayer').focus();
    });
    if (tiles[shown]) await show(shown);
    describe();
  };

  const all = () => {
    if (window.Plotly) document.querySelectorAll('.grokking-chart > script[type="application/json"]').forEach(script => draw(script.parentElement));
  };

  // plotly.js in base64, compressed with gzip; says what is wrong where it can't be started.
  const start = async (compressed, failed) => {
    if (window.Plotly) return all();
    try {
      const bytes = Uint8Array.from(atob(compressed), character => character.charCodeAt(0));
      const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
      const script = document.createElement('script');
      // A page's own module loader (require.js, CommonJS) would keep plotly.js to itself.
      script.textContent = '(function (define, exports, module) {' + await new Response(inflated).text() + '\n}).call(window)';
      document.head.append(script);
      all();
      window.dispatchEvent(new Event('grokking-plotly'));
    } catch (error) {
      failed(error);
    }
  };

  return { all, start };
})();
