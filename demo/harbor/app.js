// Harbor: a small project tool with client-side routes. It keeps its data in this browser.

const stored = localStorage.getItem('harbor')
const data = stored ? JSON.parse(stored) : firstData()
const save = () => localStorage.setItem('harbor', JSON.stringify(data))
const main = document.querySelector('#main')
const dialog = document.querySelector('#new-project')

function firstData() {
  return {
    next: 100,
    options: { digest: true, mentions: true, due: false },
    people: [
      { name: 'Mara Okafor', email: 'mara@northwind.studio', role: 'Owner', hue: 212 },
      { name: 'Jonas Lind', email: 'jonas@northwind.studio', role: 'Editor', hue: 162 },
      { name: 'Ada Brandt', email: 'ada@northwind.studio', role: 'Editor', hue: 28 },
    ],
    projects: [
      {
        id: 'atlas',
        name: 'Atlas website',
        hue: 212,
        due: 'Fri 4 Dec',
        tasks: [
          ['Agree on the sitemap', 'Content', 2, 'Mon', 'done'],
          ['Draw the type scale', 'Design', 1, 'Tue', 'done'],
          ['Photograph the workshop', 'Content', 2, 'Wed', 'doing'],
          ['Build the project template', 'Build', 0, 'Thu', 'doing'],
          ['Write the About page', 'Content', 1, 'Thu', 'todo'],
          ['Check it with a keyboard', 'Build', 0, 'Fri', 'todo'],
          ['Move the old links', 'Build', 2, 'Fri', 'todo'],
        ],
      },
      {
        id: 'ferry',
        name: 'Ferry timetable app',
        hue: 172,
        due: 'Mon 14 Dec',
        tasks: [
          ['Talk to six commuters', 'Research', 1, 'Mon', 'done'],
          ['Sketch the offline view', 'Design', 0, 'Wed', 'doing'],
          ['Clean up the stop names', 'Build', 2, 'Thu', 'todo'],
          ['Test on the pier', 'Research', 1, 'Mon', 'todo'],
        ],
      },
      {
        id: 'identity',
        name: 'Saltworks identity',
        hue: 32,
        due: 'Wed 25 Nov',
        tasks: [
          ['Collect references', 'Research', 1, 'Mon', 'done'],
          ['Three directions', 'Design', 1, 'Fri', 'done'],
          ['Pick one with the client', 'Design', 0, 'Mon', 'done'],
          ['Letterhead and signage', 'Design', 1, 'Wed', 'doing'],
        ],
      },
    ].map((project) => ({
      ...project,
      tasks: project.tasks.map(([title, tag, who, due, state], index) => ({
        id: `${project.id}-${index + 1}`,
        title,
        tag,
        who,
        due,
        state,
      })),
    })),
  }
}

const templates = {
  blank: [],
  launch: [
    ['Write the brief', 'Content'],
    ['Agree on the date', 'Research'],
    ['Draft the announcement', 'Content'],
    ['Build the page', 'Build'],
    ['Tell support', 'Content'],
    ['Hold the retro', 'Research'],
  ],
  sprint: [
    ['Plan the sprint', 'Research'],
    ['Build the first slice', 'Build'],
    ['Review with the team', 'Design'],
  ],
}
const tags = { Content: 28, Design: 275, Build: 212, Research: 162 }
const columns = [
  ['todo', 'To do', 'var(--soft)'],
  ['doing', 'In progress', '#e0a030'],
  ['done', 'Done', 'var(--teal)'],
]

// Small drawing helpers: text is always escaped.
const safe = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
const icon = (name) => `<svg class="i" aria-hidden="true"><use href="/demo/harbor/art/icons.svg#${name}"/></svg>`
const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join('')
    .toUpperCase()
const avatar = (person, small) =>
  `<span class="avatar${small ? ' s' : ''}" style="--hue:${person.hue}" title="${safe(person.name)}" aria-hidden="true">${safe(initials(person.name))}</span>`
const percent = (project) =>
  project.tasks.length
    ? Math.round((100 * project.tasks.filter((task) => task.state === 'done').length) / project.tasks.length)
    : 0

