// Makes the descriptor of a file of the values that prune_contracts.ts writes.
import { createFileRegistry } from '@bufbuild/protobuf';

export function fileDesc([name, package_, messages, enums, services], imports = []) {
  const file = {
    $typeName: 'google.protobuf.FileDescriptorProto', name, package: package_, syntax: 'proto3',
    dependency: imports.map(({ proto }) => proto.name), publicDependency: [], weakDependency: [], extension: [],
    messageType: messages.map(messageOf(`.${package_}.`)), enumType: enums.map(enumeration), service: services.map(service),
  };
  return createFileRegistry(file, (wanted) => imports.find(({ proto }) => proto.name === wanted)).getFile(name);
}

const camelCase = (name) => name.replace(/_+([a-z0-9])/g, (_, letter) => letter.toUpperCase());

// `scope`: the package, of which the names of types are.
const messageOf = (scope) => ([name, fields, nested, enums, oneofs, isMapEntry]) => ({
  $typeName: 'google.protobuf.DescriptorProto', name, extension: [], extensionRange: [],
  field: fields.map(fieldOf(scope)), nestedType: nested.map(messageOf(scope)), enumType: enums.map(enumeration),
  oneofDecl: oneofs.map((one) => ({ $typeName: 'google.protobuf.OneofDescriptorProto', name: one })),
  ...(isMapEntry ? { options: { mapEntry: true } } : {}),
});

const fieldOf = (scope) => ([name, number, label, type, typeName = '', oneofIndex = -1, proto3Optional = 0]) => ({
  $typeName: 'google.protobuf.FieldDescriptorProto', name, number, label, type, jsonName: camelCase(name),
  typeName: typeName === '' || typeName.startsWith('.') ? typeName : scope + typeName,
  ...(oneofIndex < 0 ? {} : { oneofIndex }), proto3Optional: proto3Optional === 1,
});

function enumeration([name, values]) {
  return {
    $typeName: 'google.protobuf.EnumDescriptorProto', name,
    value: values.map(([value, number]) => ({ $typeName: 'google.protobuf.EnumValueDescriptorProto', name: value, number })),
  };
}

function service([name, methods]) {
  return {
    $typeName: 'google.protobuf.ServiceDescriptorProto', name,
    method: methods.map(([method, inputType, outputType, idempotencyLevel, serverStreaming]) => ({
      $typeName: 'google.protobuf.MethodDescriptorProto', name: method, inputType, outputType,
      clientStreaming: false, serverStreaming: serverStreaming === 1, options: { idempotencyLevel },
    })),
  };
}
