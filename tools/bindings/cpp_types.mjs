// Solidity types in C++: as members, as parameters, to and from codec::AbiValue.
import { snake } from './names.mjs';

export const isArray = ({ type }) => type.endsWith('[]');

export function elementOf(param) {
  const internalType = param.internalType?.slice(0, -2);
  return { ...param, type: param.type.slice(0, -2), internalType };
}

/** "struct Accreditation.Change" -> Change */
export const structName = ({ internalType }) => internalType.replace(/^struct (\w+\.)?/, '');

const widthOf = (type) => Number(type.replace(/^\D+/, ''));
const isUint = (type) => /^uint\d+$/.test(type);
const isNarrow = (type) => isUint(type) && [8, 16, 32, 64].includes(widthOf(type));

function fixedBytes(type) {
  const width = widthOf(type);
  // codec::AbiValue takes 20 bytes for an address.
  if (width === 20) throw new Error('bytes20 is not supported');
  return width === 32 ? 'Hash32' : `FixedBytes<${width}>`;
}

function unsupported({ name, type }) {
  return new Error(`${name}: type ${type} is not supported; see tools/bindings/cpp_types.mjs`);
}

export function memberType(param) {
  const { type } = param;
  if (isArray(param)) return `std::vector<${memberType(elementOf(param))}>`;
  if (type === 'tuple') return structName(param);
  if (isNarrow(type)) return `std::uint${widthOf(type)}_t`;
  if (isUint(type)) return 'uint256';
  if (type === 'address') return 'Address';
  if (type === 'bool') return 'bool';
  if (type === 'bytes') return 'Bytes';
  if (type === 'string') return 'std::string';
  if (/^bytes\d+$/.test(type)) return fixedBytes(type);
  throw unsupported(param);
}

function parameterType(param) {
  const { type } = param;
  if (isArray(param)) return `std::span<const ${memberType(elementOf(param))}>`;
  if (type === 'bytes') return 'ByteView';
  if (type === 'string') return 'std::string_view';
  if (type === 'bool' || isNarrow(type)) return memberType(param);
  return `const ${memberType(param)}&`;
}

export const parameter = (param) => `${parameterType(param)} ${snake(param.name)}`;

/** An expression for the codec::AbiValue of a parameter. */
export function toValue(param) {
  const { type } = param;
  const name = snake(param.name);
  if (isArray(param)) {
    const element = elementOf(param).type;
    if (!/^(address|bytes\d+|uint\d+)$/.test(element)) throw unsupported(param);
    return `codec::AbiValue::list_of(${name})`;
  }
  if (type === 'tuple') throw unsupported(param);
  if (type === 'bool') return `codec::AbiValue::boolean(${name})`;
  if (type === 'bytes') return `to_bytes(${name})`;
  if (type === 'string') return `std::string(${name})`;
  return name;
}

/** An expression of memberType(param) from the codec::AbiValue `source`. */
export function fromValue(param, source) {
  const { type } = param;
  if (isArray(param)) {
    const element = elementOf(param);
    const read = `[](const codec::AbiValue& item) { return ${fromValue(element, 'item')}; }`;
    return `map_items<${memberType(element)}>(\n        ${source}, ${read})`;
  }
  if (type === 'tuple') return `to_${snake(structName(param))}(${source})`;
  if (type === 'uint64') return `${source}.u64()`;
  if (isNarrow(type)) return `static_cast<${memberType(param)}>(${source}.u64())`;
  if (isUint(type)) return `${source}.integer()`;
  if (type === 'bytes32') return `${source}.bytes32()`;
  if (/^bytes\d+$/.test(type)) return `${source}.fixed_bytes<${widthOf(type)}>()`;
  const reader = { address: 'address', bool: 'boolean', bytes: 'bytes', string: 'string' }[type];
  if (reader === undefined) throw unsupported(param);
  return `${source}.${reader}()`;
}
