// C++ bindings: one header and one source a contract, on codec/abi.hpp and eth/contract_binding.hpp.
import { toEventSelector, toFunctionSelector } from 'viem';

import {
  elementOf,
  fromValue,
  isArray,
  memberType,
  parameter,
  structName,
  toValue,
} from './cpp_types.mjs';
import { banner, canonicalType, pascal, signature, snake } from './names.mjs';

const HEX_PER_LINE = 90;

const tupleOf = (params) => `(${params.map(canonicalType).join(',')})`;
function typeConstant(params) {
  const head = '    static const codec::AbiType type =';
  const call = `codec::abi_type("${tupleOf(params)}");`;
  const breaks = head.length + call.length > 98;
  return `${head}${breaks ? '\n        ' : ' '}${call}\n`;
}
const functions = (abi) => abi.filter((entry) => entry.type === 'function');
const events = (abi) => abi.filter((entry) => entry.type === 'event');
const errors = (abi) => abi.filter((entry) => entry.type === 'error');
const constructorOf = (abi) =>
  abi.find((entry) => entry.type === 'constructor') ?? { inputs: [] };

function parameters(inputs, prefix) {
  const lines = inputs.map(parameter);
  const one = `${prefix}(${lines.join(', ')})`;
  if (one.length < 98) return one;
  const indent = ' '.repeat(prefix.length + 1);
  return `${prefix}(${lines.join(`,\n${indent}`)})`;
}

const bytesOf = (hex) =>
  (hex.slice(2).match(/../g) ?? []).map((byte) => `0x${byte}`).join(', ');

// ---- structs ----

// Tuples in results, each once, those that others hold first.
function tupleStructs(abi) {
  const found = new Map();
  const visit = (param) => {
    const inner = isArray(param) ? elementOf(param) : param;
    if (!inner.type.startsWith('tuple')) return;
    inner.components.forEach(visit);
    found.set(structName(inner), inner);
  };
  functions(abi).forEach(({ outputs }) => outputs.forEach(visit));
  return [...found.values()];
}

function equality(name) {
  const one = `    friend bool operator==(const ${name}&, const ${name}&) = default;\n`;
  return one.length <= 101 ? one : one.replace(', ', `,\n${' '.repeat(27)}`);
}

function structOf(name, params, more = '') {
  const members = params.map((p) => `    ${memberType(p)} ${snake(p.name)}{};\n`).join('');
  return (
    `struct ${name} {\n${members}${more}\n` +
    `${equality(name)}};\n`
  );
}

const resultName = (fn) => `${pascal(fn.name)}Result`;
const returnType = (fn) =>
  fn.outputs.length === 1 ? memberType(fn.outputs[0]) : resultName(fn);

function functionHeader(fn) {
  const encode = parameters(fn.inputs, `Bytes encode_${snake(fn.name)}`);
  const note = fn.outputs.length === 0 ? '' : `\n// -> ${tupleOf(fn.outputs)}`;
  let text = '';
  if (fn.outputs.length > 1) text += `${structOf(resultName(fn), fn.outputs)}\n`;
  text += `// ${signature(fn)}${note}\n${encode};\n`;
  if (fn.outputs.length > 0) {
    text += `Result<${returnType(fn)}> decode_${snake(fn.name)}(ByteView output);\n`;
  }
  return text;
}

const eventHeader = (event) =>
  `// event ${signature(event)}\n` +
  structOf(
    event.name,
    event.inputs,
    `\n    static const Hash32& topic();\n` +
      `    static Result<${event.name}> decode(const Log& log); // kWrongEvent, abi.*\n`,
  );

export function cppHeader({ name, abi }) {
  const creation = parameters(constructorOf(abi).inputs, 'Bytes creation_code');
  return `#pragma once
// clang-format off
${banner(name)}
#include <span>
#include <string_view>

#include "eth/contract_binding.hpp"

namespace salus::eth::contracts::${snake(name)} {

// The creation code, followed by the constructor's arguments.
${creation};
// Of all custom errors: "Name(type,type)".
std::span<const std::string_view> error_signatures();

${[
  ...tupleStructs(abi).map((tuple) => structOf(structName(tuple), tuple.components)),
  ...functions(abi).map(functionHeader),
  ...events(abi).map(eventHeader),
].join('\n')}
} // namespace salus::eth::contracts::${snake(name)}
`;
}

// ---- sources ----

const valueList = (inputs) => `{${inputs.map(toValue).join(', ')}}`;

function encodeWith(prefix, inputs) {
  const values = valueList(inputs);
  const breaks = values.length > 60;
  return `encode_with(${prefix}, type,${breaks ? '\n                       ' : ' '}${values})`;
}

