import { Command } from 'commander'

export function checkCommand(): Command {
  return new Command('check').summary('Find what is wrong with a guide.').argument('<guide>', 'The guide, a JSON file.')
}
