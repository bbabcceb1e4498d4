#!/usr/bin/env node
import { spawn } from 'node:child_process'
import process from 'node:process'

/**
 * The npm scripts read `exec node …`: in a POSIX shell the program then takes the shell's place, and a signal to npm reaches it (a shell in between would die
 * and leave the program behind). Windows knows neither the word nor such signals; npm puts this file under that name on the path there.
 */
const [program = '', ...args] = process.argv.slice(2)
spawn(program === 'node' ? process.execPath : program, args, { stdio: 'inherit' })
  .on('exit', (code) => process.exit(code ?? 1))
  .on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  })
