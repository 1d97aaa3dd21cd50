// Copying: a button that says "Copied" for two seconds, politely announced, and the command box around it.

import { useEffect, useState, type ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './button.css';
import './states.css';

const SAID_MS = 2000;

export function CopyButton({
  text,
  label,
  children,
  className = 'btn quiet icon',
}: {
  text: string | (() => string);
  label: string;
  children?: ReactNode;
  className?: string;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={className}
      aria-label={label}
      title={copied ? 'Copied' : label}
      onClick={() => {
        void copyText(typeof text === 'string' ? text : text()).then(() => setCopied(true));
      }}
    >
      {children}
      <Icon name={copied ? 'ok' : 'copy'} />
      <span className="vh" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not a secure context (plain http on another host): the old way still works there.
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}

export function CommandBox({ code, label }: { code: string; label: string }) {
  return (
    <div className="cmd">
      <code>{code}</code>
      <CopyButton text={code} label={`Copy: ${label}`} />
    </div>
  );
}
