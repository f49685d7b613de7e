// The parts of TensorBoard's event.proto, summary.proto, tensor.proto and of its hparams plugin's plugin_data.proto that
// are written here, as a protobuf schema. Field numbers are those of TensorBoard 2.21.
import protobuf from 'protobufjs';

const source = `
syntax = "proto3";
package tensorboard;
message Event {
  double wall_time = 1; int64 step = 2;
  oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
}
message SessionLog { int32 status = 1; }
message Summary {
  message Value {
    string tag = 1; SummaryMetadata metadata = 9;
    oneof value { float simple_value = 2; TensorProto tensor = 8; }
  }
  repeated Value value = 1;
}
message SummaryMetadata {
  message PluginData { string plugin_name = 1; bytes content = 2; }
  PluginData plugin_data = 1; int32 data_class = 4;
}
message TensorProto { int32 dtype = 1; TensorShapeProto tensor_shape = 2; repeated bytes string_val = 8; }
message TensorShapeProto { message Dim { int64 size = 1; } repeated Dim dim = 2; }
message HParamsPluginData {
  int32 version = 1;
  oneof data { SessionStartInfo session_start_info = 3; SessionEndInfo session_end_info = 4; }
}
message Value { oneof kind { double number_value = 2; string string_value = 3; bool bool_value = 4; } }
message SessionStartInfo { map<string, Value> hparams = 1; double start_time_secs = 5; }
message SessionEndInfo { int32 status = 1; double end_time_secs = 2; }
`;

const { root } = protobuf.parse(source, { keepCase: true });
const EventType = root.lookupType('tensorboard.Event');
const PluginDataType = root.lookupType('tensorboard.HParamsPluginData');

/** SessionLog.SessionStatus: START tells readers to forget what was at this step and after it. */
export const SESSION_START = 1;
/** SummaryMetadata.DataClass. */
export const DATA_CLASS_TENSOR = 2;
/** DataType. */
export const DataType = { FLOAT: 1, STRING: 7 };
/** Of the hparams plugin. */
export const STATUS_SUCCESS = 1;

export interface Event {
  /** Seconds since 1970. */
  wall_time: number;
  step: number;
  file_version?: string;
  summary?: { value: readonly SummaryValue[] };
  session_log?: { status: number };
}

export interface SummaryValue {
  tag: string;
  metadata?: { plugin_data: { plugin_name: string; content?: Uint8Array }; data_class: number };
  simple_value?: number;
  tensor?: { dtype: number; tensor_shape: { dim: { size: number }[] }; string_val?: Uint8Array[] };
}

export interface HParamsPluginData {
  session_start_info?: { hparams: Record<string, HParamValue>; start_time_secs: number };
  session_end_info?: { status: number; end_time_secs: number };
}

type HParamValue = { number_value: number } | { string_value: string } | { bool_value: boolean };

export const encodeEvent = (event: Event): Uint8Array =>
  EventType.encode(EventType.fromObject(event)).finish();

export const encodeHParams = (data: HParamsPluginData): Uint8Array =>
  PluginDataType.encode(PluginDataType.fromObject(data)).finish();
