// The page of `leaktrail diagnose --format html`. Reads its data from the page, asks no network, and puts untrusted
// text into the page as text only.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const ROW = 18;
  const OVERSCAN = 20;
  const FIRST_CHIPS = 40;
  const log = document.getElementById('log');
  const rows = document.getElementById('rows');
  const spacer = document.getElementById('spacer');
  const search = document.getElementById('search');
  const status = document.getElementById('status');

  const state = { log: 0, here: null, query: '', record: -1 };

  /** An element with text, attributes and children; text never becomes markup. */
  function element(name, { text, ...attributes } = {}, ...children) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'onclick') made.addEventListener('click', value);
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  const number = (value) => value.toLocaleString('en-US');

  function citedLines(index) {
    const lines = new Set();
    for (const record of Object.values(data.records)) {
      if (record.log !== index || !record.cited) continue;
      for (let line = record.lines[0]; line <= record.lines[1]; line++) lines.add(line);
    }
    return lines;
  }
  const cited = data.logs.map((_, index) => citedLines(index));
  const order = data.cited.filter((id) => data.records[id] !== undefined);

  function lineElement(text, at) {
    const made = element('div', { class: 'line', 'data-line': at }, element('b', { text: String(at) }));
    if (cited[state.log].has(at)) made.classList.add('cited');
    if (state.here !== null && at >= state.here[0] && at <= state.here[1]) made.classList.add('here');
    const span = element('span');
    const found = state.query === '' ? -1 : text.toLowerCase().indexOf(state.query);
    if (found < 0) span.textContent = text;
    else {
      const end = found + state.query.length;
      span.append(text.slice(0, found), element('mark', { text: text.slice(found, end) }), text.slice(end));
    }
    made.append(span);
    return made;
  }

  /** Only the lines in view are in the page, whatever the length of the log. */
  function draw() {
    const { lines } = data.logs[state.log];
    const first = Math.max(0, Math.floor(log.scrollTop / ROW) - OVERSCAN);
    const last = Math.min(lines.length, Math.ceil((log.scrollTop + log.clientHeight) / ROW) + OVERSCAN);
    rows.style.transform = `translateY(${first * ROW}px)`;
    rows.replaceChildren(...lines.slice(first, last).map((text, at) => lineElement(text, first + at + 1)));
  }

  function openLog(index) {
    state.log = index;
    state.here = null;
    spacer.style.height = `${data.logs[index].lines.length * ROW}px`;
    for (const [at, tab] of [...document.querySelectorAll('.tabs button')].entries()) {
      tab.setAttribute('aria-selected', String(at === index));
    }
    log.scrollTop = 0;
    draw();
  }

  function goTo(index, lines) {
    if (index !== state.log) openLog(index);
    state.here = lines;
    log.scrollTop = Math.max(0, (lines[0] - 1) * ROW - log.clientHeight / 3);
    draw();
  }

  function goToRecord(id) {
    const record = data.records[id];
    state.record = order.indexOf(id);
    status.textContent = `record ${id}: ${record.kind}, ${number(record.bytes)} bytes in ${number(record.blocks)} block(s)`;
    goTo(record.log, record.lines);
  }

  function chips(ids) {
    const box = element('div', { class: 'chips' });
    const chip = (id) =>
      data.records[id] === undefined
        ? element('span', { class: 'missing', text: `${id} (not in the log)` })
        : element('button', { text: id, 'data-record': id, onclick: () => goToRecord(id) });
    box.append(...ids.slice(0, FIRST_CHIPS).map(chip));
    if (ids.length > FIRST_CHIPS) {
      const more = element('button', { text: `all ${ids.length}` });
      more.addEventListener('click', () => box.replaceChildren(...ids.map(chip)));
      box.append(more);
    }
    return box;
  }

  function stagePart({ title, verdict, text, records }) {
    const heading = element(
      'h2',
      { text: `${title} ` },
      element('span', { class: verdict ?? 'none', text: verdict ?? 'no verdict' }),
    );
    return [heading, element('pre', { text, tabindex: '0' }), chips(records)];
  }

  function groupPart(group, most) {
    const bar = element('span', { class: 'bar' });
    bar.style.width = `${Math.max(2, (group.bytes / most) * 160)}px`;
    const head = element(
      'summary',
      {},
      bar,
      ` ${number(group.bytes)} B in ${number(group.blocks)} block(s) · ${group.kinds.join(', ')} · ${group.frames[0] ?? ''}`,
    );
    const stack = element('div', { class: 'stack' }, ...group.frames.map((text) => element('div', { text })));
    return element('details', {}, head, stack, chips(group.records));
  }

  function nextMatch(step) {
    const { lines } = data.logs[state.log];
    if (state.query === '') return;
    const from = state.here === null ? (step > 0 ? -1 : lines.length) : state.here[0] - 1;
    for (let moved = 1; moved <= lines.length; moved++) {
      const at = (from + step * moved + lines.length * 2) % lines.length;
      if (!lines[at].toLowerCase().includes(state.query)) continue;
      status.textContent = `line ${number(at + 1)}`;
      goTo(state.log, [at + 1, at + 1]);
      return;
    }
    status.textContent = 'not found';
  }

  function nextRecord(step) {
    if (order.length === 0) return;
    goToRecord(order[(state.record + step + order.length) % order.length]);
  }

  const main = document.querySelector('main');
  for (const stage of data.stages) main.append(...stagePart(stage));
  if (data.groups.length > 0) {
    const most = Math.max(...data.groups.map((group) => group.bytes));
    main.append(element('h2', { text: `Groups of loss records (${number(data.groups.length)})` }));
    main.append(...data.groups.map((group) => groupPart(group, most)));
  }
  for (const { role, from, to, rows: steps } of data.timelines) {
    main.append(
      element('h2', { text: `Timeline of ${role}` }),
      element('div', { class: 'soft', text: `${from} to ${to}` }),
    );
    main.append(
      ...steps.map(({ name, count, spark }) =>
        element('div', { class: 'timeline', text: `${name.padEnd(12)} ${spark} ${number(count)}` }),
      ),
    );
  }
  const tabs = document.querySelector('.tabs');
  tabs.append(
    ...data.logs.map(({ role, lines }, index) =>
      element('button', {
        text: `${role} · ${number(lines.length)} lines`,
        role: 'tab',
        onclick: () => openLog(index),
      }),
    ),
  );

  let drawing = false;
  const redraw = () => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      draw();
    });
  };
  log.addEventListener('scroll', redraw);
  addEventListener('resize', redraw);
  search.addEventListener('input', () => {
    state.query = search.value.toLowerCase();
    draw();
  });
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') nextMatch(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') search.blur();
  });
  document.getElementById('theme').addEventListener('click', () => {
    const dark = getComputedStyle(document.documentElement).colorScheme === 'dark';
    const system = matchMedia('(prefers-color-scheme: dark)').matches;
    const now = document.documentElement.style.colorScheme === '' ? system : dark;
    document.documentElement.style.colorScheme = now ? 'light' : 'dark';
  });
  addEventListener('keydown', (event) => {
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      '/': () => search.focus(),
      n: () => nextMatch(1),
      N: () => nextMatch(-1),
      j: () => nextRecord(1),
      k: () => nextRecord(-1),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  openLog(0);
})();