function cover(project) {
  const h = project.hue
  const s = [...project.id].reduce((sum, sign) => sum + sign.charCodeAt(0), 0)
  const wave = (y, swell, phase) =>
    `M0 ${y} C ${50 + phase} ${y - swell}, ${100 + phase} ${y + swell}, 170 ${y} S ${270 - phase} ${y - swell}, 340 ${y} V92 H0Z`
  return `<svg viewBox="0 0 340 92" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
    <circle cx="${60 + (s % 200)}" cy="${34 + (s % 14)}" r="17" fill="hsl(42 95% 68%)" opacity=".9"/>
    <path d="${wave(52, 14, s % 30)}" fill="hsl(${h} 45% 55%)" opacity=".35"/>
    <path d="${wave(64, 12, (s * 3) % 40)}" fill="hsl(${h} 48% 45%)" opacity=".5"/>
    <path d="${wave(77, 8, (s * 7) % 30)}" fill="hsl(${h} 55% 34%)" opacity=".75"/></svg>`
}

const routes = [
  [/^\/harbor\/?$/, 'Projects', projects],
  [/^\/harbor\/projects\/([\w-]+)$/, 'Project', board],
  [/^\/harbor\/team$/, 'Team', team],
  [/^\/harbor\/settings$/, 'Settings', settings],
  [/^\/harbor\/help$/, 'Help', help],
  [/^\/harbor\/whats-new$/, 'What’s new', news],
]

function projects() {
  const tasks = data.projects.flatMap((project) => project.tasks)
  const count = (state) => tasks.filter((task) => task.state === state).length
  main.innerHTML = `
    <div class="head">
      <div><h1>Good to see you, Mara</h1><p>Two things are due this week. The rest is in calm water.</p></div>
      <button class="button primary" data-new data-foothold="project.new">${icon('plus')}New project</button>
    </div>
    <dl class="panel numbers">
      <div><dt>To do</dt><dd>${count('todo')}</dd></div>
      <div><dt>In progress</dt><dd>${count('doing')}</dd></div>
      <div><dt>Done this month</dt><dd>${count('done')}</dd></div>
    </dl>
    <h2>Your projects</h2>
    <div class="cards">
      ${data.projects
        .map(
          (project, index) => `
        <a class="panel card" href="/harbor/projects/${project.id}" data-link style="--hue:${project.hue}" ${index ? '' : 'data-foothold="project.first"'}>
          <div class="cover">${cover(project)}</div>
          <div class="body">
            <h3>${safe(project.name)}</h3>
            <div class="bar" style="--done:${percent(project)}"><i></i></div>
            <div class="foot"><span>Due ${safe(project.due)}</span><span class="avatars">${data.people
              .slice(0, 3)
              .map((person) => avatar(person, true))
              .join('')}</span></div>
          </div>
        </a>`,
        )
        .join('')}
      <button class="panel card new" data-new>${icon('plus')}<b>Start a project</b><span>Blank, or from a template</span></button>
    </div>
    <section class="panel">
      <header><h2>Lately</h2><a href="/harbor/whats-new" data-link>What’s new in Harbor</a></header>
      <ul class="feed">
        ${[
          [1, '<b>Jonas</b> finished <b>Draw the type scale</b>', '20 min'],
          [2, '<b>Ada</b> moved <b>Photograph the workshop</b> to In progress', '2 h'],
          [1, '<b>Jonas</b> asked about the offline view in <b>Ferry timetable app</b>', 'yesterday'],
        ]
          .map(([who, text, when]) => `<li>${avatar(data.people[who], true)}<p>${text}</p><time>${when}</time></li>`)
          .join('')}
      </ul>
    </section>`
}

function board([, id]) {
  const project = data.projects.find((one) => one.id === id)
  if (!project) return missing()
  document.title = `${project.name} · Harbor`
  main.innerHTML = `
    <p class="crumb"><a href="/harbor" data-link>Projects</a> / ${safe(project.name)}</p>
    <div class="head">
      <div><h1>${safe(project.name)}</h1><p>${percent(project)} % done · due ${safe(project.due)}</p></div>
      <div class="row">
        <span class="avatars">${data.people.map((person) => avatar(person)).join('')}</span>
        <a class="button" href="/harbor/team" data-link data-foothold="board.invite">${icon('invite')}Invite</a>
      </div>
    </div>
    <div class="board" data-foothold="board">
      ${columns
        .map(([state, title, dot]) => {
          const tasks = project.tasks.filter((task) => task.state === state)
          return `<section class="column" style="--dot:${dot}" aria-labelledby="column-${state}">
          <h2 id="column-${state}">${title} <span>${tasks.length}</span></h2>
          <ul>${tasks.map((task, index) => taskItem(project, task, state === 'todo' && !index)).join('')}</ul>
          ${state === 'todo' ? `<form class="add" data-add><input name="title" aria-label="New task" placeholder="Add a task" autocomplete="off" data-foothold="task.add"><button class="button" aria-label="Add task">${icon('plus')}</button></form>` : ''}
        </section>`
        })
        .join('')}
    </div>`
}

