// Protobuf's reader of default values in contracts: of what proto2 allows, the descriptor of descriptors has
// enums and booleans, and proto3 nothing (vite.config.ts).
export function parseTextFormatEnumValue(descEnum, value) {
  return descEnum.values.find(({ name }) => name === value).number;
}
export function parseTextFormatScalarValue(_type, value) {
  return value === 'true';
}
