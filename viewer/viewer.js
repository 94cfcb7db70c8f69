// The page of `leaktrail diagnose --format html`. Reads its data from the page, asks no network, and puts untrusted
// text into the page as text only.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const ROW = 18;
  const OVERSCAN = 20;
  const FIRST_CHIPS = 24;
  const FIRST_GROUPS = 20;
  const log = document.getElementById('log');
  const rows = document.getElementById('rows');
  const spacer = document.getElementById('spacer');
  const search = document.getElementById('search');
  const status = document.getElementById('status');
  const main = document.querySelector('main');

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
  const counted = (value, one) => `${number(value)} ${one}${value === 1 ? '' : 's'}`;

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
    for (const [at, tab] of [...document.querySelectorAll('[role="tab"]')].entries()) {
      tab.setAttribute('aria-selected', String(at === index));
      tab.tabIndex = at === index ? 0 : -1;
    }
    log.setAttribute('aria-labelledby', `tab-${index}`);
    log.scrollTop = 0;
    log.scrollLeft = 0;
    draw();
  }

  function goTo(index, lines) {
    if (index !== state.log) openLog(index);
    state.here = lines;
    log.scrollTop = Math.max(0, (lines[0] - 1) * ROW - log.clientHeight / 3);
    draw();
  }

  function tellTab(tab, index) {
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      const next = (index + step + data.logs.length) % data.logs.length;
      openLog(next);
      document.getElementById(`tab-${next}`).focus();
    });
    return tab;
  }

  document.querySelector('.tabs').append(
    ...data.logs.map(({ role, lines }, index) =>
      tellTab(
        element('button', {
          type: 'button',
          text: `${role} · ${counted(lines.length, 'line')}`,
          role: 'tab',
          id: `tab-${index}`,
          'aria-controls': 'log',
          onclick: () => openLog(index),
        }),
        index,
      ),
    ),
  );

  function goToRecord(id) {
    const record = data.records[id];
    state.record = order.indexOf(id);
    for (const chip of document.querySelectorAll('[data-record]')) {
      if (chip.dataset.record === id) chip.setAttribute('aria-current', 'true');
      else chip.removeAttribute('aria-current');
    }
    const place = `${data.logs[record.log].role}, line ${number(record.lines[0])}`;
    status.textContent = `record ${id}: ${counted(record.bytes, 'byte')} in ${counted(record.blocks, 'block')}, ${words(record.kind)} · ${place}`;
    goTo(record.log, record.lines);
  }

  const words = (kind) => kind.replace('-', ' ');

  function chip(id) {
    if (data.records[id] === undefined)
      return element('span', { class: 'missing', text: `${id} is not in the log` });
    return element('button', { type: 'button', text: id, 'data-record': id, onclick: () => goToRecord(id) });
  }

  /** Records a click away; of many the first, and the rest on demand. */
  function chips(ids, label) {
    const box = element('div', { class: 'chips' });
    if (ids.length === 0) return box;
    if (label !== undefined) box.append(element('span', { class: 'soft', text: label }));
    box.append(...ids.slice(0, FIRST_CHIPS).map(chip));
    if (ids.length > FIRST_CHIPS) {
      const more = element('button', {
        type: 'button',
        class: 'more',
        text: `${ids.length - FIRST_CHIPS} more`,
      });
      more.addEventListener('click', () => {
        more.replaceWith(...ids.slice(FIRST_CHIPS).map(chip));
      });
      box.append(more);
    }
    return box;
  }

  function stackOf(frames) {
    const items = frames.map((frame) => {
      const [, name, place] = /^(.*?)( \(.*\))?$/s.exec(frame);
      return element(
        'li',
        {},
        element('span', { text: name }),
        element('span', { class: 'soft', text: place ?? '' }),
      );
    });
    return element('ol', { class: 'stack' }, ...items);
  }

  const badge = (verdict, text) => element('span', { class: `badge ${verdict ?? 'none'}`, text });

  function fact(label, ...content) {
    return [element('dt', { text: label }), element('dd', {}, ...content)];
  }

  /** What leaks, why and where, before anything else. */
  function headlinePart({ analyst, verdict, verdictText, lost, cause, record, frames }) {
    const facts = element('dl');
    if (lost !== null) facts.append(...fact('Lost', lost));
    if (cause !== '') facts.append(...fact('Cause', cause));
    if (record !== null) {
      const { log: index, lines } = data.records[record];
      const place = ` ${data.logs[index].role}, lines ${number(lines[0])} to ${number(lines[1])}`;
      facts.append(...fact('First evidence', chip(record), element('span', { class: 'soft', text: place })));
      facts.append(...fact('Allocated in', stackOf(frames)));
    }
    const title =
      { YES: 'Memory is leaked', NO: 'No memory is leaked' }[verdict] ?? 'Whether memory is leaked is open';
    const head = element('h2', { text: `${title} ` }, badge(verdict, verdictText));
    const by = element('p', { class: 'soft', text: `says ${analyst}` });
    return element('section', { class: 'card' }, element('div', {}, head, by, facts));
  }

  function tableOf(analysts, facts) {
    const head = element(
      'tr',
      {},
      element('td'),
      ...analysts.map((text) => element('th', { scope: 'col', text })),
    );
    const body = facts.map(({ label, cells }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row', text: label }),
        ...cells.map((text) => element('td', { text })),
      ),
    );
    return element(
      'div',
      { class: 'wide' },
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)),
    );
  }

  function answerPart({ analyst, verdict, verdictText, text, relations, records }, several) {
    const made = element('div', { class: 'answer' });
    if (several) made.append(element('h3', { text: `${analyst} ` }, badge(verdict, verdictText)));
    if (text !== '')
      made.append(element('pre', { text, tabindex: '0', 'aria-label': `answer of ${analyst}` }));
    // Side by side, what each names is told with who names it.
    if (several) return made;
    if (relations.length > 0) {
      const list = element('ul', { class: 'names' }, ...relations.map((one) => element('li', { text: one })));
      const summary = element('summary', { text: `all pairs and calls that are named: ${relations.length}` });
      made.append(element('details', {}, summary, list));
    }
    made.append(chips(records, `cites ${counted(records.length, 'record')}`));
    return made;
  }

  function stagePart({ title, rows: facts, shares, answers }) {
    const [first] = answers;
    const several = answers.length > 1;
    const section = element('section');
    const heading = element('h2', { text: `${title} ` });
    section.append(heading);
    if (several) {
      const analysts = answers.map(({ analyst }) => analyst);
      section.append(tableOf(analysts, facts));
      for (const { label, text, records } of shares) {
        if (records.length > 0) section.append(chips(records, label));
        else
          section.append(
            element('p', { class: 'share' }, element('span', { class: 'soft', text: `${label} ` }), text),
          );
      }
    } else heading.append(badge(first.verdict, first.verdictText));
    section.append(
      element('div', { class: 'answers' }, ...answers.map((answer) => answerPart(answer, several))),
    );
    return section;
  }

  function groupPart(group, most) {
    const bar = element('span', { class: 'bar' });
    bar.style.width = `${Math.max(2, (group.bytes / most) * 100)}%`;
    const citedOnes = group.records.filter((id) => data.records[id]?.cited).length;
    const facts = [
      counted(group.blocks, 'block'),
      group.kinds.map(words).join(', '),
      citedOnes === 0
        ? 'not cited'
        : citedOnes === group.records.length
          ? 'cited'
          : `${citedOnes} of ${group.records.length} cited`,
    ];
    const head = element(
      'summary',
      {},
      element('span', { class: 'size', text: `${number(group.bytes)} B` }),
      element(
        'span',
        { class: 'what' },
        element('code', { text: group.title }),
        element('span', { class: 'soft', text: facts.join(' · ') }),
        bar,
      ),
    );
    return element('details', { class: 'group' }, head, stackOf(group.frames), chips(group.records));
  }

  function groupsPart() {
    if (data.groups.length === 0) return [];
    const most = Math.max(...data.groups.map((group) => group.bytes));
    const section = element(
      'section',
      {},
      element('h2', { text: `All loss records by stack (${number(data.groups.length)})` }),
    );
    section.append(...data.groups.slice(0, FIRST_GROUPS).map((group) => groupPart(group, most)));
    const rest = data.groups.slice(FIRST_GROUPS);
    if (rest.length > 0) {
      const more = element('button', {
        type: 'button',
        class: 'more',
        text: `${number(rest.length)} more stacks`,
      });
      more.addEventListener('click', () => more.replaceWith(...rest.map((group) => groupPart(group, most))));
      section.append(more);
    }
    return [section];
  }

  function timelinePart({ role, from, to, rows: steps }) {
    return element(
      'section',
      {},
      element('h2', { text: `Timeline of ${role}` }),
      element('p', { class: 'soft', text: `${from} to ${to}` }),
      ...steps.map(({ name, count, spark }) =>
        element('div', { class: 'timeline', text: `${name.padEnd(12)} ${spark} ${number(count)}` }),
      ),
    );
  }

  main.append(
    element('div', { class: 'cards' }, ...data.headlines.map(headlinePart)),
    ...data.stages.map(stagePart),
  );
  if (data.usage.length > 0 && data.headlines.length > 1) {
    const table = tableOf(
      data.headlines.map(({ analyst }) => analyst),
      data.usage,
    );
    main.append(element('section', {}, element('h2', { text: 'What it took' }), table));
  }
  main.append(...groupsPart(), ...data.timelines.map(timelinePart));

  /** Lines of the open log that hold what is searched for, 0-based. */
  function matches() {
    const found = [];
    for (const [at, text] of data.logs[state.log].lines.entries()) {
      if (text.toLowerCase().includes(state.query)) found.push(at);
    }
    return found;
  }

  function nextMatch(step) {
    if (state.query === '') return;
    const found = matches();
    if (found.length === 0) {
      status.textContent = `not found in ${data.logs[state.log].role}`;
      return;
    }
    const here = state.here === null ? -1 : state.here[0] - 1;
    const after = found.findIndex((at) => at > here);
    const before = found.findLastIndex((at) => at < (here < 0 ? Infinity : here));
    const next = step > 0 ? (after < 0 ? 0 : after) : before < 0 ? found.length - 1 : before;
    const line = found[next] + 1;
    status.textContent = `line ${number(line)} · match ${number(next + 1)} of ${number(found.length)}`;
    goTo(state.log, [line, line]);
  }

  function nextRecord(step) {
    if (order.length === 0) return;
    const from = state.record < 0 && step < 0 ? 0 : state.record;
    goToRecord(order[(from + step + order.length) % order.length]);
  }

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
    const { style } = document.documentElement;
    const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    style.colorScheme = (style.colorScheme || system) === 'dark' ? 'light' : 'dark';
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