function taskItem(project, task, first) {
  const done = task.state === 'done'
  const who = data.people[task.who] ?? data.people[0]
  const track = done
    ? ''
    : `data-foothold-track="Task Completed" data-foothold-task="${task.id}" data-foothold-project="${project.id}"`
  return `<li class="task${done ? ' done' : ''}">
    <button data-task="${task.id}" aria-pressed="${done}" aria-label="${done ? 'Reopen' : 'Complete'}: ${safe(task.title)}" ${first ? 'data-foothold="task.check"' : ''} ${track}>
      <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.7" aria-hidden="true"><circle cx="10" cy="10" r="8.2" ${done ? 'fill="currentColor"' : ''}/><path d="M6.3 10.3l2.6 2.5 4.9-5.3" ${done ? 'stroke="var(--raised)"' : 'opacity=".55"'} stroke-linecap="round" stroke-linejoin="round"/></svg>
    </button>
    <b>${safe(task.title)}</b>
    <span class="meta"><span class="tag" style="--hue:${tags[task.tag]}">${task.tag}</span>${safe(task.due)}${avatar(who, true)}</span>
  </li>`
}

function team() {
  main.innerHTML = `
    <div class="head"><div><h1>Team</h1><p>Everyone here sees all projects. Guests only see what you share.</p></div></div>
    <div class="split">
      <div class="form">
        <section class="panel pad">
          <form class="invite" data-invite>
            <label class="field">Email address<input name="email" type="email" required placeholder="name@company.com" autocomplete="off" data-foothold="invite.email"></label>
            <label class="field">Role<select name="role"><option>Editor</option><option>Viewer</option><option>Guest</option></select></label>
            <button class="button primary" disabled data-foothold="invite.button" data-foothold-track="Teammate Invited" data-foothold-role="Editor">Send invite</button>
          </form>
        </section>
        <section class="panel">
          <header><h2>${data.people.length} people</h2></header>
          <ul class="people">
            ${data.people.map((person) => `<li>${avatar(person)}<span class="who"><b>${safe(person.name)}</b><small>${safe(person.invited ? 'Invitation sent' : person.email)}</small></span><span class="role">${safe(person.role)}</span></li>`).join('')}
          </ul>
        </section>
      </div>
      <aside class="panel side-note"><img src="/demo/harbor/art/team.svg" alt="" width="420" height="240"><div><h2>Better with two</h2><p>Projects with a second person finish nine days sooner. Invite whoever reviews your work first.</p></div></aside>
    </div>`
}

function settings() {
  const options = data.options
  const toggle = (key, title, text) =>
    `<label class="switch"><span><b>${title}</b><small>${text}</small></span><input type="checkbox" role="switch" data-option="${key}" ${options[key] ? 'checked' : ''}></label>`
  main.innerHTML = `
    <div class="head"><div><h1>Settings</h1><p>For you in Northwind Studio.</p></div></div>
    <div class="stack">
      <section class="panel pad">
        <form class="form" data-profile>
          <div class="grid2">
            <label class="field">Name<input name="name" value="Mara Okafor" autocomplete="name"></label>
            <label class="field">Job title<input name="title" value="Studio lead" autocomplete="organization-title"></label>
          </div>
          <label class="field">Time zone<select name="zone"><option>Europe/Berlin</option><option>Europe/Lisbon</option><option>America/New_York</option></select></label>
          <div class="row"><button class="button primary">Save changes</button></div>
        </form>
      </section>
      <section class="panel pad" data-foothold="settings.notifications">
        <h2>Notifications</h2>
        ${toggle('digest', 'Morning digest', 'One email at 8:00 with what changed overnight')}
        ${toggle('mentions', 'Mentions', 'Right away, wherever you are')}
        ${toggle('due', 'Due tomorrow', 'A reminder the afternoon before')}
      </section>
      <section class="panel pad row" style="justify-content:space-between">
        <span><h2>Leave this workspace</h2><small>Your tasks go back to the owner.</small></span>
        <button class="button danger" type="button" disabled>Leave</button>
      </section>
    </div>`
}

