// What the parts of the page that need its script are made of.
import { type ComponentChild, type ComponentChildren, h } from 'preact';

/** Hidden until the script runs. */
export const scripted = (...children: ComponentChildren[]): ComponentChild =>
  h('div', { class: 'scripted', hidden: true }, children);

export const labelled = (id: string, label: string, more: object = {}): ComponentChild =>
  h('label', null, [`${label} `, h('select', { id, ...more })]);

export const checkbox = (id: string, label: string): ComponentChild =>
  h('label', null, [h('input', { id, type: 'checkbox' }), ` ${label}`]);
