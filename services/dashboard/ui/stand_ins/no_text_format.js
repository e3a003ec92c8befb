// Protobuf's reader of default values that a contract itself names, which proto3 has none of (vite.config.ts).
function noDefaults() {
  throw new Error('proto3 has no default values of its own');
}
export { noDefaults as parseTextFormatEnumValue, noDefaults as parseTextFormatScalarValue };