function help() {
  const topics = [
    ['projects', 'Projects and boards', 'Columns, due dates, templates'],
    ['team', 'People and roles', 'Invite, share, remove'],
    ['news', 'Automations', 'Let Harbor move tasks for you'],
    ['settings', 'Account and billing', 'Plans, invoices, seats'],
  ]
  const questions = [
    [
      'How do I share one project with a client?',
      'Invite them as a Guest under Team, then pick the project. Guests see that board and nothing else, and they never count as a seat.',
    ],
    [
      'Can I get a deleted task back?',
      'Yes, for 30 days. Open the project, choose “Archive” in the menu and press Restore.',
    ],
    [
      'Does Harbor work offline?',
      'Boards that you opened in the last week do. Changes are sent when you are back on shore.',
    ],
    [
      'How do I import from a spreadsheet?',
      'Save it as CSV with the columns title, tag and due, then drop the file on an empty board.',
    ],
  ]
  main.innerHTML = `
    <div class="head"><div><h1>How can we help?</h1><p>Short answers from the people who build Harbor.</p></div></div>
    <div class="search" role="search">${icon('search')}<input type="search" aria-label="Search help" placeholder="Search, for example “guests”" data-foothold="help.search" data-filter></div>
    <h2>Topics</h2>
    <div class="topics">${topics.map(([name, title, text]) => `<div class="panel">${icon(name)}<h3>${title}</h3><p>${text}</p></div>`).join('')}</div>
    <section class="panel"><header><h2>Asked most</h2></header>
      ${questions.map(([question, answer]) => `<details><summary>${question}</summary><p>${answer}</p></details>`).join('')}
      <p class="pad" data-none hidden>Nothing found. Write to <a href="mailto:help@harbor.example">help@harbor.example</a>, a person answers.</p>
    </section>`
}

function news() {
  const sections = [
    [
      'automations',
      'November',
      'Automations that read like a sentence',
      'Pick a moment, pick what should happen. “When a task is done, tell its reviewer.” No builder, no arrows.',
      ['Runs on every board or on one', 'Says what it did, and can take it back'],
    ],
    [
      'timeline',
      'November',
      'A timeline that bends',
      'Drag one date and everything that waits for it moves along. Harbor shows what would slip before you let go.',
      ['Up to two years at a glance', 'Weekends stay free'],
    ],
    [
      'guests',
      'October',
      'Guests see one board, and only that',
      'Share a project with a client in two clicks. They comment and approve, they never see your other work.',
      ['No seat needed', 'A link that expires when you say so'],
    ],
    [
      'mobile',
      'October',
      'Boards in your pocket',
      'The phone app opens where you left off and works without a connection. Swipe a task to finish it.',
      ['Offline for a week', 'Widgets for today’s tasks'],
    ],
    [
      'search',
      'September',
      'Search that knows what you meant',
      'Type what you remember. Harbor finds tasks, people and files, with the ones you touched last on top.',
      ['Filters as you type', 'Works across archived projects'],
    ],
    [
      'reports',
      'September',
      'Reports without a meeting',
      'Every Friday a page of what got done, what is stuck and who could use a hand. Nobody has to write it.',
      ['Sent by email or to a channel', 'One page, never more'],
    ],
  ]
  main.innerHTML = `
    <div class="head"><div><h1>What’s new</h1><p>Six things we shipped this autumn.</p></div></div>
    <div class="news">
      ${sections
        .map(
          ([name, when, title, text, points]) => `
        <section class="panel" id="${name}" data-foothold-section="${name}">
          <img src="/demo/harbor/art/${name}.svg" alt="" width="820" height="360">
          <div class="text"><span class="when">${when}</span><h2>${title}</h2><p>${text}</p><ul>${points.map((point) => `<li>${point}</li>`).join('')}</ul></div>
        </section>`,
        )
        .join('')}
    </div>`
}

function missing() {
  document.title = 'Not found · Harbor'
  main.innerHTML = `<div class="head"><div><h1>There is no such page</h1><p>It may have been renamed or archived.</p></div></div><a class="button primary" href="/harbor" data-link>Back to projects</a>`
}

