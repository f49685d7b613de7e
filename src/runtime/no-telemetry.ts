// Imported before onnxruntime-node: the library would otherwise open a session with its maker's collector, keep its
// events in the system's temporary folder and send them out.
process.env.ORT_DISABLE_TELEMETRY = '1';
