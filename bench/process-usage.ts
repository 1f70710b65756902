/** What a process has used, as its operating system tells: CPU seconds and resident memory. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** USER_HZ of the kernel's interface to user space. */
const ticksPerSecond = 100;

/** User and system CPU seconds of the process and of all its threads. */
export function cpuSeconds(pid: number): number {
  if (process.platform === 'linux') {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold blanks: fields count from behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }
  const text = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' });
  return text
    .trim()
    .split(':')
    .reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

/** Resident bytes. */
export function residentBytes(pid: number): number {
  const text = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(text.trim()) * 1024;
}

/** The most that was resident since the process began; where the system does not tell, at present. */
export function peakResidentBytes(pid: number): number {
  if (process.platform !== 'linux') return residentBytes(pid);
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1]) * 1024;
}