function draw() {
  for (const [pattern, title, page] of routes) {
    const match = pattern.exec(location.pathname)
    if (!match) continue
    document.title = `${title} · Harbor`
    page(match)
    mark()
    return
  }
  missing()
  mark()
}

function mark() {
  for (const link of document.querySelectorAll('.side nav a')) {
    const path = link.getAttribute('href')
    const here =
      path === '/harbor' ? /^\/harbor(\/projects\/.*)?\/?$/.test(location.pathname) : location.pathname === path
    if (here) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
}

function go(path) {
  history.pushState(null, '', path)
  draw()
  scrollTo(0, 0)
  main.focus({ preventScroll: true })
}

let toastTimer
function toast(text) {
  const element = document.querySelector('.toast')
  element.textContent = text
  element.classList.add('on')
  clearTimeout(toastTimer)
  toastTimer = setTimeout(() => element.classList.remove('on'), 3200)
}

addEventListener('popstate', draw)

document.addEventListener('click', (event) => {
  const target = event.target.closest('a[data-link], [data-new], [data-close], [data-task]')
  if (!target) return
  if (target.matches('a')) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    go(target.getAttribute('href'))
  } else if (target.matches('[data-new]')) {
    dialog.querySelector('form').reset()
    ready()
    dialog.showModal()
  } else if (target.matches('[data-close]')) {
    dialog.close('')
  } else {
    for (const project of data.projects)
      for (const task of project.tasks)
        if (task.id === target.dataset.task) {
          task.state = task.state === 'done' ? 'todo' : 'done'
          save()
          draw()
          document.querySelector(`[data-task="${task.id}"]`)?.focus({ preventScroll: true })
        }
  }
})

// The dialog's and the invitation's buttons wake up when there is something to send.
function ready() {
  const create = dialog.querySelector('[value=create]')
  create.disabled = !dialog.querySelector('[name=name]').value.trim()
  create.setAttribute('data-foothold-template', dialog.querySelector('[name=template]:checked').value)
}
dialog.addEventListener('input', ready)
dialog.addEventListener('close', () => {
  if (dialog.returnValue !== 'create') return
  dialog.returnValue = ''
  const form = new FormData(dialog.querySelector('form'))
  const id = `p${data.next++}`
  const tasks = templates[form.get('template')].map(([title, tag], index) => ({
    id: `${id}-${index + 1}`,
    title,
    tag,
    who: 0,
    due: 'Fri',
    state: 'todo',
  }))
  data.projects.unshift({
    id,
    name: String(form.get('name')).trim(),
    hue: (data.next * 47) % 360,
    due: 'Fri 18 Dec',
    tasks,
  })
  save()
  go(`/harbor/projects/${id}`)
  toast('Project created')
})

main.addEventListener('input', (event) => {
  const invite = event.target.closest('[data-invite]')
  if (invite) {
    const button = invite.querySelector('button')
    button.disabled = !invite.checkValidity()
    button.setAttribute('data-foothold-role', invite.elements.role.value)
  }
  if (event.target.matches('[data-option]')) {
    data.options[event.target.dataset.option] = event.target.checked
    save()
  }
  if (event.target.matches('[data-filter]')) {
    const words = event.target.value.trim().toLowerCase()
    let found = 0
    for (const item of main.querySelectorAll('details')) {
      item.hidden = !item.textContent.toLowerCase().includes(words)
      if (!item.hidden) found++
    }
    main.querySelector('[data-none]').hidden = found > 0
  }
})

main.addEventListener('submit', (event) => {
  event.preventDefault()
  const form = new FormData(event.target)
  if (event.target.matches('[data-add]')) {
    const title = String(form.get('title')).trim()
    const project = data.projects.find((one) => location.pathname.endsWith(`/${one.id}`))
    if (!title || !project) return
    project.tasks.push({ id: `t${data.next++}`, title, tag: 'Build', who: 0, due: 'Fri', state: 'todo' })
    save()
    draw()
    main.querySelector('[data-add] input').focus()
  } else if (event.target.matches('[data-invite]')) {
    const email = String(form.get('email'))
    const name = email
      .split('@')[0]
      .replace(/[._-]+/g, ' ')
      .replace(/\b\w/g, (sign) => sign.toUpperCase())
    data.people.push({ name, email, role: form.get('role'), hue: (data.next++ * 67) % 360, invited: true })
    save()
    draw()
    toast(`Invitation sent to ${email}`)
  } else {
    toast('Saved')
  }
})

draw()