function fields(params, source) {
  return params
    .map((p, i) => `    out.${snake(p.name)} = ${fromValue(p, `${source}[${i}]`)};\n`)
    .join('');
}

const tupleReader = (tuple) =>
  `${structName(tuple)} to_${snake(structName(tuple))}(const codec::AbiValue& value) {\n` +
  `    ${structName(tuple)} out;\n${fields(tuple.components, 'value')}    return out;\n}\n`;

function encodeSource(fn) {
  const head = parameters(fn.inputs, `Bytes encode_${snake(fn.name)}`);
  const selector = `{${bytesOf(toFunctionSelector(fn))}}`;
  if (fn.inputs.length === 0) return `${head} {\n    return ${selector};\n}\n`;
  return (
    `${head} {\n${typeConstant(fn.inputs)}` +
    `    constexpr Byte selector[] = ${selector};\n` +
    `    return ${encodeWith('selector', fn.inputs)};\n}\n`
  );
}

function decodeSource(fn) {
  if (fn.outputs.length === 0) return '';
  const type = returnType(fn);
  const body =
    fn.outputs.length === 1
      ? `    return ${fromValue(fn.outputs[0], 'value[0]')};\n`
      : `    ${type} out;\n${fields(fn.outputs, 'value')}    return out;\n`;
  return (
    `\nResult<${type}> decode_${snake(fn.name)}(ByteView output) {\n` +
    `${typeConstant(fn.outputs)}` +
    `    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));\n` +
    `${body}}\n`
  );
}

function eventSource(event) {
  const indexed = event.inputs.filter((input) => input.indexed);
  if (indexed.some((input) => /\[|^(string|bytes|tuple)$/.test(input.type))) {
    throw new Error(`${event.name}: an indexed parameter of dynamic type is only a digest`);
  }
  const data = event.inputs.filter((input) => !input.indexed);
  const flags = event.inputs.map((input) => Boolean(input.indexed)).join(', ');
  return `const Hash32& ${event.name}::topic() {
    static const Hash32 value =
        hash32("${toEventSelector(event)}");
    return value;
}

Result<${event.name}> ${event.name}::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("${tupleOf(indexed)}"),
                                  codec::abi_type("${tupleOf(data)}"),
                                  {${flags}}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    ${event.name} out;
${fields(event.inputs, 'value')}    return out;
}
`;
}

function creationSource({ abi }) {
  const { inputs } = constructorOf(abi);
  const head = parameters(inputs, 'Bytes creation_code');
  const code = '    static const Bytes code = hex(kCreationCodeHex);\n';
  if (inputs.length === 0) return `${head} {\n${code}    return code;\n}\n`;
  return (
    `${head} {\n${typeConstant(inputs)}${code}` +
    `    return ${encodeWith('code', inputs)};\n}\n`
  );
}

const hexLines = (hex) =>
  hex
    .slice(2)
    .match(new RegExp(`.{1,${HEX_PER_LINE}}`, 'g'))
    .map((line) => `    "${line}"`)
    .join('\n');

export function cppSource(artifact) {
  const { name, abi } = artifact;
  const list = errors(abi).map((error) => `    "${signature(error)}",\n`);
  const definitions = [
    creationSource(artifact),
    'std::span<const std::string_view> error_signatures() {\n    return kErrors;\n}\n',
    ...functions(abi).map((fn) => encodeSource(fn) + decodeSource(fn)),
  ];
  return `// clang-format off
${banner(name)}
#include "eth/contracts/${snake(name)}.hpp"

namespace salus::eth::contracts::${snake(name)} {

extern const std::string_view kCreationCodeHex; // in ${snake(name)}_code.cpp

namespace {

constexpr std::array<std::string_view, ${list.length}> kErrors{
${list.join('')}};

${tupleStructs(abi)
  .map((tuple) => `\n${tupleReader(tuple)}`)
  .join('')}
} // namespace

${definitions.join('\n')}
} // namespace salus::eth::contracts::${snake(name)}
`;
}

export function cppEvents({ name, abi }) {
  return `// clang-format off
${banner(name)}
#include "eth/contracts/${snake(name)}.hpp"

namespace salus::eth::contracts::${snake(name)} {

${events(abi).map(eventSource).join('\n')}
} // namespace salus::eth::contracts::${snake(name)}
`;
}

/** The creation code alone: a long table. */
export function cppCode({ name, bytecode }) {
  return `// clang-format off
${banner(name)}
#include <string_view>

namespace salus::eth::contracts::${snake(name)} {

extern const std::string_view kCreationCodeHex;
const std::string_view kCreationCodeHex =
${hexLines(bytecode)};

} // namespace salus::eth::contracts::${snake(name)}
`;
}
