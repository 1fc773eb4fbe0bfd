import { useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter, Link, Route, Routes } from 'react-router'

function Tasks() {
  const [tasks, setTasks] = useState(['Paint', 'Caulk', 'Anchor'])
  const [round, setRound] = useState(0)
  const dialog = useRef(null)
  const add = () => setTasks((all) => [...all, `Task ${all.length + 1}`])
  useEffect(() => {
    const pressed = ({ key }) => key === 'n' && add()
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
  return (
    <main>
      <h1>Tasks</h1>
      <p key={round}>
        <button type="button" id="add" onClick={add}>
          Add
        </button>
      </p>
      <button type="button" id="renew" onClick={() => setRound(round + 1)}>
        Renew
      </button>
      <button type="button" id="sort" onClick={() => setTasks((all) => [...all].sort())}>
        Sort
      </button>
      <button type="button" id="help" onClick={() => dialog.current.showModal()}>
        Help
      </button>
      <ul id="tasks">
        {tasks.map((task) => (
          <li key={task} data-task={task}>
            {task}
          </li>
        ))}
      </ul>
      <dialog ref={dialog}>Press n for a new task.</dialog>
    </main>
  )
}

function Team() {
  return (
    <main>
      <h1>Team</h1>
      <button type="button" id="invite">
        Invite
      </button>
    </main>
  )
}

createRoot(document.getElementById('app')).render(
  <BrowserRouter>
    <nav>
      <Link to="/">Tasks</Link> <Link to="/team">Team</Link>
    </nav>
    <Routes>
      <Route path="/" element={<Tasks />} />
      <Route path="/team" element={<Team />} />
    </Routes>
  </BrowserRouter>,
)
