#!/usr/bin/env node
import { isMainThread } from 'node:worker_threads'
import { runCommand } from './command.ts'
import { replayInWorker } from './replay-worker.ts'

if (isMainThread) await runCommand(process.argv, import.meta.url)
else replayInWorker()
