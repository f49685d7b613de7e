// The colours of series and of what surrounds them, on light and on dark ground.

/** System, run or series s has the colour s mod 8, and another pattern from the ninth on. */
export const NUM_COLORS = 8;

const ink = {
  light: { card: '#fff', ink: '#23262b', soft: '#626873', line: '#e3e0da', grid: '#ece9e3' },
  dark: { card: '#1d2025', ink: '#dde0e5', soft: '#9aa1ac', line: '#30343b', grid: '#292d33' },
};
// Chosen greedily for the largest least distance (OKLab) between any two as people with each kind of colour blindness
// see them (Machado et al. 2009): 0.23 (dark: 0.21) among the first three, 0.08 among all. The contrast is 3:1 or more.
const series = {
  light: ['#2f62b0', '#cf7d1f', '#7c140a', '#2ca2a2', '#483962', '#91624c', '#6d5179', '#9d79d7'],
  dark: ['#6f9fdc', '#e8a04f', '#93efff', '#d14a5f', '#efe345', '#796ce0', '#36d2ba', '#ab61a5'],
};

/** CSS variables: --card, --ink, --soft, --line, --grid, and --s0 to --s7. */
export function cssVariables(ground: 'light' | 'dark'): string {
  const named = Object.entries(ink[ground]).map(([name, color]) => `--${name}:${color}`);
  return [...named, ...series[ground].map((color, s) => `--s${s}:${color}`)].join(';');
}

/** The classes that give something the colour of series `s` as --c. */
export const colorClass = (s: number): string => `c${s % NUM_COLORS}${s >= NUM_COLORS ? ' striped' : ''}`;

/** The rules of those classes. */
export const COLOR_RULES = Array.from({ length: NUM_COLORS }, (_, k) => `.c${k}{--c:var(--s${k})}`).join('');
