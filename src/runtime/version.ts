// Which onnxruntime runs the graphs.
import { createRequire } from 'node:module';
import { readText } from '../util/text.ts';

/** The version of the package onnxruntime-node. */
export function onnxruntimeVersion(): string {
  const path = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return (JSON.parse(readText(path)) as { version: string }).version;
}
