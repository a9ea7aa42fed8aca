import { Thrift, type TProtocol } from "thrift";

/** A struct as it came: fields by their numbers. The types are those that the message gives them, each another one here. */
export type Struct = ReadonlyMap<number, ThriftValue>;

/** bool, i32, i64, string or binary, struct, and list. */
export type ThriftValue = boolean | number | bigint | Buffer | Struct | readonly ThriftValue[];

/** The types that calls have. */
const READERS: Readonly<Partial<Record<Thrift.Type, (from: TProtocol) => ThriftValue>>> = {
  [Thrift.Type.BOOL]: (from) => from.readBool(),
  [Thrift.Type.I32]: (from) => from.readI32(),
  [Thrift.Type.I64]: (from) => from.readI64().buffer.readBigInt64BE(),
  [Thrift.Type.STRING]: (from) => from.readBinary(),
  [Thrift.Type.STRUCT]: readStruct,
  [Thrift.Type.LIST](from) {
    const { etype, size } = from.readListBegin();
    return Array.from({ length: size }, () => read(from, etype));
  },
};

function read(from: TProtocol, type: Thrift.Type): ThriftValue {
  const reader = READERS[type];
  if (!reader) throw new Error(`no call has values of type ${type}`);
  return reader(from);
}

export function readStruct(from: TProtocol): Struct {
  const fields = new Map<number, ThriftValue>();
  for (;;) {
    const { ftype, fid } = from.readFieldBegin();
    if (ftype === Thrift.Type.STOP) return fields;
    fields.set(fid, read(from, ftype));
  }
}

// Fields as a server that knows their types takes them: one of another type is a mistake of the client.

export function binary(struct: Struct, id: number): Buffer {
  const value = struct.get(id);
  return Buffer.isBuffer(value) ? value : refuse(id, value, "binary");
}

export function i32(struct: Struct, id: number): number {
  const value = struct.get(id);
  return typeof value === "number" ? value : refuse(id, value, "i32");
}

export function i64(struct: Struct, id: number): bigint {
  const value = struct.get(id);
  return typeof value === "bigint" ? value : refuse(id, value, "i64");
}

export function bool(struct: Struct, id: number): boolean {
  const value = struct.get(id);
  return typeof value === "boolean" ? value : refuse(id, value, "bool");
}

export function struct(parent: Struct, id: number): Struct {
  const value = parent.get(id);
  return value instanceof Map ? value : refuse(id, value, "struct");
}

export function binaries(parent: Struct, id: number): readonly Buffer[] {
  const value = parent.get(id);
  return isList(value) && value.every((item) => Buffer.isBuffer(item))
    ? value
    : refuse(id, value, "binaries");
}

export function structs(parent: Struct, id: number): readonly Struct[] {
  const value = parent.get(id);
  return isList(value) && value.every((item): item is Struct => item instanceof Map)
    ? value
    : refuse(id, value, "structs");
}

function isList(value: ThriftValue | undefined): value is readonly ThriftValue[] {
  return Array.isArray(value);
}

function refuse(id: number, value: ThriftValue | undefined, wanted: string): never {
  throw new Error(`field ${id} is ${value === undefined ? "missing" : typeof value}, not ${wanted}`);
}
