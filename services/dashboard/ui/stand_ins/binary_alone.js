// Protobuf as Connect's client needs it here: without JSON (vite.config.ts).
export * from '@bufbuild/protobuf';

function noJson() {
  throw new Error('messages are sent and read in binary');
}
export { noJson as fromJson, noJson as fromJsonString, noJson as toJsonString };
