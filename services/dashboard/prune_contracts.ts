// Generates the contracts as the app needs them: without the methods that it does not call, without the
// messages that nothing it calls has, without fields that it does not read or write, and without options.
//
//   node prune_contracts.ts DESCRIPTOR_SET SOURCES INTO
//
// A method counts as called where its name stands anywhere in the sources; a message or an enum is there
// where the sources name its schema, or a called method has it; a field where the sources have its name.
// What is left out of a message that is sent back stays in it, as a field that is not known. A message
// that becomes JSON, by toJson(XSchema, ...), keeps all its fields.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { create, fromBinary, isFieldSet, toBinary } from '@bufbuild/protobuf';
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  MessageOptionsSchema,
  MethodOptionsSchema,
} from '@bufbuild/protobuf/wkt';

const [descriptors, sources, into] = process.argv.slice(2);
if (descriptors === undefined || sources === undefined || into === undefined) {
  throw new Error('DESCRIPTOR_SET SOURCES INTO');
}

const { file: files } = fromBinary(FileDescriptorSetSchema, readFileSync(descriptors));
const texts = textsOf(sources);
const words = new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []));
const isOurs = (file: FileDescriptorProto): boolean => !file.name.startsWith('google/protobuf/');

/** Every type by its full name, ".athena.plan.v1.Element.Kind". */
interface Type {
  readonly file: FileDescriptorProto;
  readonly message?: DescriptorProto;
  readonly outer: string | undefined;
}
const types = new Map<string, Type>();
for (const file of files) {
  const enter = (outer: string | undefined, messages: DescriptorProto[], enums: EnumDescriptorProto[]): void => {
    const scope = outer ?? `.${file.package}`;
    for (const one of enums) types.set(`${scope}.${one.name}`, { file, outer });
    for (const message of messages) {
      types.set(`${scope}.${message.name}`, { file, message, outer });
      enter(`${scope}.${message.name}`, message.nestedType, message.enumType);
    }
  };
  enter(undefined, file.messageType, file.enumType);
}

// Messages that become JSON.
const complete = new Set<string>();
for (const [name, { file }] of types) {
  if (isOurs(file) && texts.some((text) => text.includes(`toJson(${name.slice(file.package.length + 2).replaceAll('.', '_')}Schema`))) completeFrom(name);
}

// What is reached from the sources.
const kept = new Set<string>();
const called = (method: string): boolean => words.has(method.charAt(0).toLowerCase() + method.slice(1));
for (const file of files.filter(isOurs)) {
  for (const method of file.service.flatMap((service) => service.method)) {
    if (!called(method.name)) continue;
    keep(method.inputType);
    keep(method.outputType);
  }
}
for (const [name, { file, message }] of types) {
  if (!isOurs(file)) continue;
  // In TypeScript "Element.Kind" is Element_Kind.
  const local = name.slice(file.package.length + 2).replaceAll('.', '_');
  if (words.has(`${local}Schema`) || (message === undefined && words.has(local))) keep(name);
}

function keep(name: string): void {
  const type = types.get(name);
  if (type === undefined || kept.has(name)) return;
  kept.add(name);
  if (type.outer !== undefined) keep(type.outer);
  for (const field of fieldsOf(name, type)) if (field.typeName !== '') keep(field.typeName);
}

// Of an enum, the values that the sources name, and the first one, which stands for nothing. Numbers that
// have no name are numbers all the same.
function pruneValues(name: string, one: EnumDescriptorProto): EnumDescriptorProto {
  const named = (value: string): boolean => value.split('_').some((_, from, parts) => words.has(parts.slice(from).join('_')));
  if (!complete.has(name)) one.value = one.value.filter((value) => value.number === 0 || named(value.name));
  return one;
}

function fieldsOf(name: string, { file, message }: Type): FieldDescriptorProto[] {
  if (message === undefined) return [];
  if (!isOurs(file) || message.options?.mapEntry === true || complete.has(name)) return message.field;
  return message.field.filter((field) => words.has(localName(field.name)));
}

