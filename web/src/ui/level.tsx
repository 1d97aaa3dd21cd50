// The level of a log line: a word, with an icon and colour from warn on.

import type { Level } from '../../../src/api/contract/logs.ts';
import { Icon } from './icon.tsx';
import './level.css';

const TONE: Readonly<Record<Level, string>> = {
  trace: 't3',
  debug: 't3',
  info: 't3',
  warn: 'wrn',
  error: 'err',
  fatal: 'err',
  unknown: 't3',
};

export function LevelWord({ level }: { level: Level }) {
  const icon = level === 'warn' ? 'warn' : level === 'error' || level === 'fatal' ? 'error' : null;
  return (
    <span className={`levelword ${TONE[level]}`}>
      {icon === null ? null : <Icon name={icon} />}
      {level === 'unknown' ? '–' : level.toUpperCase()}
    </span>
  );
}
