// Generates the contracts as the app needs them: without the methods that it does not call, without the
// messages that nothing it calls has, and without options. They are a third of what browsers load.
//
//   node prune_contracts.ts DESCRIPTOR_SET SOURCES INTO
//
// A method counts as called where its name stands anywhere in the sources; a message or an enum is there
// where the sources name its schema, or a called method has it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
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
const words = wordsOf(sources);
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
  for (const field of type.message?.field ?? []) if (field.typeName !== '') keep(field.typeName);
}

for (const file of files.filter(isOurs)) {
  const prune = (scope: string, messages: DescriptorProto[]): DescriptorProto[] =>
    messages.filter((message) => kept.has(`${scope}.${message.name}`)).map((message) => {
      const full = `${scope}.${message.name}`;
      message.nestedType = prune(full, message.nestedType);
      message.enumType = message.enumType.filter((one) => kept.has(`${full}.${one.name}`));
      message.reservedRange = [];
      message.reservedName = [];
      message.options = message.options?.mapEntry === true ? create(MessageOptionsSchema, { mapEntry: true }) : undefined;
      for (const field of message.field) field.options = undefined;
      return message;
    });
  file.messageType = prune(`.${file.package}`, file.messageType);
  file.enumType = file.enumType.filter((one) => kept.has(`.${file.package}.${one.name}`));
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

function wordsOf(folder: string): Set<string> {
  const found = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|svelte)$/.test(name) || name.endsWith('.test.ts')) continue;
    for (const [word] of readFileSync(join(folder, name), 'utf8').matchAll(/\w+/g)) found.add(word);
  }
  return found;
}

const request = create(CodeGeneratorRequestSchema, {
  fileToGenerate: files.filter(isOurs).map((file) => file.name),
  parameter: 'target=js,import_extension=js',
  protoFile: files,
});
const ran = spawnSync(process.execPath, [join(import.meta.dirname, 'node_modules/.bin/protoc-gen-es')], {
  input: toBinary(CodeGeneratorRequestSchema, request),
  maxBuffer: 64 << 20,
});
if (ran.status !== 0) throw new Error(`protoc-gen-es: ${ran.stderr.toString()}`);
const answer = fromBinary(CodeGeneratorResponseSchema, ran.stdout);
if (answer.error !== '') throw new Error(answer.error);
for (const { name, content } of answer.file) {
  const path = join(into, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