// The name of a field in TypeScript: "due_date" is dueDate.
function localName(field: string): string {
  return field.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

// A message and all that it has.
function completeFrom(name: string): void {
  if (complete.has(name)) return;
  complete.add(name);
  for (const field of types.get(name)?.message?.field ?? []) if (field.typeName !== '') completeFrom(field.typeName);
}

for (const file of files.filter(isOurs)) {
  const prune = (scope: string, messages: DescriptorProto[]): DescriptorProto[] =>
    messages.filter((message) => kept.has(`${scope}.${message.name}`)).map((message) => {
      const full = `${scope}.${message.name}`;
      message.nestedType = prune(full, message.nestedType);
      message.enumType = message.enumType.filter((one) => kept.has(`${full}.${one.name}`)).map((one) => pruneValues(`${full}.${one.name}`, one));
      message.reservedRange = [];
      message.reservedName = [];
      message.field = fieldsOf(full, types.get(full) ?? { file, message, outer: undefined });
      message.options = message.options?.mapEntry === true ? create(MessageOptionsSchema, { mapEntry: true }) : undefined;
      for (const field of message.field) field.options = undefined;
      return message;
    });
  file.messageType = prune(`.${file.package}`, file.messageType);
  file.enumType = file.enumType.filter((one) => kept.has(`.${file.package}.${one.name}`)).map((one) => pruneValues(`.${file.package}.${one.name}`, one));
  file.extension = [];
  file.options = undefined;
  for (const service of file.service) {
    service.method = service.method.filter((method) => called(method.name));
    for (const method of service.method) {
      const { idempotencyLevel } = method.options ?? create(MethodOptionsSchema);
      method.options = create(MethodOptionsSchema, { idempotencyLevel });
    }
  }
  file.dependency = dependencies(file);
}

/** The files that a file still needs. */
function dependencies(file: FileDescriptorProto): string[] {
  const named = new Set<string>();
  const fields = (messages: DescriptorProto[]): void => {
    for (const message of messages) {
      for (const field of message.field) if (field.typeName !== '') named.add(field.typeName);
      fields(message.nestedType);
    }
  };
  fields(file.messageType);
  for (const method of file.service.flatMap((service) => service.method)) {
    named.add(method.inputType);
    named.add(method.outputType);
  }
  const needed = new Set([...named].map((name) => types.get(name)?.file.name));
  return file.dependency.filter((dependency) => needed.has(dependency));
}

function textsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

const byModule = new Map(files.map((file) => [file.name.replace(/\.proto$/, '_pb.js'), file]));
for (const { name, content } of generated(files.filter(isOurs).map((file) => file.name))) write(name, content);
write('file_desc.js', readFileSync(join(import.meta.dirname, 'ui/file_desc.js'), 'utf8'));

// The reporting service once more, with what the first page asks of it alone: its other methods have most of
// the messages. FIRST are all sources that import this one (vite.config.ts).
const FIRST = ['app/data/basis.ts', 'app/data/watch.ts', 'app/data/clients/first.ts'];
{
  const asked = new Set(FIRST.flatMap((name) => readFileSync(join(sources, name), 'utf8').match(/\w+/g) ?? []));
  const module = 'athena/reporting/v1/reporting_service_pb.js';
  const file = byModule.get(module);
  const [service] = file?.service ?? [];
  if (file === undefined || service === undefined) throw new Error(`there is no ${module}`);
  service.method = service.method.filter(({ name }) => asked.has(name.charAt(0).toLowerCase() + name.slice(1)));
  const named = new Set(service.method.flatMap(({ inputType, outputType }) => [inputType, outputType]));
  const scope = `.${file.package}.`;
  // Their messages have none of this file but the one that is named here.
  file.messageType = file.messageType.filter(({ name }) => named.has(scope + name) || asked.has(`${name}Schema`));
  file.enumType = file.enumType.filter(({ name }) => file.messageType.some(({ field }) => field.some(({ typeName }) => typeName === scope + name)));
  file.dependency = dependencies(file);
  const [content] = generated([file.name]);
  write(module.replace('_pb.js', '_first_pb.js'), withValues(content?.content ?? '', module));
}

// What protoc-gen-es makes of some of the files.
function generated(fileToGenerate: string[]): { name: string; content: string }[] {
  const request = create(CodeGeneratorRequestSchema, { fileToGenerate, parameter: 'target=js,import_extension=js', protoFile: files });
  const ran = spawnSync(process.execPath, [join(import.meta.dirname, 'node_modules/.bin/protoc-gen-es')], {
    input: toBinary(CodeGeneratorRequestSchema, request),
    maxBuffer: 64 << 20,
  });
  if (ran.status !== 0) throw new Error(`protoc-gen-es: ${ran.stderr.toString()}`);
  const answer = fromBinary(CodeGeneratorResponseSchema, ran.stdout);
  if (answer.error !== '') throw new Error(answer.error);
  return answer.file;
}

// Descriptors as values of JavaScript, not as bytes in base64: those hide from compression what repeats in
// them, and reading them takes the descriptor of descriptors, which is as large as all of ours.
function write(name: string, content: string): void {
  const path = join(into ?? '', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, byModule.has(name) ? withValues(content, name) : content);
}

function withValues(content: string, module: string): string {
  const file = byModule.get(module);
  if (file === undefined) throw new Error(`${module} is of no file`);
  const up = '../'.repeat(module.split('/').length - 1);
  return `import { fileDesc } from '${up}file_desc.js';\n` + content
    .replace(/\bfileDesc, /, '')
    .replace(/import \{ ([^}]*) \} from "@bufbuild\/protobuf\/wkt";/g, (_, names: string) =>
      names.split(', ').map((one) => `import { ${one} } from '${up}${wellKnown(one)}';`).join('\n'))
    .replace(/fileDesc\("[^"]*"/, () => `fileDesc(${JSON.stringify(valuesOf(file))}`);
}

// "file_google_protobuf_timestamp" is of "google/protobuf/timestamp_pb.js", which is written.
function wellKnown(name: string): string {
  const module = `${name.replace(/^file_google_protobuf_/, 'google/protobuf/')}_pb.js`;
  const values = byModule.get(module);
  if (values === undefined) throw new Error(`there is no ${name}`);
  write(module.replace('_pb.js', '_file.js'), `import { fileDesc } from '../../file_desc.js';\nexport const ${name} = /*@__PURE__*/ fileDesc(${JSON.stringify(valuesOf(values))});\n`);
  return module.replace('_pb.js', '_file.js');
}

// As ui/file_desc.js reads them.
function valuesOf(file: FileDescriptorProto): unknown {
  const scope = `.${file.package}.`;
  return [file.name, file.package, file.messageType.map((message) => messageValues(message, scope)), file.enumType.map(enumValues),
    file.service.map(({ name, method }) => [name, method.map((one) => [one.name, one.inputType, one.outputType, one.options?.idempotencyLevel ?? 0, one.serverStreaming ? 1 : 0])])];
}
function messageValues(message: DescriptorProto, scope: string): unknown {
  return [message.name, message.field.map((field) => trimmed([field.name, field.number, field.label, field.type, field.typeName.startsWith(scope) ? field.typeName.slice(scope.length) : field.typeName,
    isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex) ? field.oneofIndex : -1, field.proto3Optional ? 1 : 0])),
    message.nestedType.map((nested) => messageValues(nested, scope)), message.enumType.map(enumValues), message.oneofDecl.map(({ name }) => name), message.options?.mapEntry === true ? 1 : 0];
}
function enumValues(one: EnumDescriptorProto): unknown {
  return [one.name, one.value.map(({ name, number }) => [name, number])];
}
// Without what file_desc.js takes for granted.
function trimmed([name, number, label, type, typeName, oneof, optional]: readonly unknown[]): unknown[] {
  if (optional === 1) return [name, number, label, type, typeName, oneof, 1];
  if (oneof !== -1) return [name, number, label, type, typeName, oneof];
  return typeName === '' ? [name, number, label, type] : [name, number, label, type, typeName];
}
