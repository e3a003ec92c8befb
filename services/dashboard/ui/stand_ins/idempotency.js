// The one enum that Connect's client needs of the descriptor of descriptors, which is as large as all of our
// contracts (vite.config.ts).
export * from '@bufbuild/protobuf/wkt';
export const MethodOptions_IdempotencyLevel = { IDEMPOTENCY_UNKNOWN: 0, NO_SIDE_EFFECTS: 1, IDEMPOTENT: 2 };
