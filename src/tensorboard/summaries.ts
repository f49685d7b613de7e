// What stands under a tag at a step, for TensorBoard's plugins: scalars, text, hyper-parameters.
import {
  DATA_CLASS_TENSOR,
  DataType,
  encodeHParams,
  type HParamsPluginData,
  STATUS_SUCCESS,
  type SummaryValue,
} from './schema.ts';

/** A point of a curve. */
export const scalar = (tag: string, value: number): SummaryValue => ({ tag, simple_value: value });

/** Text in Markdown. */
export const text = (tag: string, markdown: string): SummaryValue => ({
  tag,
  metadata: { plugin_data: { plugin_name: 'text' }, data_class: DATA_CLASS_TENSOR },
  tensor: { dtype: DataType.STRING, tensor_shape: { dim: [] }, string_val: [Buffer.from(markdown)] },
});

/** Text as it stands, in a fixed-width font. */
export const verbatim = (tag: string, content: string): SummaryValue =>
  text(tag, content.replace(/^/gm, '    '));

/** A table with a header, of plain text. */
export function table(
  tag: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): SummaryValue {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rule = `|${' --- |'.repeat(header.length)}`;
  return text(tag, [line(header), rule, ...rows.map(line)].join('\n'));
}

/** White space as one space, and what Markdown or HTML would take for its own as character references. */
const escapeMarkdown = (plain: string): string =>
  plain.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]|<>&~]/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** The settings of a run, by name, and when it started: what makes it a row of the HParams tab. */
export function sessionStart(
  hparams: Readonly<Record<string, number | string | boolean>>,
  seconds: number,
): SummaryValue {
  const values = Object.entries(hparams).map(([name, value]) => {
    if (typeof value === 'number') return [name, { number_value: value }] as const;
    return [name, typeof value === 'boolean' ? { bool_value: value } : { string_value: value }] as const;
  });
  return hparamsValue('session_start_info', {
    session_start_info: { hparams: Object.fromEntries(values), start_time_secs: seconds },
  });
}

/** That the run is finished, and when. */
export const sessionEnd = (seconds: number): SummaryValue =>
  hparamsValue('session_end_info', {
    session_end_info: { status: STATUS_SUCCESS, end_time_secs: seconds },
  });

/** The plugin reads the metadata alone; the tensor beside it has no elements. */
const hparamsValue = (name: string, data: HParamsPluginData): SummaryValue => ({
  tag: `_hparams_/${name}`,
  metadata: {
    plugin_data: { plugin_name: 'hparams', content: encodeHParams(data) },
    data_class: DATA_CLASS_TENSOR,
  },
  tensor: { dtype: DataType.FLOAT, tensor_shape: { dim: [{ size: 0 }] } },
});
