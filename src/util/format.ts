// Numbers as people read them: durations, counts, sizes.

/** Seconds as `840 ms`, `3.4 s`, `2 min 05 s` or `1 h 02 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${pad(whole % 60)} s`;
  const rounded = Math.round(seconds / 60);
  return `${Math.floor(rounded / 60)} h ${pad(rounded % 60)} min`;
}

/** A whole number with commas between thousands. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes as `512 bytes`, `1.5 kB`, `100 MB`, up to EB: powers of 1000, two significant digits below 10. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  let size = bytes / 1000;
  while (size >= 999.5 && units.length > 1) {
    size /= 1000;
    units.shift();
  }
  return `${size < 9.95 ? size.toFixed(1) : size < 1e6 ? Math.round(size) : size.toPrecision(1)} ${units[0]}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** A count with its noun. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
