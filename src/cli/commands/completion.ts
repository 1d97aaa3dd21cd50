// Shell completion: a script for bash, zsh or fish, made from the commands and their settings.

import { flagName } from '../../config/settings/resolve.ts';
import { EXIT, type Command } from '../command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const completionCommand = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  usage: SHELLS.join('|'),
  summary: 'A completion script for the shell.',
  examples: [
    ['source <(throughline completion bash)', 'for this shell'],
    ['throughline completion fish > ~/.config/fish/completions/throughline.fish', 'for good'],
  ],
  settings: {},
  run: (words, terminal) => {
    const shell = SHELLS.find((name) => name === words[0]);
    if (shell === undefined) {
      terminal.error(`throughline completion: say for which shell: ${SHELLS.join(', ')}\n`);
      return Promise.resolve(EXIT.usage);
    }
    terminal.out(shell === 'fish' ? fishScript(commands()) : bashScript(commands(), shell));
    return Promise.resolve(EXIT.ok);
  },
});

const flagsOf = (command: Command): string => Object.keys(command.settings).map(flagName).join(' ');

function bashScript(commands: readonly Command[], shell: 'bash' | 'zsh'): string {
  const cases = commands
    .filter(({ name }) => name !== '')
    .map((command) => `    ${command.name}) words="--help ${flagsOf(command)}" ;;`);
  const server = commands.find(({ name }) => name === '');
  const names = commands.map(({ name }) => name).filter((name) => name !== '');
  return `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_throughline() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="${names.join(' ')} --help --version ${server === undefined ? '' : flagsOf(server)}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _throughline throughline
`;
}

function fishScript(commands: readonly Command[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, summary, settings }) => {
    const condition = name === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${name}`;
    const flags = Object.entries(settings).map(
      ([key, { text }]) =>
        `complete -c throughline -n ${quoted(condition)} -l ${flagName(key).slice(2)} -d ${quoted(text)}`,
    );
    const self = `complete -c throughline -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`;
    return name === '' ? flags : [self, ...flags];
  });
  return `${lines.join('\n')}\n`;
}
