// How a Solidity name is written in the other languages.

export const banner = (name) =>
  `// Written by tools/bindings.mjs from contracts/src/${name}.sol. Do not edit.\n`;

/** VaccinePassport, issueMany, _x -> vaccine_passport, issue_many, x */
export function snake(name) {
  return name
    .replace(/^_+|_+$/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** VaccinePassport -> vaccinePassport */
export const camel = (name) => name[0].toLowerCase() + name.slice(1);

/** statusAnchored -> StatusAnchored */
export const pascal = (name) => name[0].toUpperCase() + name.slice(1);

/** The canonical type of a parameter: tuples are spelled out, as selectors need it. */
export function canonicalType({ type, components }) {
  if (!type.startsWith('tuple')) return type;
  return `(${components.map(canonicalType).join(',')})${type.slice('tuple'.length)}`;
}

/** issueMany(bytes32[]) */
export const signature = ({ name, inputs }) => `${name}(${inputs.map(canonicalType).join(',')})`;
